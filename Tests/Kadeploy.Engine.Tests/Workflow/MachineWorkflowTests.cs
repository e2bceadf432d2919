using Kadeploy.Engine.Drivers;
using Kadeploy.Engine.Drivers.Fake;
using Kadeploy.Engine.MicroSteps;
using Kadeploy.Engine.Planning;
using Kadeploy.Engine.Time;
using Kadeploy.Engine.Workflow;
using Kadeploy.TestKit.Workflow;
using Xunit;

namespace Kadeploy.Engine.Tests.Workflow;

/// <summary>Reboots and power operations of simulated machines, in virtual time.</summary>
public sealed class MachineWorkflowTests : IAsyncDisposable
{
    private readonly MemoryStore _store = new();

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    public static TheoryData<RebootKind> Kinds => [.. Enum.GetValues<RebootKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Nodes_come_back_from_each_kind_of_reboot(RebootKind kind)
    {
        var run = new Run(Reboot(kind));
        var operation = await run.ToEndAsync(_store);
        Assert.Equal((OperationKind.Reboot, new NodeCounts(Ok: 3)), (operation.Kind, operation.Results));
        foreach (var node in run.Plan.Clusters[0].Nodes)
        {
            var system = await run.World.Drivers.Channel.IdentifyAsync(node, CancellationToken.None);
            Assert.Equal(kind == RebootKind.DeployEnv ? SystemKind.DeploymentEnvironment : SystemKind.Installed, system!.Kind);
            Assert.NotEqual(run.BootIds[node.Name], system.BootId);
        }
    }

    [Fact]
    public async Task A_node_that_never_boots_is_told_with_its_limit_and_costs_itself_only()
    {
        var run = new Run(Reboot(RebootKind.Simple) with { RebootTimeout = TimeoutExpression.Seconds(77) }, new() { FaultRate = 0.5, Faults = [FaultKind.NeverBoots], Seed = 3 });
        var operation = await run.ToEndAsync(_store);
        Assert.True(operation.Results is { Ok: > 0, Ko: > 0 }, operation.Results.ToString());
        var fault = _store.Events.OfType<OperationEvent.NodeFinished>().First(static end => end.State == NodeState.Ko).Fault!;
        Assert.Equal(FaultCodes.NoBoot, fault.Code);
        Assert.Contains("the node gave no sign of life within 77 s", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_controller_that_refuses_fails_its_node_after_every_level()
    {
        var run = new Run(Power(PowerAction.Off), new() { FaultRate = 1, Faults = [FaultKind.BmcRefuses] });
        Assert.Equal(new NodeCounts(Ko: 3), (await run.ToEndAsync(_store)).Results);
        Assert.All(_store.Events.OfType<OperationEvent.NodeFinished>(), static end => Assert.Equal(FaultCodes.PowerRefused, end.Fault!.Code));
    }

    [Theory]
    [InlineData(PowerAction.Off, PowerState.Off)]
    [InlineData(PowerAction.On, PowerState.On)]
    [InlineData(PowerAction.Cycle, PowerState.On)]
    [InlineData(PowerAction.Status, PowerState.On)]
    public async Task Power_operations_leave_machines_as_asked_and_say_so(PowerAction action, PowerState expected)
    {
        var run = new Run(Power(action));
        Assert.Equal(new NodeCounts(Ok: 3), (await run.ToEndAsync(_store)).Results);
        foreach (var node in run.Plan.Clusters[0].Nodes) Assert.Equal(expected, await run.World.Drivers.Power.GetStateAsync(node, CancellationToken.None));
        Assert.All(_store.Events.OfType<OperationEvent.NodeFinished>(), end => Assert.Equal(expected, end.Facts.Power));
    }

    [Fact]
    public async Task The_state_is_asked_for_while_another_operation_holds_the_nodes_and_nothing_else_is_done()
    {
        var first = new Run(Power(PowerAction.Off)) { Before = static (_, token) => WorkflowHarness.Hang(token) };
        await using var busy = await first.StartEngineAsync(_store);
        await using var time = HeldTime.Of(busy);
        await busy.StartAsync(first.Plan, CancellationToken.None);

        var asking = new Run(Power(PowerAction.Status));
        Assert.Equal(new NodeCounts(Ok: 3), (await asking.ToEndAsync(_store)).Results);
        var switching = new Run(Power(PowerAction.On));
        Assert.Equal(new NodeCounts(Discarded: 3), (await switching.ToEndAsync(_store)).Results);
        Assert.All(first.Plan.Clusters[0].Nodes, node => Assert.True(_store.IsLeased(node.Name)));
    }

    [Fact]
    public async Task Cancelling_ends_all_nodes_where_they_are()
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var run = new Run(Reboot(RebootKind.Simple))
        {
            Before = (context, token) =>
            {
                if (context.Step.Step.MicroStep != new MicroStepName("WaitReboot")) return Task.CompletedTask;
                reached.TrySetResult();
                return WorkflowHarness.Hang(token);
            },
        };
        await using var engine = await run.StartEngineAsync(_store);
        await using var time = HeldTime.Of(engine);
        await engine.StartAsync(run.Plan, CancellationToken.None);
        await reached.Task;
        await engine.CancelAsync(run.Plan.Operation, "alice", CancellationToken.None);
        Assert.Equal(new NodeCounts(Cancelled: 3), (await engine.WaitAsync(run.Plan.Operation, CancellationToken.None)).Results);
    }

    [Fact]
    public async Task A_killed_engine_gives_a_reboot_again_and_a_switch_goes_on()
    {
        foreach (var (request, step) in new (OperationRequest, string)[] { (Reboot(RebootKind.Simple), "Reboot"), (Power(PowerAction.Cycle), "Power") })
        {
            var store = new MemoryStore();
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var run = new Run(request);
            run.Before = (context, token) =>
            {
                if (context.Step.Step.MicroStep != new MicroStepName(step)) return Task.CompletedTask;
                reached.TrySetResult();
                return WorkflowHarness.Hang(token);
            };
            await using (var dying = await run.StartEngineAsync(store))
            {
                await using var time = HeldTime.Of(dying);
                await dying.StartAsync(run.Plan, CancellationToken.None);
                await reached.Task;
            }

            run.Before = static (_, _) => Task.CompletedTask;
            await using var engine = await run.StartEngineAsync(store);
            Assert.Equal(run.Plan.Operation, Assert.Single(await engine.ResumeAsync(CancellationToken.None)).Id);
            Assert.Equal(new NodeCounts(Ok: 3), (await engine.WaitAsync(run.Plan.Operation, CancellationToken.None)).Results);
            // What must not happen twice is closed as interrupted and gets a new number; what may be repeated is.
            Assert.Equal(step == "Reboot", store.Events.OfType<OperationEvent.StepInterrupted>().Any());
        }
    }

    [Fact]
    public async Task Nodes_stop_at_a_breakpoint()
    {
        var run = new Run(Reboot(RebootKind.Simple) with { Breakpoint = "Reboot:WaitReboot" });
        Assert.Equal(new NodeCounts(Stopped: 3), (await run.ToEndAsync(_store)).Results);
    }

    [Fact]
    public async Task Controllers_are_asked_only_so_many_at_once()
    {
        var (now, most) = (0, 0);
        var gate = new Lock();
        var run = new Run(Power(PowerAction.Status, 40)) { Slots = static resource => resource == ThrottledResource.BmcCalls ? 4 : 100 };
        run.Before = async (_, token) =>
        {
            lock (gate) most = Math.Max(most, ++now);
            await Task.Delay(TimeSpan.FromSeconds(1), run.Time, token).ConfigureAwait(false);
            lock (gate) now--;
        };
        Assert.Equal(new NodeCounts(Ok: 40), (await run.ToEndAsync(_store)).Results);
        Assert.Equal((4, 10), (most, run.Time.Elapsed.TotalSeconds));
    }

    private static RebootRequest Reboot(RebootKind kind) => new()
    {
        Nodes = [.. SimulationNodes.Create(3).Select(static node => node.Name)], User = "alice", Into = kind,
        Profile = kind == RebootKind.SetPxe ? new("#!ipxe\nboot") : null,
        Environment = kind == RebootKind.RecordedEnv ? SimulationNodes.Environment : null, Partition = kind == RebootKind.RecordedEnv ? 2 : null,
    };

    private static PowerRequest Power(PowerAction action, int nodes = 3) =>
        new() { Nodes = [.. SimulationNodes.Create(nodes).Select(static node => node.Name)], User = "alice", Action = action };

    private sealed class Run
    {
        public Run(OperationRequest request, SimulationOptions? options = null)
        {
            var id = OperationId.Create(request.Kind, Time.GetUtcNow());
            var empty = new OperationPlan { Operation = id, Kind = request.Kind, User = "alice", PlannedAt = Time.GetUtcNow(), Request = request, Clusters = [] };
            using var drivers = SimulatedCluster.Open(new(), empty, null, Time);
            Plan = MachinePlanner.Plan(
                request, SimulationNodes.Create(request.Nodes.Length), [SimulationNodes.Cluster with { ProductionPartition = 2 }], _ => drivers.Drivers, id, Time.GetUtcNow(), null);
            World = SimulatedCluster.Open(options ?? new(), Plan, null, Time);
            foreach (var node in Plan.Clusters[0].Nodes) BootIds[node.Name] = World.Find(node.Name).Identify()!.BootId;
        }

        public VirtualTime Time { get; } = new(DateTimeOffset.UnixEpoch);

        public OperationPlan Plan { get; }

        public SimulatedCluster World { get; }

        public Dictionary<NodeName, string> BootIds { get; } = [];

        public Func<ThrottledResource, int> Slots { get; init; } = StepDefaults.Slots;

        public Func<StepContext, CancellationToken, Task> Before { get; set; } = static (_, _) => Task.CompletedTask;

        public Task<DeploymentEngine> StartEngineAsync(MemoryStore store) => DeploymentEngine.StartAsync(
            new()
            {
                Store = store, Time = Time, LeaseClock = TimeProvider.System, Plan = static (_, _) => throw new NotSupportedException(), Slots = Slots,
                FindStep = plan => StepCatalog.Of(plan) is var definition && definition.Implementation is INodeMicroStep step
                    ? definition with { Implementation = new Delayed(step, (context, token) => Before(context, token)) }
                    : definition,
                Drivers = (_, _, _) => Task.FromResult<(DriverSet, IDisposable?)>((World.Drivers, null)),
            },
            CancellationToken.None);

        public async Task<Operation> ToEndAsync(MemoryStore store)
        {
            await using var engine = await StartEngineAsync(store);
            await engine.StartAsync(Plan, CancellationToken.None);
            return await engine.WaitAsync(Plan.Operation, CancellationToken.None);
        }
    }

    private sealed class Delayed(INodeMicroStep step, Func<StepContext, CancellationToken, Task> before) : INodeMicroStep
    {
        public async Task<NodeFacts?> RunAsync(StepContext context, CancellationToken cancellationToken)
        {
            await before(context, cancellationToken).ConfigureAwait(false);
            return await step.RunAsync(context, cancellationToken).ConfigureAwait(false);
        }
    }
}
