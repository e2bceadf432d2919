using System.Management.Automation;
using Kadeploy.PowerShell.Binding;
using Kadeploy.PowerShell.Bridge;
using Kadeploy.PowerShell.Running;

namespace Kadeploy.PowerShell.Cmdlets;

/// <summary>Removes nodes from the store.</summary>
/// <remarks>
/// <para>Removes all that is named and all that the pipeline brings, or nothing: while an operation has one of them, all stay. The machines are not touched, and what the journal knows of them
/// stays, should they come again.</para>
/// <para>Nodes that files define are removed from their files. Only administrators may remove nodes.</para>
/// </remarks>
/// <example>
/// <code>Remove-KaNode lab-[31-40]</code>
/// <para>Removes ten nodes.</para>
/// </example>
/// <example>
/// <code>Get-KaNode -Tag retired | Remove-KaNode -WhatIf</code>
/// <para>Says which nodes with a tag would go.</para>
/// </example>
/// <example>
/// <code>Get-KaNode -Cluster old | Remove-KaNode -PassThru | ForEach-Object { $_.Definition.MacAddresses }</code>
/// <para>Removes the nodes of a cluster, and notes their hardware addresses.</para>
/// </example>
[Cmdlet(VerbsCommon.Remove, "KaNode", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(InventoryNode))]
public sealed class RemoveKaNode : KaAsyncCmdlet
{
    private readonly List<NodeSet> _nodes = [];

    /// <summary>The nodes: names, ranges, or objects that have a name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("Node", "ComputerName")]
    [NodeSetTransformation]
    [ArgumentCompleter(typeof(NodeCompleter))]
    public NodeSet Name { get; set; } = NodeSet.Empty;

    /// <summary>Give the nodes as they were.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void Collect() => _nodes.Add(Name);

    private protected override async Task ProcessAsync(ISession session, ICmdletStreams streams, CancellationToken cancellationToken)
    {
        var nodes = NodeSet.From(_nodes.SelectMany(static set => set.Names));
        if (nodes.Count == 0) return;
        var inventory = (await session.OpenCatalogsAsync(cancellationToken).ConfigureAwait(false)).Nodes;
        var there = await inventory.ListAsync(new() { Names = nodes }, cancellationToken).ConfigureAwait(false);
        var question = Strings.AskRemoveNode(PlanText.Nodes(nodes.Count), nodes.Fold());
        if (await streams.AskAsync(question, question).ConfigureAwait(false) is not Consent.Given) return;
        await inventory.RemoveAsync(nodes, session.User, cancellationToken).ConfigureAwait(false);
        if (!PassThru) return;
        foreach (var each in there) await streams.WriteAsync(each).ConfigureAwait(false);
    }
}
