using Kadeploy.Engine.Drivers.Fake;
using Xunit;

namespace Kadeploy.Engine.Tests;

/// <summary>Everything together in this process: planner, workflow, micro-steps, simulated cluster and the store on disk.</summary>
public sealed class EngineHostTests : IDisposable
{
    private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("kadeploy-host-");

    public void Dispose() => _state.Delete(recursive: true);

    [Theory]
    [InlineData(3)]
    [InlineData(17)]
    public async Task Nodes_end_as_decreed_and_as_foretold_and_whoever_failed_says_why_also_when_the_journal_is_read_again(int seed)
    {
        var simulation = new SimulationOptions { Seed = seed, Latency = LatencyProfile.Realistic, FaultRate = 0.3 };
        OperationPlan plan;
        await using (var host = await OpenAsync())
        {
            plan = await host.PlanSimulationAsync(simulation, 200, "alice", null, null, CancellationToken.None);
            var begin = host.Time.GetUtcNow();
            await host.Engine.StartAsync(plan, CancellationToken.None);
            await host.Engine.WaitAsync(plan.Operation, CancellationToken.None);
            var forecast = EngineHost.Forecast(plan);
            Assert.InRange((host.Time.GetUtcNow() - begin) / forecast.CriticalPath, 0.98, 1.02);
            Assert.All(plan.Clusters[0].Nodes, node => Assert.Equal(FaultPlan.For(simulation, node.Name).Expected, forecast.Decreed[node.Name]));
        }

        await using var reader = await EngineHost.OpenReadOnlyAsync(_state.FullName, CancellationToken.None);
        var events = await reader.ReadEventsAsync(plan.Operation, 0, follow: false, CancellationToken.None).ToListAsync(TestContext.Current.CancellationToken);
        var ends = events.OfType<OperationEvent.NodeFinished>().ToList();
        Assert.Equal(200, ends.Count);
        Assert.All(ends, end => Assert.Equal(FaultPlan.For(simulation, end.Node).Expected, end.State));
        Assert.All(ends.Where(static end => end.State == NodeState.Ok), static end => Assert.NotNull(end.Facts.ImageDigest));
        var failed = ends.Where(static end => end.State == NodeState.Ko).ToList();
        Assert.NotEmpty(failed);
        Assert.All(failed, end =>
        {
            var fault = end.Fault!;
            Assert.Contains(fault.Code, FaultPlan.For(simulation, end.Node).ExpectedCodes);
            Assert.NotNull(fault.Step);
            Assert.True(fault is { InstanceAttempt: > 0, Attempt: > 0 });
            Assert.Contains(end.Node.Value, fault.Message, StringComparison.Ordinal);
            Assert.Equal(FaultCodes.Find(fault.Code)!.SuggestedAction, fault.SuggestedAction);
        });
        var faults = events.OfType<OperationEvent.StepFailed>().Select(static e => e.Fault).ToList();
        Assert.Contains(faults, static fault => fault.Code == FaultCodes.PowerRefused && fault.Evidence.Any(line => line.Contains("0xd4", StringComparison.Ordinal)));
        Assert.Contains(faults, static fault => fault.Evidence.Any(line => line.Contains("Input/output error", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Real_nodes_are_refused_while_there_is_no_place_where_they_come_from()
    {
        await using var host = await EngineHost.OpenAsync(new() { StateDirectory = _state.FullName }, CancellationToken.None);
        var request = new DeploymentRequest { Nodes = [NodeName.Parse("a-1")], User = "alice", Environment = SimulationNodes.Environment };
        var refused = await Assert.ThrowsAsync<ConfigurationException>(() => host.Engine.PlanAsync(request, CancellationToken.None));
        Assert.Contains("'a-1' is not known", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_operation_whose_drivers_cannot_be_had_is_not_recorded()
    {
        await File.WriteAllTextAsync(Path.Combine(_state.FullName, "simulations"), "no directory", CancellationToken.None);
        await using var host = await OpenAsync();
        var plan = await host.PlanSimulationAsync(new(), 2, "alice", null, null, CancellationToken.None);
        await Assert.ThrowsAsync<StoreException>(() => host.Engine.StartAsync(plan, CancellationToken.None));
        Assert.Empty(await host.Engine.ListOperationsAsync(10, CancellationToken.None));
        Assert.Empty(await host.Engine.ResumeAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_plan_is_started_once_only()
    {
        await using var host = await OpenAsync();
        var plan = await host.PlanSimulationAsync(new(), 2, "alice", null, null, CancellationToken.None);
        await host.Engine.StartAsync(plan, CancellationToken.None);
        await Assert.ThrowsAsync<InvalidOperationException>(() => host.Engine.StartAsync(plan, CancellationToken.None));
        Assert.Equal(new NodeCounts(Ok: 2), (await host.Engine.WaitAsync(plan.Operation, CancellationToken.None)).Results);
    }

    [Fact]
    public async Task Only_the_user_of_an_operation_and_administrators_may_cancel_it_from_outside()
    {
        await using var host = await OpenAsync();
        var plan = await host.PlanSimulationAsync(new(), 1, "alice", null, null, CancellationToken.None);
        await host.Engine.StartAsync(plan, CancellationToken.None);
        await host.Engine.WaitAsync(plan.Operation, CancellationToken.None);
        await using var reader = await EngineHost.OpenReadOnlyAsync(_state.FullName, CancellationToken.None);
        string[] administrators = ["root", "boss"];
        var refused = await Assert.ThrowsAsync<NotAllowedException>(() => reader.CancelAsync(plan.Operation, "bob", administrators, CancellationToken.None));
        Assert.Contains("belongs to alice", refused.Message, StringComparison.Ordinal);
        foreach (var allowed in new[] { "alice", "boss" })
        {
            // Who may is told that it is too late.
            var late = await Assert.ThrowsAsync<ConfigurationException>(() => reader.CancelAsync(plan.Operation, allowed, administrators, CancellationToken.None));
            Assert.Contains("has ended already", late.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_worlds_of_the_last_ten_simulations_are_kept()
    {
        for (var i = 0; i < 13; i++)
        {
            await using var host = await OpenAsync();
            var plan = await host.PlanSimulationAsync(new(), 1, "alice", null, null, CancellationToken.None);
            await host.Engine.StartAsync(plan, CancellationToken.None);
            await host.Engine.WaitAsync(plan.Operation, CancellationToken.None);
        }

        await (await OpenAsync()).DisposeAsync();
        Assert.Equal(10, Directory.GetFiles(Path.Combine(_state.FullName, "simulations"), "*.world").Length);
    }

    private Task<EngineHost> OpenAsync() =>
        EngineHost.OpenAsync(new() { StateDirectory = _state.FullName, Simulated = true }, CancellationToken.None);
}
