using System.Text.RegularExpressions;
using Kadeploy.Engine.Inventories;
using Kadeploy.Engine.MicroSteps;
using Kadeploy.Engine.Stores.Sqlite;
using Kadeploy.TestKit;
using Xunit;
using static Kadeploy.TestKit.SampleEvents;

namespace Kadeploy.Engine.Tests.Stores;

/// <summary>What the journal says about nodes, as it is written with the events, and as an older journal is read once.</summary>
public sealed class NodeStateTests : IAsyncLifetime
{
    private const int Preparing = 1; // a reboot: nothing is written
    private const int Sending = 2; // the image
    private static readonly DateTimeOffset Now = SamplePlans.PlannedAt;
    private static readonly NodeName Node = SamplePlans.Name(1);
    private static readonly Fault Fault = new() { Code = FaultCodes.NoBoot, Message = "no sign of life", SuggestedAction = "look" };
    private static readonly NodeFacts Facts = new() { ImageDigest = new('d', 64) };

    private readonly string _directory = Path.Combine(Directory.CreateTempSubdirectory("kadeploy-states-").FullName, "state");
    private readonly EngineId _engine = new(Guid.NewGuid());
    private SqliteStore _store = null!;
    private int _minutes;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _store = await SqliteStore.OpenAsync(_directory, Token);
        await _store.RegisterEngineAsync(_engine, Now.AddYears(9), Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        Directory.Delete(Path.GetDirectoryName(_directory)!, recursive: true);
    }

    [Fact]
    public async Task Nothing_is_known_of_a_node_that_nobody_used() => Assert.Empty(await _store.ReadActivitiesAsync(null, Token));

    [Fact]
    public async Task A_busy_node_names_its_operation_user_and_step()
    {
        var plan = await BeginAsync();
        var busy = await ReadAsync();
        Assert.Equal((NodeCondition.Busy, plan.Operation, "ada", OperationKind.Deployment), (busy.Condition, busy.Holder!.Operation, busy.Holder.User, busy.Holder.Kind));
        Assert.Null(busy.Holder.Step);
        Assert.Equal(plan.PlannedAt, busy.Holder.Since);
        await AppendAsync(Leased(plan), Step(plan, 0), Step(plan, Preparing));
        busy = await ReadAsync();
        Assert.Equal(("SetDeploymentEnvUntrusted:Reboot", At(3), At(1)), (busy.Holder!.Step!.ToString(), busy.Holder.StepSince!.Value, busy.Holder.Since));
        Assert.Equal(DeepText.Of(Steps(plan)[Preparing]), DeepText.Of(busy.Holder.Step));
        Assert.Equal(DeepText.Of(busy), DeepText.Of((await _store.ReadActivitiesAsync(Node, Token))[Node]));
        Assert.Empty(await _store.ReadActivitiesAsync(SamplePlans.Name(2), Token));
    }

    [Fact]
    public async Task A_deployed_node_names_the_environment_its_digest_and_who_did_it()
    {
        var plan = await DeployAsync();
        var deployed = await ReadAsync();
        Assert.Equal(NodeCondition.Deployed, deployed.Condition);
        Assert.Null(deployed.Holder);
        var environment = EnvironmentOf(plan);
        Assert.Equal(new DeployedEnvironment(environment.Name, environment.Version, environment.Revision, environment.User, Facts.ImageDigest, At(_minutes), "ada", plan.Operation), deployed.Environment);
        Assert.Equal(new NodeOutcome(plan.Operation, OperationKind.Deployment, "ada", At(_minutes), NodeState.Ok), deployed.Last);
    }

    [Fact]
    public async Task Questions_and_consoles_leave_no_trace_neither_of_a_deployed_node_nor_of_one_that_is_busy()
    {
        await DeployAsync();
        var before = DeepText.Of(await ReadAsync());
        await PassAsync(NodeState.Ko);
        Assert.Equal(before, DeepText.Of(await ReadAsync()));

        var plan = await BeginAsync();
        await AppendAsync(Leased(plan), Step(plan, Preparing), Step(plan, Sending));
        before = DeepText.Of(await ReadAsync());
        await PassAsync(NodeState.Ok);
        Assert.Equal(before, DeepText.Of(await ReadAsync()));
        await AppendAsync(End(plan, NodeState.Ko) with { Fault = Fault });
        var failed = await ReadAsync();
        Assert.Equal((NodeCondition.Failed, plan.Operation), (failed.Condition, failed.Last!.Operation));
        Assert.Null(failed.Environment); // it had begun to write

        async Task PassAsync(NodeState end)
        {
            foreach (var request in new OperationRequest[]
                     {
                         new PowerRequest { Nodes = [Node], User = "bob", Action = PowerAction.Status }, new ConsoleRequest { Nodes = [Node], User = "bob" },
                     })
            {
                var passing = await BeginAsync(plan => plan with { Kind = request.Kind, Request = request });
                await AppendAsync(Leased(passing), Step(passing, Preparing), End(passing, end));
            }
        }
    }

