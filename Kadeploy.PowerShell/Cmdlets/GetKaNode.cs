using System.Management.Automation;
using Kadeploy.PowerShell.Binding;
using Kadeploy.PowerShell.Bridge;
using Kadeploy.PowerShell.Inventories;

namespace Kadeploy.PowerShell.Cmdlets;

/// <summary>Lists nodes: where they are, who works on them, and what runs on them.</summary>
/// <remarks>
/// <para>Gives the nodes of the configuration's files and of the store, with what the journal knows of each: which operation has it, how the last one ended, and which environment was
/// deployed and proven last. All that is given must fit; of several values of one parameter one must, but for tags, which must all be there.</para>
/// <para>What it gives can be piped to Start-KaDeployment and every other command that takes nodes. A name that there is not is an error of its own; wildcards may fit nothing. A session
/// of simulated nodes has a node of any name.</para>
/// </remarks>
/// <example>
/// <code>Get-KaNode lab-[1-40] | Start-KaDeployment -Environment debian13</code>
/// <para>Deploys forty nodes, together.</para>
/// </example>
/// <example>
/// <code>Get-KaNode -Cluster lab -State Failed | Format-List</code>
/// <para>Shows the failed nodes of a cluster, and why they failed.</para>
/// </example>
/// <example>
/// <code>Get-KaNode -Environment debian12 -Tag rack=r7 | Start-KaDeployment -Environment debian13 -Wait</code>
/// <para>Brings what runs an old system in one rack to the new one.</para>
/// </example>
/// <example>
/// <code>Get-KaNode | Group-Object State -NoElement</code>
/// <para>Counts how all nodes stand.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "KaNode")]
[OutputType(typeof(InventoryNode))]
public sealed class GetKaNode : KaAsyncCmdlet
{
    private static readonly NodeSelection Everything = new(NodeSet.Empty, ["*"]);

    private readonly List<NodeSelection> _wanted = [];

    /// <summary>The nodes: names, ranges such as lab-[1-40], wildcards such as gpu-*, or objects that have a name. The default is all.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [Alias("Node", "ComputerName")]
    [NodeSelectionTransformation]
    [ArgumentCompleter(typeof(NodeCompleter))]
    [SupportsWildcards]
    [ValidateNotNull]
    public NodeSelection? Name { get; set; }

    /// <summary>Only those of these clusters.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ClusterCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Cluster { get; set; } = [];

    /// <summary>Only those that stand in one of these ways: NeverUsed, Busy, Deployed, Failed, Stopped, Cancelled, Unknown.</summary>
    [Parameter]
    [Alias("Condition")]
    public NodeCondition[] State { get; set; } = [];

    /// <summary>Only those in one of these groups.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(GroupCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Group { get; set; } = [];

    /// <summary>Only those with all of these tags, such as rack=r7.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(TagCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Tag { get; set; } = [];

    /// <summary>Only those on which one of these was deployed and proven last: NAME, or NAME:VERSION.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(EnvironmentCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Environment { get; set; } = [];

    private protected override void Collect() => _wanted.Add(Name ?? Everything);

    private protected override async Task ProcessAsync(ISession session, ICmdletStreams streams, CancellationToken cancellationToken)
    {
        var filter = new NodeFilter { Clusters = [.. Cluster], Conditions = [.. State], Groups = [.. Group], Tags = [.. Tag], Environments = [.. Environment] };
        foreach (var each in await new NodeSearch(session, streams).FindAsync(_wanted, filter, cancellationToken).ConfigureAwait(false))
            await streams.WriteAsync(each).ConfigureAwait(false);
    }
}
