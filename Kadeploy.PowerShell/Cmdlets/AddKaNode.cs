using System.Management.Automation;
using Kadeploy.PowerShell.Binding;
using Kadeploy.PowerShell.Bridge;

namespace Kadeploy.PowerShell.Cmdlets;

/// <summary>Adds nodes to the store.</summary>
/// <remarks>
/// <para>Adds nodes, all that one object of the pipeline names or none of them. Where several are named, -Address, -ControllerAddress and -MacAddress give one for each, in the order in
/// which the nodes are written. A cluster has to be named; it may be one of the store or one of a file. No two nodes have one name, address, hardware address or controller.</para>
/// <para>Passwords of controllers are never recorded, only where they are: in a file, or in a variable of the engine's process. For -ControllerCredential that is a file in the state
/// directory, which only its owner may read, and which goes when no node has it any more. Only administrators may add nodes. Lists of nodes come by Import-KaNode, all of them or none.</para>
/// </remarks>
/// <example>
/// <code>Add-KaNode lab-[1-40] -Cluster lab -Address 10.0.0.[1-40] -ControllerAddress 10.1.0.[1-40]</code>
/// <para>Adds forty nodes with addresses and controllers.</para>
/// </example>
/// <example>
/// <code>Add-KaNode gpu-1 -Cluster lab -MacAddress 52:54:00:12:34:56 -Tag rack=r7 -Group gpu</code>
/// <para>Adds one with a tag, in a group.</para>
/// </example>
/// <example>
/// <code>Add-KaNode lab-[1-40] -Cluster lab -ControllerAddress 10.1.0.[1-40] -ControllerCredential (Get-Credential)</code>
/// <para>Asks for the user and the password of all their controllers.</para>
/// </example>
/// <example>
/// <code>Import-Csv nodes.csv | Add-KaNode -Cluster lab -WhatIf</code>
/// <para>Says what the rows of a file with the columns Name, Address and MacAddress would add.</para>
/// </example>
[Cmdlet(VerbsCommon.Add, "KaNode", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(InventoryNode))]
public sealed class AddKaNode : NodeSettingsCmdlet
{
    private readonly List<(string Names, GivenSettings Given)> _added = [];

    /// <summary>The nodes: names and ranges, such as lab-[1-40].</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Node", "ComputerName")]
    [NodeTextTransformation]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "";

    /// <summary>The cluster that they belong to.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterCompleter))]
    [ValidateNotNullOrEmpty]
    public string Cluster { get; set; } = "";

    /// <summary>The groups in which they are.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(GroupCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? Group { get; set; }

    /// <summary>Their tags, such as rack=r7.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(TagCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? Tag { get; set; }

    private protected override void Collect() => _added.Add((Name, Given(Settings(Cluster, Group, Tag), ControllerCredential)));

    private protected override async Task ProcessAsync(ISession session, ICmdletStreams streams, CancellationToken cancellationToken)
    {
        var inventory = (await session.OpenCatalogsAsync(cancellationToken).ConfigureAwait(false)).Nodes;
        foreach (var (names, given) in _added)
        {
            var question = Strings.AskAddNode(names, given.Settings.Cluster!);
            if (await streams.AskAsync(question, question).ConfigureAwait(false) is not Consent.Given) continue;
            await OneOfSeveral.TryAsync(streams, names, async () =>
            {
                var added = (await inventory.AddAsync(names, given.Reveal(), session.User, cancellationToken).ConfigureAwait(false)).Added;
                foreach (var each in await inventory.ListAsync(new() { Names = added }, cancellationToken).ConfigureAwait(false)) await streams.WriteAsync(each).ConfigureAwait(false);
            }).ConfigureAwait(false);
        }
    }
}
