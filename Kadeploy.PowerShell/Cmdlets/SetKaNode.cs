using System.Management.Automation;
using Kadeploy.PowerShell.Binding;
using Kadeploy.PowerShell.Bridge;

namespace Kadeploy.PowerShell.Cmdlets;

/// <summary>Changes nodes of the store.</summary>
/// <remarks>
/// <para>Changes all that is named and all that the pipeline brings, or nothing; what is not said stays as it is. -Group and -Tag take the place of those there are, -AddTag, -RemoveTag,
/// -AddGroup and -RemoveGroup change single ones, and -Clear takes settings away, so that the cluster's hold again. Of what the pipeline brings only the names count.</para>
/// <para>The password of -ControllerCredential is kept in a file of the state directory, which only its owner may read; the file is replaced together with what else is changed, and goes when no
/// node has it any more.</para>
/// <para>Nodes that files define are changed in their files. Only administrators may change nodes.</para>
/// </remarks>
/// <example>
/// <code>Get-KaNode -Cluster lab | Set-KaNode -AddTag rack=r7</code>
/// <para>Adds a tag to all nodes of a cluster.</para>
/// </example>
/// <example>
/// <code>Set-KaNode lab-[1-40] -ControllerAddress 10.2.0.[1-40] -WhatIf</code>
/// <para>Says which controllers would move to another network.</para>
/// </example>
/// <example>
/// <code>Get-KaNode -Cluster lab | Set-KaNode -ControllerCredential site/bmc</code>
/// <para>Gives all controllers of a cluster the user and the password of the secret bmc in the vault site.</para>
/// </example>
/// <example>
/// <code>Set-KaNode lab-7 -Clear Disk, Console -Description 'new mainboard' -PassThru</code>
/// <para>Lets the cluster's rules hold again, notes why, and gives the node.</para>
/// </example>
[Cmdlet(VerbsCommon.Set, "KaNode", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(InventoryNode))]
public sealed class SetKaNode : NodeSettingsCmdlet
{
    private readonly List<string> _names = [];
    private NodeSettings _said = new();
    private object? _credential;
    private GivenSettings? _given;

    /// <summary>The nodes: names, ranges, or objects that have a name. All that the pipeline brings is changed together.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("Node", "ComputerName")]
    [NodeTextTransformation]
    [ArgumentCompleter(typeof(NodeCompleter))]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "";

    /// <summary>The cluster to which they go.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ClusterCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Cluster { get; set; }

    /// <summary>The groups, instead of those there are.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(GroupCompleter))]
    public string[]? Group { get; set; }

    /// <summary>Groups that are added, unless the node is in them.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(GroupCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] AddGroup { get; set; } = [];

    /// <summary>Groups that the node leaves, if it is in them.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(GroupCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] RemoveGroup { get; set; } = [];

    /// <summary>The tags, instead of those there are.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(TagCompleter))]
    public string[]? Tag { get; set; }

    /// <summary>Tags that are added, unless they are there.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(TagCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] AddTag { get; set; } = [];

    /// <summary>Tags that are removed, if they are there.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(TagCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] RemoveTag { get; set; } = [];

    /// <summary>What is not to be said of the nodes any more: Address, Macs, Bmc, Disk, Console, Commands, Groups, Tags, Description.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public NodeField[] Clear { get; set; } = [];

    /// <summary>Give the nodes as they are now.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Takes what is said for all nodes, before objects of the pipeline, whose own addresses and descriptions are not meant for all, are bound.</summary>
    protected override void BeginProcessing() => (_said, _credential) = (Settings(Cluster, Group, Tag), ControllerCredential);

    private protected override void Collect() => _names.Add(Name);

    private protected override void Prepare()
    {
        if (_names.Count > 0) _given = Given(_said, _credential);
    }

    private protected override async Task ProcessAsync(ISession session, ICmdletStreams streams, CancellationToken cancellationToken)
    {
        if (_given is null) return;
        var inventory = (await session.OpenCatalogsAsync(cancellationToken).ConfigureAwait(false)).Nodes;
        var change = new NodeChange
        {
            Settings = _given.Settings, AddedGroups = [.. AddGroup], RemovedGroups = [.. RemoveGroup], AddedTags = [.. AddTag], RemovedTags = [.. RemoveTag], Cleared = [.. Clear],
        };
        var names = string.Join(',', _names);
        var question = Strings.AskSetNode(names);
        if (await streams.AskAsync(question, question).ConfigureAwait(false) is not Consent.Given) return;
        var changes = await inventory.SetAsync(names, change with { Settings = _given.Reveal() }, session.User, cancellationToken).ConfigureAwait(false);
        if (!PassThru) return;
        var nodes = NodeSet.From(changes.Changed.Concat(changes.Unchanged));
        foreach (var each in await inventory.ListAsync(new() { Names = nodes }, cancellationToken).ConfigureAwait(false)) await streams.WriteAsync(each).ConfigureAwait(false);
    }
}