    [Fact]
    public async Task An_environment_is_in_use_while_a_node_has_it()
    {
        var environment = EnvironmentOf(await DeployAsync());
        var use = new DeployedNodes(_store);
        Assert.Equal(["node node-1"], await use.FindAsync(environment, Token));
        Assert.Empty(await use.FindAsync(environment with { Version = environment.Version + 1 }, Token));
        Assert.Empty(await use.FindAsync(environment with { User = "somebody-else" }, Token));
        await DeployAsync(static plan => With(plan, EnvironmentOf(plan) with { Revision = 0 }));
        Assert.Empty(await use.FindAsync(environment, Token)); // the node has one of the same name now, which a file describes
    }

    [Fact]
    public async Task A_recorded_environment_that_a_node_has_is_deleted_only_by_force()
    {
        await using var host = await EngineHost.OpenCatalogsAsync(new() { StateDirectory = _directory, Administrators = ["root"] }, Token);
        var catalog = host.Catalogs.Environments;
        var described = EnvironmentOf(SamplePlans.Small(1)) with { User = "ada", Visibility = Visibility.Private };
        var recorded = Assert.Single(await catalog.AddAsync([described], checksums: false, "ada", Token)).Environment;
        var plan = await DeployAsync(plan => With(plan, recorded));
        var selection = new EnvironmentSelection { Name = recorded.Name };
        var refused = await Assert.ThrowsAsync<ConfigurationException>(() => catalog.DeleteAsync(selection, force: false, "ada", Token));
        Assert.Contains($"node {Assert.Single(plan.Clusters[0].Nodes).Name}", refused.Message, StringComparison.Ordinal);
        Assert.Single(await catalog.DeleteAsync(selection, force: true, "ada", Token));
        Assert.Equal(recorded.Name, (await ReadAsync()).Environment!.Name); // what is on the disk is still known
    }

    [Fact]
    public async Task A_failed_node_names_the_fault_and_keeps_its_environment_only_while_nothing_was_written()
    {
        var first = await DeployAsync();
        var second = await BeginAsync();
        await AppendAsync(Leased(second), Step(second, Preparing), End(second, NodeState.Ko) with { Fault = Fault with { Step = Steps(second)[Preparing], InstanceAttempt = 1, Attempt = 2 } });
        var failed = await ReadAsync();
        Assert.Equal((NodeCondition.Failed, FaultCodes.NoBoot, "SetDeploymentEnvUntrusted:Reboot"), (failed.Condition, failed.Last!.Fault!.Code, failed.Last.Fault.Step!.ToString()));
        Assert.Equal(first.Operation, failed.Environment!.Operation);

        var third = await BeginAsync();
        await AppendAsync(Leased(third), Step(third, Preparing), Step(third, Sending));
        Assert.Null((await ReadAsync()).Environment); // it is being overwritten
        await AppendAsync(End(third, NodeState.Ko) with { Fault = Fault });
        failed = await ReadAsync();
        Assert.Equal((NodeCondition.Failed, third.Operation), (failed.Condition, failed.Last!.Operation));
        Assert.Null(failed.Environment);
        await DeployAsync();
        Assert.Equal(NodeCondition.Deployed, (await ReadAsync()).Condition);
    }

    [Fact]
    public async Task A_stopped_node_names_the_step_in_front_of_which_it_stands()
    {
        var plan = await BeginAsync();
        await AppendAsync(Leased(plan), Step(plan, Preparing), End(plan, NodeState.Stopped) with { Step = Steps(plan)[Sending] });
        var stopped = await ReadAsync();
        Assert.Equal((NodeCondition.Stopped, "BroadcastEnvChain:SendEnvironment"), (stopped.Condition, stopped.Last!.Step!.ToString()));
        Assert.Null(stopped.Environment);
    }

