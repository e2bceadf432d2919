using Kadeploy.Engine;
using Kadeploy.Engine.Drivers.Fake;
using Kadeploy.Engine.Stores.Sqlite;
using Xunit;

namespace Kadeploy.Cli.Tests.EndToEnd;

/// <summary>The real executable, killed with SIGKILL at seeded random instants of deployments and started again.</summary>
public class KillTests
{
    private const int Kills = 100;
    private const int Nodes = 50;

    private readonly Lock _gate = new();
    private int _kills;

    [Fact]
    public async Task After_a_hundred_kills_every_node_ends_as_its_seed_decreed_and_nothing_was_done_twice()
    {
        await Parallel.ForEachAsync(
            Enumerable.Range(1, 10 * Kills),
            new ParallelOptions { MaxDegreeOfParallelism = Math.Max(2, Environment.ProcessorCount / 2), CancellationToken = TestContext.Current.CancellationToken },
            async (seed, token) =>
            {
                if (Volatile.Read(ref _kills) < Kills) await KillAndResumeAsync(seed, token);
            });
        Assert.True(_kills >= Kills, $"only {_kills} kills hit an operation");
        TestContext.Current.SendDiagnosticMessage($"{_kills} kills");
    }

    private async Task KillAndResumeAsync(int seed, CancellationToken cancellationToken)
    {
        using var state = new StateFolder();
        var simulation = new SimulationOptions
        {
            Seed = seed, FaultRate = 0.2, Latency = seed % 2 == 0 ? LatencyProfile.Realistic : LatencyProfile.None,
        };
        var chance = new Random(seed);
        var arguments = new[]
        {
            "simulate", "--nodes", $"{Nodes}", "--seed", $"{seed}", "--fault-rate", "0.2", "--latency",
            simulation.Latency == LatencyProfile.None ? "none" : "realistic", "--state", state.Path, "--json",
        };
        for (var kill = 0; kill < 7; kill++)
        {
            await RunUntilAsync(chance.Next(1, 900), cancellationToken, arguments);
            if (!File.Exists(Path.Combine(state.Path, "kadeploy.db"))) return; // killed before it had begun
            if (await OperationAsync(state) is not { State: OperationState.Running }) break;
            lock (_gate) _kills++;
            arguments = ["resume", "--state", state.Path, "--json"];
        }

        await KadeployProcess.RunAsync("resume", "--state", state.Path, "--json");
        await CheckAsync(state, simulation);
    }

    /// <summary>Runs the executable until it has written so many events, or to its end.</summary>
    private static async Task RunUntilAsync(int events, CancellationToken cancellationToken, params string[] arguments)
    {
        using var process = KadeployProcess.Start(arguments);
        for (var i = 0; i < events; i++)
            if (await process.Output.ReadLineAsync(cancellationToken) is null) return;
        await process.KillAsync();
    }

    private static async Task<Operation?> OperationAsync(StateFolder state)
    {
        await using var reader = await EngineHost.OpenReadOnlyAsync(state.Path, CancellationToken.None);
        return (await reader.ListOperationsAsync(10, CancellationToken.None)).SingleOrDefault();
    }

    private static async Task CheckAsync(StateFolder state, SimulationOptions simulation)
    {
        var operation = await OperationAsync(state);
        if (operation is null) return; // killed before it was recorded: nothing was touched
        Assert.Equal(OperationState.Finished, operation.State);
        await using var store = await SqliteStore.OpenAsync(state.Path, CancellationToken.None);
        var plan = (await store.FindPlanAsync(operation.Id, CancellationToken.None))!;
        var events = await store.ReadEventsAsync(operation.Id, 0, CancellationToken.None).ToListAsync();

        // None lost, none ended twice, and each as the seed decreed.
        var ended = events.OfType<OperationEvent.NodeFinished>().ToDictionary(static e => e.Node);
        Assert.Equal(Nodes, ended.Count);
        foreach (var (node, end) in ended)
        {
            var decreed = FaultPlan.For(simulation, node);
            Assert.True(decreed.Expected == end.State, $"seed {simulation.Seed}: {node} with {decreed.Kind} ended {end.State}: {end.Fault?.Message}");
            if (end.Fault is { } fault) Assert.Contains(fault.Code, decreed.ExpectedCodes);
        }

        // The machines' own memory, independent of the journal: what must not be repeated was done at most once in each attempt.
        var once = plan.Clusters[0].MacroSteps.SelectMany(static macro => macro.Instances).SelectMany(static instance => instance.MicroSteps)
            .Where(static step => !step.Repeatable).Select(static step => step.Step.Ordinal).ToHashSet();
        var effects = SideEffectLedger.Read(StateDirectory.WorldFile(state.Path, operation.Id));
        Assert.NotEmpty(effects);
        Assert.All(
            effects.Where(effect => once.Contains(effect.StepOrdinal))
                .GroupBy(static effect => (effect.Node, effect.StepOrdinal, effect.InstanceAttempt, effect.Attempt, effect.Effect, effect.Command)),
            static same => Assert.Single(same));

        // Nothing was done that had not been announced.
        var announced = events.OfType<OperationEvent.StepStarted>()
            .Select(static e => (e.Node, e.Step.Ordinal, e.InstanceAttempt, e.Attempt)).ToHashSet();
        Assert.All(effects, effect => Assert.Contains((effect.Node, effect.StepOrdinal, effect.InstanceAttempt, effect.Attempt), announced));
    }
}
