using Kadeploy.Engine.Drivers;
using Kadeploy.Engine.Drivers.Fake;
using Kadeploy.Engine.Time;
using Kadeploy.Engine.Workflow;
using Xunit;

namespace Kadeploy.Engine.Tests.Drivers.Fake;

/// <summary>A simulated cluster of one plan, whose virtual time is moved by a loop.</summary>
internal sealed class SimulationBench : IDisposable
{
    private readonly EngineLoop _loop;

    public SimulationBench(OperationPlan plan, string? worldFile = null)
    {
        Plan = plan;
        World = SimulatedCluster.Open(plan.Simulation!, plan, worldFile, Time);
        _loop = new(Time);
    }

    public VirtualTime Time { get; } = new(DateTimeOffset.UnixEpoch);

    public OperationPlan Plan { get; }

    public SimulatedCluster World { get; }

    public DriverSet Drivers => World.Drivers;

    public Node this[int number] => Plan.Clusters[0].Nodes[number - 1];

    public Task<T> RunAsync<T>(Func<Task<T>> work) => _loop.InvokeAsync(work).WaitAsync(TestContext.Current.CancellationToken);

    public Task RunAsync(Func<Task> work) => RunAsync(async () =>
    {
        await work();
        return 0;
    });

    public Task PrepareAsync(int node, BootEntry entry, MacroStep macroStep = MacroStep.SetDeploymentEnv) =>
        Drivers.NetBoot.PrepareAsync(this[node], entry, Plan.Attempt($"sim-{node}", macroStep, "SwitchPxe"), default);

    public Task RebootAsync(int node, int attempt = 1) => Drivers.Power.RebootAsync(
        this[node], PowerLevel.Hard, Plan.Attempt($"sim-{node}", MacroStep.SetDeploymentEnv, "Reboot", attempt: attempt), default);

    public Task<CommandResult> CommandAsync(
        int node, MacroStep macroStep, string step, int attempt = 1, int ordinal = 0, CancellationToken cancellationToken = default) =>
        Drivers.Channel.RunAsync(
            this[node], new(Plan.Attempt($"sim-{node}", macroStep, step, attempt: attempt), "program", []) { Ordinal = ordinal }, cancellationToken);

    /// <summary>Brings a node into the deployment environment.</summary>
    public async Task<RunningSystem> EnterDeploymentEnvironmentAsync(int node)
    {
        await PrepareAsync(node, new BootEntry.DeploymentEnvironment());
        await RebootAsync(node);
        return await Drivers.Channel.WaitForAsync(this[node], SystemKind.DeploymentEnvironment, null, default);
    }

    /// <summary>Runs commands in order and gives their exit statuses.</summary>
    public async Task<int[]> CommandsAsync(int node, MacroStep macroStep, params string[] steps)
    {
        var statuses = new List<int>();
        foreach (var step in steps) statuses.Add((await CommandAsync(node, macroStep, step)).ExitStatus);
        return [.. statuses];
    }

    public async Task<List<BroadcastResult>> BroadcastAsync(int[] nodes, int instanceAttempt = 1, CancellationToken cancellationToken = default)
    {
        var targets = nodes.Select(node =>
            new BroadcastTarget(this[node], Plan.Attempt($"sim-{node}", MacroStep.BroadcastEnv, "SendEnvironment", instanceAttempt), "/dev/sda3", ["tar"]));
        var results = new List<BroadcastResult>();
        var request = new BroadcastRequest(((DeploymentRequest)Plan.Request).Environment.Image, [.. targets]);
        await foreach (var result in Drivers.Broadcasters[new("BroadcastEnvChain")].SendAsync(request, cancellationToken)) results.Add(result);
        return results;
    }

    public void Dispose()
    {
        _loop.Dispose();
        World.Dispose();
    }
}
