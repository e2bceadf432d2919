using System.Collections.Frozen;
using System.Collections.Immutable;
using Kadeploy.Engine.Drivers;
using Kadeploy.TestKit.Drivers;
using Kadeploy.Engine.MicroSteps;
using Kadeploy.Engine.Rights;
using Kadeploy.Engine.Time;
using Kadeploy.Engine.Workflow;

namespace Kadeploy.TestKit.Workflow;

/// <summary>The real workflow on scripted steps, in virtual time, with a store in memory.</summary>
internal sealed class WorkflowHarness
{
    private static readonly DriverSet NoDrivers = new()
    {
        Power = null!, NetBoot = null!, Channel = null!, Vlan = null!, Console = new RecordingConsole(), Files = null!, Broadcasters = FrozenDictionary<InstanceName, IBroadcaster>.Empty,
    };

    private readonly Dictionary<StepReference, MicroStepDefinition> _definitions = new(ReferenceEqualityComparer.Instance);
    private readonly Lock _gate = new();
    private readonly List<(NodeName Node, string Step, int InstanceAttempt, int Attempt, double At)> _calls = [];

    /// <summary>Gets or sets the clock of the engines that are started from now on.</summary>
    public VirtualTime Time { get; set; } = new(DateTimeOffset.UnixEpoch);

    public MemoryStore Store { get; init; } = new();

    public Func<ThrottledResource, int> Slots { get; init; } = StepDefaults.Slots;

    /// <summary>Gets or sets what is asked for rights.</summary>
    public IRightsCheck Rights { get; set; } = OpenRights.Instance;

    /// <summary>Gets or sets what happens when the drivers of an operation are opened; it may throw.</summary>
    public Func<OperationPlan, bool, IDisposable?> DriversOf { get; set; } = static (_, _) => null;

    /// <summary>Gets what steps noted with <see cref="Note"/>, in order, with the virtual second.</summary>
    public ImmutableArray<(NodeName Node, string Step, int InstanceAttempt, int Attempt, double At)> Calls
    {
        get
        {
            lock (_gate) return [.. _calls];
        }
    }

    /// <summary>Makes nodes of a cluster.</summary>
    public static IEnumerable<Node> Nodes(string cluster, int count, string prefix = "n") =>
        Enumerable.Range(1, count).Select(i => new Node { Name = NodeName.Parse($"{prefix}-{i}"), Cluster = cluster });

    /// <summary>Makes a step that notes its call and then does something.</summary>
    public ScriptedStep Step(
        string name, Func<StepContext, CancellationToken, Task>? run = null, int retries = 0, int timeout = 0, bool breakpoint = false,
        bool repeatable = true, ImmutableArray<ThrottledResource>? resources = null) =>
        ScriptedStep.Node(name, (context, token) =>
            {
                Note(context);
                return run is null ? Task.CompletedTask : run(context, token);
            },
            retries, timeout, breakpoint, repeatable, resources);

    /// <summary>Notes a call.</summary>
    public void Note(StepContext context)
    {
        lock (_gate)
        {
            _calls.Add((context.Node.Name, context.Step.Step.MicroStep.Value, context.Attempt.InstanceAttempt, context.Attempt.Attempt,
                Time.Elapsed.TotalSeconds));
        }
    }

    /// <summary>Lets virtual time pass.</summary>
    public Task Wait(double seconds, CancellationToken cancellationToken) => Task.Delay(TimeSpan.FromSeconds(seconds), Time, cancellationToken);