    [Fact]
    public async Task What_did_nothing_to_a_node_leaves_its_state_as_it_was()
    {
        var first = await DeployAsync();
        var before = DeepText.Of(await ReadAsync());
        var discarded = SamplePlans.Small(1);
        await _store.CreateOperationAsync(discarded, _engine, Now, Token);
        await AppendAsync(End(discarded, NodeState.Discarded) with { Fault = Fault }, Finished(discarded, new(Discarded: 1)));
        Assert.Equal(before, DeepText.Of(await ReadAsync()));
        var cancelled = await BeginAsync();
        await AppendAsync(Leased(cancelled), End(cancelled, NodeState.Cancelled) with { Fault = Fault });
        Assert.Equal(before, DeepText.Of(await ReadAsync()));
        var later = await BeginAsync();
        await AppendAsync(Leased(later), Step(later, Preparing), End(later, NodeState.Cancelled) with { Fault = Fault });
        var state = await ReadAsync();
        Assert.Equal((NodeCondition.Cancelled, first.Operation), (state.Condition, state.Environment!.Operation));
    }

    [Fact]
    public async Task Operations_of_other_kinds_leave_the_environment_alone()
    {
        var first = await DeployAsync();
        var reboot = await BeginAsync(static plan => plan with { Kind = OperationKind.Reboot, Operation = OperationId.Create(OperationKind.Reboot, Now) });
        await AppendAsync(Leased(reboot), Step(reboot, Sending), End(reboot, NodeState.Ok));
        var state = await ReadAsync();
        Assert.Equal((NodeCondition.Deployed, first.Operation, reboot.Operation), (state.Condition, state.Environment!.Operation, state.Last!.Operation));
    }

    [Fact]
    public async Task Simulated_operations_leave_no_trace_but_hold_their_nodes()
    {
        var plan = SamplePlans.Small(1, simulated: true);
        await _store.CreateOperationAsync(plan, _engine, Now, Token);
        await AppendAsync(Leased(plan), Step(plan, Sending));
        var busy = await ReadAsync();
        Assert.Equal((NodeCondition.Busy, plan.Operation), (busy.Condition, busy.Holder!.Operation));
        Assert.Null(busy.Holder.Step);
        await AppendAsync(End(plan, NodeState.Ok), Finished(plan, new(Ok: 1)));
        Assert.Empty(await _store.ReadActivitiesAsync(null, Token));
    }

    [Fact]
    public async Task Another_engine_that_takes_over_goes_on_with_the_same_state()
    {
        var plan = await BeginAsync();
        await AppendAsync(Leased(plan), Step(plan, Sending));
        var other = await SqliteStore.OpenAsync(_directory, Token);
        var successor = new EngineId(Guid.NewGuid());
        await other.RegisterEngineAsync(successor, Now.AddYears(9), Token);
        await _store.DisposeAsync();
        _store = other;
        Assert.Single(await other.TakeOverAsync(successor, false, Now, Token));
        Assert.Equal("BroadcastEnvChain:SendEnvironment", (await ReadAsync()).Holder!.Step!.ToString());
        await other.AppendAsync(successor, [End(plan, NodeState.Ko) with { Fault = Fault }], Token);
        Assert.Equal(NodeCondition.Failed, (await ReadAsync()).Condition);
    }

