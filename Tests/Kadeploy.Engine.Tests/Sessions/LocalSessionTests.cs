using Kadeploy.Engine.Drivers.Fake;
using Kadeploy.Engine.Sessions;
using Xunit;

namespace Kadeploy.Engine.Tests.Sessions;

/// <summary>Sessions as front ends use them: the real engine, the store on disk, simulated nodes.</summary>
public sealed class LocalSessionTests : IAsyncLifetime
{
    // So slow that nothing ends by itself while a test lasts.
    private const double Frozen = 0.001;

    private static readonly CancellationToken None = CancellationToken.None;

    private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("kadeploy-session-");
    private readonly LocalSessions _sessions = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _sessions.DisposeAsync();
        _state.Delete(recursive: true);
    }

    [Fact]
    public async Task Reading_where_there_is_nothing_finds_nothing_and_makes_nothing()
    {
        var empty = Path.Combine(_state.FullName, "nothing");
        await using var session = _sessions.Open(new() { StateDirectory = empty });
        var id = OperationId.Create(OperationKind.Deployment, DateTimeOffset.UnixEpoch);
        Assert.Empty(await session.Operations.ListOperationsAsync(10, None));
        Assert.Null(await session.FindOperationAsync(id, None));
        Assert.Null(await session.FindPlanAsync(id, None));
        Assert.False(await session.IsRunAsync(id, None));
        Assert.Empty(await session.Operations.ReadEventsAsync(id, 0, follow: true, None).ToListAsync(None));
        Assert.Empty(await session.Operations.ResumeAsync(None));
        Assert.False(Directory.Exists(empty));
    }

    [Fact]
    public async Task What_was_begun_in_a_session_goes_on_after_it_and_is_followed_from_another_one()
    {
        var started = await StartAsync(new(), null, 20);
        await using var other = _sessions.Open(Settings(new(), null));
        var events = await other.Operations.ReadEventsAsync(started.Id, 0, follow: true, None).ToListAsync(None);
        Assert.IsType<OperationEvent.Finished>(events[^1]);
        var ended = await other.Operations.WaitAsync(started.Id, None);
        Assert.Equal((OperationState.Finished, 20), (ended.State, ended.Results.Ok));
    }

    [Fact]
    public async Task The_seed_of_the_session_decides_how_nodes_end()
    {
        var simulation = new SimulationOptions { Seed = 4, FaultRate = 0.5 };
        await using var session = _sessions.Open(Settings(simulation, null));
        var plan = await session.Operations.PlanAsync(Request(30), None);
        await session.Operations.StartAsync(plan, None);
        var ended = await session.Operations.WaitAsync(plan.Operation, None);
        var decreed = plan.Clusters[0].Nodes.Count(node => FaultPlan.For(simulation, node.Name).Expected == NodeState.Ko);
        Assert.InRange(decreed, 1, 29);
        Assert.Equal(decreed, ended.Results.Ko);
        Assert.NotNull(session.Forecast(plan));
    }

    [Fact]
    public async Task An_operation_is_run_until_its_process_lets_go_and_is_then_resumed_by_another()
    {
        var started = await StartAsync(new() { Latency = LatencyProfile.Realistic }, Frozen, 3);
        Assert.Equal([started.Id], _sessions.Running);
        await using (var elsewhere = new LocalSessions())
        {
            await using var session = elsewhere.Open(Settings(new(), null));
            Assert.True(await session.IsRunAsync(started.Id, None));
            Assert.Empty(await session.Operations.ResumeAsync(None));
            await _sessions.DisposeAsync();
            Assert.False(await session.IsRunAsync(started.Id, None));
            Assert.Equal([started.Id], (await session.Operations.ResumeAsync(None)).Select(static each => each.Id));
            Assert.Equal(3, (await session.Operations.WaitAsync(started.Id, None)).Results.Ok);
        }
    }

    [Fact]
    public async Task Whoever_waits_for_an_operation_of_an_engine_that_was_stopped_is_told_so()
    {
        var started = await StartAsync(new() { Latency = LatencyProfile.Realistic }, Frozen, 1);
        await using var session = _sessions.Open(Settings(new(), null));
        var waiting = session.Operations.WaitAsync(started.Id, None);
        await _sessions.DisposeAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Contains("resumed", (await Assert.ThrowsAsync<LeaseLostException>(() => session.Operations.WaitAsync(started.Id, None))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_operation_can_be_cancelled_here_and_from_another_process()
    {
        var simulation = new SimulationOptions { Latency = LatencyProfile.Realistic };
        var here = await StartAsync(simulation, Frozen, 2, "a");
        var there = await StartAsync(simulation, Frozen, 2, "b");
        await using var session = _sessions.Open(Settings(simulation, Frozen));
        await session.Operations.CancelAsync(here.Id, session.User, None);
        Assert.Equal(2, (await session.Operations.WaitAsync(here.Id, None)).Results.Cancelled);
        await using var elsewhere = new LocalSessions();
        await using var other = elsewhere.Open(Settings(new(), null));
        await Assert.ThrowsAsync<NotAllowedException>(() => other.Operations.CancelAsync(there.Id, "mallory", None));
        await other.Operations.CancelAsync(there.Id, session.User, None);
        Assert.Equal(2, (await session.Operations.WaitAsync(there.Id, None)).Results.Cancelled);
    }

    [Fact]
    public async Task Checks_say_which_controller_refuses_and_which_node_is_busy_and_change_nothing()
    {
        var simulation = new SimulationOptions { FaultRate = 1, Faults = [FaultKind.BmcRefuses], Latency = LatencyProfile.Realistic };
        var busy = await StartAsync(simulation, Frozen, 1);
        await using var session = _sessions.Open(Settings(simulation, Frozen));
        var plan = await session.Operations.PlanAsync(Request(2), None);
        var checks = await session.CheckAsync(plan, None).ToListAsync(None);
        Assert.Equal(
            [("a-1", PlanCheckOutcome.Failed), ("a-2", PlanCheckOutcome.Passed)],
            checks.Where(static check => check.Check == PlanCheckKind.Lease).Select(static check => (check.Subject, check.Outcome)));
        Assert.Contains(busy.Id.Value, checks.First(static check => check is { Check: PlanCheckKind.Lease, Outcome: PlanCheckOutcome.Failed }).Message, StringComparison.Ordinal);
        var power = checks.Where(static check => check.Check == PlanCheckKind.Power).ToList();
        Assert.Equal(["a-1", "a-2"], power.Select(static check => check.Subject).Order());
        Assert.All(power, static check => Assert.Equal((PlanCheckOutcome.Failed, FaultCodes.PowerRefused), (check.Outcome, check.Code)));
        Assert.Equal([busy.Id], (await session.Operations.ListOperationsAsync(10, None)).Select(static each => each.Id));
    }

    [Fact]
    public async Task Machines_need_a_configuration_and_a_description()
    {
        var missing = Path.Combine(_state.FullName, "kadeploy.yml");
        await using var session = _sessions.Open(new() { StateDirectory = _state.FullName, Configuration = missing });
        Assert.Contains(missing, (await Assert.ThrowsAsync<ConfigurationException>(() => session.Operations.PlanAsync(Request(1), None))).Message, StringComparison.Ordinal);
        Assert.Contains("debian13", (await Assert.ThrowsAsync<ConfigurationException>(() => session.FindEnvironmentAsync(new() { Name = "debian13" }, None))).Message, StringComparison.Ordinal);
        Assert.Contains("there.yaml", (await Assert.ThrowsAsync<ConfigurationException>(() => session.ReadEnvironmentAsync(Path.Combine(_state.FullName, "there.yaml"), None))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_environment_is_found_by_its_name_and_simulated_nodes_take_any_other_one()
    {
        await using var session = _sessions.Open(Settings(new(), null));
        var image = SimulationNodes.Environment.Image with { Location = new("https://images.example/recorded.tar.gz") }; // a place that the catalogue takes
        var recorded = SimulationNodes.Environment with { Name = "recorded", Version = 3, User = session.User, Image = image };
        var environments = (await session.OpenCatalogsAsync(None)).Environments;
        await environments.ImportAsync([recorded], replace: false, checksums: false, session.User, None);
        Assert.Equal(3, (await session.FindEnvironmentAsync(new() { Name = "recorded" }, None)).Version);
        var made = await session.FindEnvironmentAsync(new() { Name = "anything", Version = 7 }, None);
        Assert.Equal(("anything", 7), (made.Name, made.Version));
        await using var machines = _sessions.Open(Settings(new(), null) with { Simulation = null });
        Assert.Equal("recorded", (await machines.FindEnvironmentAsync(new() { Name = "recorded" }, None)).Name);
        await Assert.ThrowsAsync<ConfigurationException>(() => machines.FindEnvironmentAsync(new() { Name = "anything" }, None));
    }

    [Fact]
    public void What_is_not_chosen_gets_its_default()
    {
        var complete = _sessions.Complete(new());
        Assert.Equal(StateDirectory.Default, complete.StateDirectory);
        Assert.NotNull(complete.Configuration);
        Assert.Throws<ConfigurationException>(() => _sessions.Complete(new() { SimulationSpeed = 0 }));
        Assert.Equal(complete with { Simulation = new() { Faults = [FaultKind.Flaps] } }, complete with { Simulation = new() { Faults = [FaultKind.Flaps] } });
        Assert.NotEqual(complete with { Simulation = new() { Faults = [FaultKind.Flaps] } }, complete with { Simulation = new() });
    }

    [Fact]
    public async Task The_names_that_workflows_are_made_of_can_be_listed()
    {
        await using var session = _sessions.Open(new() { StateDirectory = _state.FullName });
        var known = session.ListInstances();
        Assert.Contains(known, static each => each.Name.Value == "SetDeploymentEnvUntrusted" && each.MicroSteps.Contains(new("WaitReboot")));
        Assert.Equal(Enum.GetValues<MacroStep>().Length, known.Select(static each => each.MacroStep).Distinct().Count());
    }

    private async Task<Operation> StartAsync(SimulationOptions simulation, double? speed, int nodes, string prefix = "a")
    {
        await using var session = _sessions.Open(Settings(simulation, speed));
        return await session.Operations.StartAsync(await session.Operations.PlanAsync(Request(nodes, prefix), None), None);
    }

    private KaSession Settings(SimulationOptions simulation, double? speed) => new() { StateDirectory = _state.FullName, Simulation = simulation, SimulationSpeed = speed };

    private static DeploymentRequest Request(int nodes, string prefix = "a") => new()
    {
        Nodes = NodeSet.Parse($"{prefix}-[1-{nodes}]").Names, Environment = SimulationNodes.Environment, User = Environment.UserName,
    };
}
