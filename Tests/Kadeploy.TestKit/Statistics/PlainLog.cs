using System.Globalization;

namespace Kadeploy.TestKit.Statistics;

/// <summary>Appends operations of one micro-step whose length the test gives.</summary>
internal sealed class PlainLog
{
    private static readonly InstanceName Instance = new("SetDeploymentEnvUntrusted");

    private readonly IStore _store;
    private readonly EngineId _engine = new(Guid.NewGuid());

    private PlainLog(IStore store) => _store = store;

    /// <summary>Prepares for a store.</summary>
    public static async Task<PlainLog> CreateAsync(IStore store)
    {
        var log = new PlainLog(store);
        await store.RegisterEngineAsync(log._engine, DateTimeOffset.MaxValue, CancellationToken.None);
        return log;
    }

    /// <summary>Makes a plan for nodes named <c>new-1</c> and so on.</summary>
    public static OperationPlan Plan(string cluster, DateTimeOffset at, int nodes, int version = 1) =>
        PlanOf(cluster, at, version, [.. Enumerable.Range(1, nodes).Select(static i => string.Create(CultureInfo.InvariantCulture, $"new-{i}"))]);

    /// <summary>Appends an operation.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="at">When it begins.</param>
    /// <param name="nodes">Its nodes, how they end, and the seconds that their step takes.</param>
    /// <returns>The operation.</returns>
    public Task<OperationId> AddAsync(string cluster, DateTimeOffset at, params (string Node, NodeState State, int Seconds)[] nodes) =>
        AddAsync(PlanOf(cluster, at, 1, [.. nodes.Select(static node => node.Node)]), at, nodes);

    /// <summary>Appends an operation that asks whether nodes are on.</summary>
    /// <inheritdoc cref="AddAsync(string, DateTimeOffset, ValueTuple{string, NodeState, int}[])"/>
    public Task<OperationId> AskAsync(string cluster, DateTimeOffset at, params (string Node, NodeState State, int Seconds)[] nodes)
    {
        var plan = PlanOf(cluster, at, 1, [.. nodes.Select(static node => node.Node)]);
        var instance = new InstanceName("PowerStatus");
        return AddAsync(
            plan with
            {
                Operation = OperationId.Create(OperationKind.Power, at),
                Kind = OperationKind.Power,
                Request = new PowerRequest { Nodes = plan.Request.Nodes, User = "ada", Action = PowerAction.Status },
                Clusters =
                [
                    plan.Clusters[0] with
                    {
                        MacroSteps = [new(MacroStep.Power, [new() { Name = instance, MicroSteps = [new() { Step = new(0, cluster, MacroStep.Power, instance, new("PowerStatus")) }] }])],
                    },
                ],
            },
            at, nodes);
    }

    private async Task<OperationId> AddAsync(OperationPlan plan, DateTimeOffset at, (string Node, NodeState State, int Seconds)[] nodes)
    {
        var step = plan.Clusters[0].MacroSteps[0].Instances[0].MicroSteps[0].Step;
        var events = new List<OperationEvent> { new OperationEvent.Started { Operation = plan.Operation, At = at } };
        foreach (var (name, state, seconds) in nodes)
        {
            var node = NodeName.Parse(name);
            var end = at.AddSeconds(seconds);
            Fault? fault = state is NodeState.Ok or NodeState.Stopped
                ? null
                : new() { Code = FaultCodes.NoBoot, Step = step, InstanceAttempt = 1, Attempt = 1, Message = "no sign of life", SuggestedAction = "Look." };
            events.Add(new OperationEvent.NodeLeased { Operation = plan.Operation, At = at, Node = node });
            events.Add(new OperationEvent.StepStarted { Operation = plan.Operation, At = at, Node = node, Step = step, InstanceAttempt = 1, Attempt = 1 });
            if (state == NodeState.Ok)
            {
                events.Add(new OperationEvent.StepSucceeded
                {
                    Operation = plan.Operation, At = end, Node = node, Step = step, InstanceAttempt = 1, Attempt = 1, Duration = TimeSpan.FromSeconds(seconds),
                });
            }
            else if (fault is not null)
            {
                events.Add(new OperationEvent.StepFailed
                {
                    Operation = plan.Operation, At = end, Node = node, Step = step, InstanceAttempt = 1, Attempt = 1, Duration = TimeSpan.FromSeconds(seconds), Fault = fault,
                    Consequence = FailureConsequence.GiveUp,
                });
            }

            events.Add(new OperationEvent.NodeFinished { Operation = plan.Operation, At = end, Node = node, State = state, Fault = fault });
        }

        events.Add(new OperationEvent.Finished { Operation = plan.Operation, At = at.AddHours(1), Results = new() });
        await _store.CreateOperationAsync(plan, _engine, at, CancellationToken.None);
        await _store.AppendAsync(_engine, events, CancellationToken.None);
        return plan.Operation;
    }

    private static OperationPlan PlanOf(string cluster, DateTimeOffset at, int version, string[] nodes) => new()
    {
        Operation = OperationId.Create(OperationKind.Deployment, at),
        Kind = OperationKind.Deployment,
        User = "ada",
        PlannedAt = at,
        Request = new DeploymentRequest
        {
            Nodes = [.. nodes.Select(static node => NodeName.Parse(node))], User = "ada",
            Environment = new() { Name = "debian13", Version = version, User = "root", Image = new(new("file:///image"), ImageKind.Tar, ImageCompression.None) },
        },
        Clusters =
        [
            new()
            {
                Cluster = new() { Name = cluster },
                Nodes = [.. nodes.Select(node => new Node { Name = NodeName.Parse(node), Cluster = cluster })],
                MacroSteps =
                [
                    new(MacroStep.SetDeploymentEnv,
                    [
                        new() { Name = Instance, MicroSteps = [new() { Step = new(0, cluster, MacroStep.SetDeploymentEnv, Instance, new("WaitReboot")) }] },
                    ]),
                ],
            },
        ],
    };
}