    [Fact]
    public async Task A_journal_from_before_gives_the_same_states_as_one_that_was_written_since()
    {
        var random = new Random(20261127);
        var plans = new Dictionary<int, (OperationPlan Plan, NodeName[] Left)>();
        var seen = new HashSet<NodeCondition>();
        for (var turn = 0; turn < 250; turn++)
        {
            if (turn % 10 == 0) seen.UnionWith((await _store.ReadActivitiesAsync(null, Token)).Values.Select(static activity => activity.Condition));
            var slot = random.Next(6);
            if (!plans.TryGetValue(slot, out var running))
            {
                var plan = SamplePlans.Small(3, first: (slot * 3) + 1, simulated: random.Next(5) == 0);
                if (random.Next(4) == 0) plan = plan with { Kind = OperationKind.Reboot, Operation = OperationId.Create(OperationKind.Reboot, Now) };
                await _store.CreateOperationAsync(plan, _engine, Now, Token);
                plans[slot] = running = (plan, [.. plan.Clusters[0].Nodes.Select(static node => node.Name)]);
                await AppendAsync([.. running.Left.Select(node => Leased(plan, node))]);
            }

            var events = new List<OperationEvent>();
            foreach (var node in running.Left.Where(_ => random.Next(2) == 0))
            {
                events.Add(Step(running.Plan, random.Next(3), node));
                if (random.Next(3) > 0) continue;
                var end = (NodeState)random.Next((int)NodeState.Ok, (int)NodeState.Discarded);
                events.Add(End(running.Plan, end, node) with { Fault = end is NodeState.Ok or NodeState.Stopped ? null : Fault });
                running.Left = [.. running.Left.Where(other => other != node)];
            }

            if (running.Left.Length == 0) events.Add(Finished(running.Plan, new(Ok: 3)));
            await AppendAsync([.. events]);
            if (running.Left.Length == 0) plans.Remove(slot);
            else plans[slot] = running;
        }

        var written = Sorted(await _store.ReadActivitiesAsync(null, Token));
        Assert.True(written.Count > 10);
        Assert.Empty(Enum.GetValues<NodeCondition>().Except(seen).Except([NodeCondition.NeverUsed]));
        await _store.DisposeAsync();
        OlderSchema.GoBack(Path.Combine(_directory, "kadeploy.db"), 1);
        _store = await SqliteStore.OpenAsync(_directory, Token);
        Assert.Equal(DeepText.Of(written), DeepText.Of(Sorted(await _store.ReadActivitiesAsync(null, Token))));
    }

    [Fact]
    public void The_migration_knows_the_same_harmless_steps_as_the_program()
    {
        using var script = new StreamReader(typeof(SqliteStore).Assembly.GetManifestResourceStream("Migrations/0002_inventory.sql")!);
        var list = Regex.Match(script.ReadToEnd(), @"NOT IN \(([^)]*)\)").Groups[1].Value;
        Assert.Equal(NodeStateRules.HarmlessSteps.Order(StringComparer.Ordinal), Regex.Matches(list, "'(\\w+)'").Select(static match => match.Groups[1].Value).Order(StringComparer.Ordinal));
        Assert.Empty(NodeStateRules.HarmlessSteps.Except(StepCatalog.All.Keys.Select(static step => step.Value).Append(StepCatalog.HoldNodes.Value)));
        Assert.True(NodeStateRules.MayWrite(new(0, "c", MacroStep.BroadcastEnv, new("BroadcastEnvChain"), new("custom_pre_x"))));
    }

    private static SortedDictionary<string, NodeActivity> Sorted(IReadOnlyDictionary<NodeName, NodeActivity> activities) =>
        new(activities.ToDictionary(static each => each.Key.Value, static each => each.Value), StringComparer.Ordinal);

    private static KaEnvironment EnvironmentOf(OperationPlan plan) => ((DeploymentRequest)plan.Request).Environment;

    private static OperationPlan With(OperationPlan plan, KaEnvironment environment) => plan with { Request = (DeploymentRequest)plan.Request with { Environment = environment } };

    private static DateTimeOffset At(int minutes) => Now.AddMinutes(minutes);

    private async Task<OperationPlan> DeployAsync(Func<OperationPlan, OperationPlan>? change = null)
    {
        var plan = await BeginAsync(change);
        await AppendAsync(Leased(plan), Step(plan, Preparing), Step(plan, Sending), End(plan, NodeState.Ok) with { Facts = Facts });
        return plan;
    }

    private async Task<OperationPlan> BeginAsync(Func<OperationPlan, OperationPlan>? change = null)
    {
        var plan = SamplePlans.Small(1);
        plan = change?.Invoke(plan) ?? plan;
        await _store.CreateOperationAsync(plan, _engine, Now, Token);
        return plan;
    }

    private async Task<NodeActivity> ReadAsync() => (await _store.ReadActivitiesAsync(null, Token))[Node];

    private Task<long> AppendAsync(params OperationEvent[] events) =>
        _store.AppendAsync(_engine, [.. events.Select(happened => happened with { At = At(++_minutes) })], Token);

    private static OperationEvent.NodeLeased Leased(OperationPlan plan, NodeName? node = null) => new() { Operation = plan.Operation, At = Now, Node = node ?? Node };

    private static OperationEvent.StepStarted Step(OperationPlan plan, int step, NodeName? node = null) => StepStarted(plan, node ?? Node, step);

    private static OperationEvent.NodeFinished End(OperationPlan plan, NodeState state, NodeName? node = null) => NodeFinished(plan, node ?? Node) with { State = state };
}
