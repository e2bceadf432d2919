using System.Runtime.CompilerServices;
using Kadeploy.Engine.Drivers.Fake;
using Kadeploy.Engine.MicroSteps;
using Kadeploy.Engine.Planning;
using Kadeploy.Engine.Time;
using Kadeploy.Engine.Workflow;
using Kadeploy.TestKit.Workflow;
using Xunit;

namespace Kadeploy.Engine.Tests.Workflow;

/// <summary>The default workflow on simulated machines, with something in the way at each of its micro-steps in turn.</summary>
public sealed class DefaultWorkflowTests : IDisposable
{
    private const double SlowSeconds = 50; // less than any limit
    private static readonly NodeName Slow = NodeName.Parse("sim-1");
    private readonly VirtualTime _time = new(DateTimeOffset.UnixEpoch);
    private readonly MemoryStore _store = new();
    private readonly SimulatedCluster _world;
    private readonly OperationPlan _plan;
    private Func<StepContext, CancellationToken, Task> _before = static (_, _) => Task.CompletedTask;

    public DefaultWorkflowTests()
    {
        (_plan, _world) = Open(_time);
    }

    /// <summary>Gets the micro-steps of the first instances in their order, by ordinal.</summary>
    public static TheoryData<int, string> EachStep
    {
        get
        {
            var (plan, world) = Open(new(DateTimeOffset.UnixEpoch));
            world.Dispose();
            var steps = new TheoryData<int, string>();
            foreach (var step in plan.Clusters[0].MacroSteps.SelectMany(static macro => macro.Instances[0].MicroSteps))
                steps.Add(step.Step.Ordinal, step.Step.ToString());
            return steps;
        }
    }

    public void Dispose() => _world.Dispose();

    [Theory]
    [MemberData(nameof(EachStep))]
    public async Task A_slow_node_at_each_step_delays_no_other_but_those_who_gather_with_it(int ordinal, string name)
    {
        _before = (context, token) => context.Step.Step.Ordinal == ordinal && context.Node.Name == Slow
            ? Task.Delay(TimeSpan.FromSeconds(SlowSeconds), _time, token)
            : Task.CompletedTask;
        var ends = (await RunAsync()).Nodes;
        Assert.All(ends.Values, static end => Assert.Equal(NodeState.Ok, end.State));
        Assert.Equal(SlowSeconds, Seconds(ends[Slow]));
        var gather = Ordinal("BroadcastEnvChain:SendEnvironment");
        Assert.All(ends.Values.Where(static end => end.Node != Slow), end => Assert.Equal((name, ordinal < gather ? SlowSeconds : 0), (name, Seconds(end))));
    }

    [Theory]
    [MemberData(nameof(EachStep))]
    public async Task A_node_that_hangs_at_each_step_reaches_its_limit_and_is_tried_again_alone(int ordinal, string name)
    {
        _before = (context, token) => context is { Attempt: { InstanceAttempt: 1, Attempt: 1 } } && context.Step.Step.Ordinal == ordinal && context.Node.Name == Slow
            ? WorkflowHarness.Hang(token)
            : Task.CompletedTask;
        var result = await RunAsync();
        var timeout = Assert.Single(result.Events.OfType<OperationEvent.StepFailed>());
        Assert.Equal((name, Slow, 1, 1), (timeout.Step.ToString(), timeout.Node, timeout.InstanceAttempt, timeout.Attempt));
        Assert.Contains(timeout.Fault.Code, new[] { FaultCodes.StepTimeout, FaultCodes.PowerTimeout, FaultCodes.NoBoot, FaultCodes.InstanceTimeout });
        // Every macro-step of the default workflow has a second chance but the last, whose limit the step's equals.
        Assert.Equal(timeout.Step.MacroStep == MacroStep.Verify ? NodeState.Ko : NodeState.Ok, result.Nodes[Slow].State);
        Assert.All(result.Nodes.Values.Where(static end => end.Node != Slow), static end => Assert.Equal(NodeState.Ok, end.State));
    }