    /// <summary>Never ends but by its token.</summary>
    public static Task Hang(CancellationToken cancellationToken) => Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);

    /// <summary>Fails as a driver does.</summary>
    public static Task Fail(string message = "no") => Task.FromException(new OperationFailedException(FaultCodes.Command, message));

    /// <summary>Makes an operation's plan.</summary>
    public OperationPlan Plan(params (string Cluster, int Nodes, ScriptedPlan Script)[] clusters) =>
        PlanFor([.. clusters.Select(cluster => (cluster.Cluster, Nodes(cluster.Cluster, cluster.Nodes, cluster.Cluster), cluster.Script))]);

    /// <summary>Makes an operation's plan for given nodes.</summary>
    public OperationPlan PlanFor(params (string Cluster, IEnumerable<Node> Nodes, ScriptedPlan Script)[] clusters)
    {
        var ordinal = 0;
        var plans = clusters.Select(cluster => cluster.Script.Build(cluster.Cluster, cluster.Nodes, ref ordinal, _definitions)).ToImmutableArray();
        var id = OperationId.Create(OperationKind.Deployment, Time.GetUtcNow());
        return new()
        {
            Operation = id, Kind = OperationKind.Deployment, User = "alice", PlannedAt = Time.GetUtcNow(), Clusters = plans,
            Request = new DeploymentRequest
            {
                User = "alice", Nodes = [.. plans.SelectMany(static plan => plan.Nodes).Select(static node => node.Name)],
                Environment = new()
                {
                    Name = "scripted", User = "alice",
                    Image = new(new Uri("file:///nowhere/scripted.tgz"), ImageKind.Tar, ImageCompression.Gzip),
                },
            },
        };
    }

    /// <summary>Starts an engine.</summary>
    public Task<DeploymentEngine> StartEngineAsync(TimeProvider? leaseClock = null) => DeploymentEngine.StartAsync(
        new()
        {
            Store = Store, Time = Time, LeaseClock = leaseClock ?? TimeProvider.System, Slots = Slots, FindStep = step => _definitions[step.Step], Rights = Rights,
            Plan = static (_, _) => throw new NotSupportedException(), Drivers = (plan, begun, _) => Task.FromResult((NoDrivers with { Stops = new() }, DriversOf(plan, begun))),
        },
        CancellationToken.None);

    /// <summary>Runs a plan of one cluster to its end.</summary>
    public Task<WorkflowResult> RunAsync(int nodes, ScriptedPlan script) => RunAsync(Plan(("n", nodes, script)));

    /// <summary>Runs a plan to its end.</summary>
    public async Task<WorkflowResult> RunAsync(OperationPlan plan)
    {
        await using var engine = await StartEngineAsync();
        var operation = await engine.StartAsync(plan, CancellationToken.None);
        return await ResultAsync(engine, operation.Id);
    }

    /// <summary>Starts operations in the same virtual instant.</summary>
    public static async Task StartTogetherAsync(DeploymentEngine engine, params OperationPlan[] plans)
    {
        await using var time = HeldTime.Of(engine);
        foreach (var plan in plans) await engine.StartAsync(plan, CancellationToken.None);
    }

    /// <summary>Waits for an operation's end and collects what happened.</summary>
    public async Task<WorkflowResult> ResultAsync(DeploymentEngine engine, OperationId id)
    {
        var operation = await engine.WaitAsync(id, CancellationToken.None);
        var events = Store.Events.Where(e => e.Operation == id).ToImmutableArray();
        return new(operation, events, events.OfType<OperationEvent.NodeFinished>().ToImmutableDictionary(static e => e.Node), Time.Elapsed.TotalSeconds);
    }
}

/// <summary>What an operation of the harness came to.</summary>
internal sealed record WorkflowResult(
    Operation Operation,
    ImmutableArray<OperationEvent> Events,
    ImmutableDictionary<NodeName, OperationEvent.NodeFinished> Nodes,
    double Seconds)
{
    /// <summary>Gives the state in which a node ended.</summary>
    public NodeState State(string node) => Nodes[NodeName.Parse(node)].State;

    /// <summary>Gives the fault of a node that failed.</summary>
    public Fault Fault(string node) => Nodes[NodeName.Parse(node)].Fault ?? throw new InvalidOperationException($"{node} has no fault");
}
