using System.Management.Automation;
using Kadeploy.PowerShell.Binding;
using Kadeploy.PowerShell.Bridge;

namespace Kadeploy.PowerShell.Cmdlets;

/// <summary>A cmdlet that does something to machines through their management controllers.</summary>
public abstract class MachineCmdlet : KaAsyncCmdlet
{
    private readonly List<NodeSet> _nodes = [];

    /// <summary>The nodes: names, ranges such as lab-[1-40], or objects that have a name. All that the pipeline brings is one operation.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("Name", "ComputerName")]
    [NodeSetTransformation]
    [ArgumentCompleter(typeof(NodeCompleter))]
    public NodeSet Node { get; set; } = NodeSet.Empty;

    /// <summary>Gets the nodes that were named.</summary>
    private protected NodeSet Nodes => NodeSet.From(_nodes.SelectMany(static set => set.Names));

    private protected override void Collect() => _nodes.Add(Node);
}
