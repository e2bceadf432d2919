using System.Management.Automation;
using Kadeploy.PowerShell.Binding;
using Kadeploy.PowerShell.Bridge;

namespace Kadeploy.PowerShell.Cmdlets;

/// <summary>The parameters that say which rows of the log count: one row is one node in one operation, once it has ended there.</summary>
public abstract class StatisticsCmdlet : KaAsyncCmdlet
{
    private readonly List<NodeSet> _nodes = [];

    /// <summary>Only these nodes: names, ranges, or objects that have a name. The default is all.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [Alias("Name", "ComputerName")]
    [NodeSetTransformation]
    [ArgumentCompleter(typeof(NodeCompleter))]
    public NodeSet? Node { get; set; }

    /// <summary>Only the operations of these users.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(PrincipalCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] User { get; set; } = [];

    /// <summary>Only operations of these kinds, such as Deployment. The default is all; consoles and questions for power are in no failure rate then.</summary>
    [Parameter]
    public OperationKind[] Kind { get; set; } = [];

    /// <summary>Only nodes of these clusters.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ClusterCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Cluster { get; set; } = [];

    /// <summary>Only these environments: NAME for all versions, or NAME:VERSION.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(EnvironmentCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Environment { get; set; } = [];

    /// <summary>Only nodes that ended with these codes, such as KA2104.</summary>
    [Parameter]
    [Alias("Code")]
    public FaultCode[] Fault { get; set; } = [];

    /// <summary>Only this operation: its identifier, or an object that names it.</summary>
    [Parameter]
    [Alias("Deployment")]
    [OperationIdTransformation]
    [ArgumentCompleter(typeof(OperationCompleter))]
    [ValidateCount(1, 1)]
    public OperationId[]? Operation { get; set; }

    /// <summary>Only nodes that started from this moment on.</summary>
    [Parameter]
    public DateTimeOffset? From { get; set; }

    /// <summary>Only nodes that started before this moment.</summary>
    [Parameter]
    public DateTimeOffset? Until { get; set; }

    /// <summary>Only nodes of which a macro-step had so many retries and fallbacks, at least. The default is 0, which is all.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int MinimumRetry { get; set; }

    /// <summary>Gets a value indicating whether anything was asked for; a pipeline that brings nothing does not ask for all nodes.</summary>
    private protected bool IsAsked => _nodes.Count > 0;

    private protected sealed override void Collect() => _nodes.Add(Node ?? NodeSet.Empty);

    /// <summary>Gives what is bound; simulated nodes and machines are never counted together.</summary>
    private protected StatisticsFilter Filter(ISession session)
    {
        var nodes = NodeSet.From(_nodes.SelectMany(static set => set.Names));
        return new()
        {
            Nodes = nodes.Count == 0 ? null : nodes,
            Users = [.. User],
            Kinds = [.. Kind],
            Clusters = [.. Cluster],
            Environments = [.. Environment],
            Faults = [.. Fault],
            Operation = Operation is [var only] ? only : null,
            From = From,
            Until = Until,
            MinimumRetries = MinimumRetry,
            Simulated = session.Settings.Simulation is not null,
        };
    }
}