    [Theory]
    [MemberData(nameof(EachStep))]
    public async Task Cancelling_at_each_step_ends_all_nodes_there(int ordinal, string name)
    {
        var reached = 0;
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _before = (context, token) =>
        {
            if (context.Step.Step.Ordinal != ordinal) return Task.CompletedTask;
            if (Interlocked.Increment(ref reached) == (context.Step.Scope == StepScope.Set ? 1 : _plan.NodeCount)) all.SetResult();
            return WorkflowHarness.Hang(token);
        };
        await using var engine = await StartEngineAsync();
        await using var time = HeldTime.Of(engine); // no limit is reached
        await engine.StartAsync(_plan, CancellationToken.None);
        await all.Task;
        await engine.CancelAsync(_plan.Operation, "alice", CancellationToken.None);
        var operation = await engine.WaitAsync(_plan.Operation, CancellationToken.None);
        Assert.Equal(new NodeCounts(Cancelled: _plan.NodeCount), operation.Results);
        Assert.All(
            _store.Events.OfType<OperationEvent.NodeFinished>(),
            end => Assert.Equal((FaultCodes.Cancelled, name), (end.Fault!.Code, end.Fault.Step!.ToString())));
        Assert.DoesNotContain(_store.Events.OfType<OperationEvent.StepStarted>(), e => e.Step.Ordinal > ordinal);
    }

    private static (OperationPlan Plan, SimulatedCluster World) Open(VirtualTime time)
    {
        var nodes = SimulationNodes.Create(4);
        var request = new DeploymentRequest { Nodes = [.. nodes.Select(static node => node.Name)], User = "alice", Environment = SimulationNodes.Environment };
        var id = OperationId.Create(OperationKind.Deployment, time.GetUtcNow());
        var empty = new OperationPlan
        {
            Operation = id, Kind = OperationKind.Deployment, User = "alice", PlannedAt = time.GetUtcNow(), Request = request, Clusters = [],
        };
        using var drivers = SimulatedCluster.Open(new(), empty, null, time);
        var plan = Planner.Plan(request, nodes, [SimulationNodes.Cluster], drivers.Drivers, id, time.GetUtcNow(), new());
        return (plan, SimulatedCluster.Open(new(), plan, null, time));
    }

    private async Task<WorkflowResult> RunAsync()
    {
        await using var engine = await StartEngineAsync();
        await engine.StartAsync(_plan, CancellationToken.None);
        var operation = await engine.WaitAsync(_plan.Operation, CancellationToken.None);
        var ends = _store.Events.OfType<OperationEvent.NodeFinished>().ToDictionary(static e => e.Node);
        return new(operation, _store.Events, System.Collections.Immutable.ImmutableDictionary.CreateRange(ends), _time.Elapsed.TotalSeconds);
    }

    private Task<DeploymentEngine> StartEngineAsync() => DeploymentEngine.StartAsync(
        new()
        {
            Store = _store, Time = _time, LeaseClock = TimeProvider.System, FindStep = Find, Plan = static (_, _) => throw new NotSupportedException(),
            Drivers = (_, _, _) => Task.FromResult((_world.Drivers, (IDisposable?)null)),
        },
        CancellationToken.None);

    private MicroStepDefinition Find(MicroStepPlan plan)
    {
        var definition = StepCatalog.Of(plan);
        return definition with
        {
            Implementation = definition.Implementation switch
            {
                INodeMicroStep step => new Delayed(step, (context, token) => _before(context, token)),
                ISetMicroStep step => new DelayedSet(step, (context, token) => _before(context, token)),
                _ => throw new InvalidOperationException("neither for nodes nor for sets"),
            },
        };
    }

    private static double Seconds(OperationEvent end) => (end.At - DateTimeOffset.UnixEpoch).TotalSeconds;

    private int Ordinal(string step) => _plan.Clusters[0].MacroSteps.SelectMany(static macro => macro.Instances)
        .SelectMany(static instance => instance.MicroSteps).Single(micro => micro.Step.ToString() == step).Step.Ordinal;

    private sealed class Delayed(INodeMicroStep step, Func<StepContext, CancellationToken, Task> before) : INodeMicroStep
    {
        public async Task<NodeFacts?> RunAsync(StepContext context, CancellationToken cancellationToken)
        {
            await before(context, cancellationToken).ConfigureAwait(false);
            return await step.RunAsync(context, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Gives the nodes' results, each after its delay; those without one come first.</summary>
    private sealed class DelayedSet(ISetMicroStep step, Func<StepContext, CancellationToken, Task> before) : ISetMicroStep
    {
        public async IAsyncEnumerable<SetStepResult> RunAsync(
            IReadOnlyList<StepContext> contexts, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            var results = new List<SetStepResult>();
            await foreach (var result in step.RunAsync(contexts, cancellationToken).ConfigureAwait(false)) results.Add(result);
            foreach (var result in results.OrderBy(static result => result.Node == Slow))
            {
                await before(contexts.Single(context => context.Node.Name == result.Node), cancellationToken).ConfigureAwait(false);
                yield return result;
            }
        }
    }
}
