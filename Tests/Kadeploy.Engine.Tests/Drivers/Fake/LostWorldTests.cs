using Xunit;

namespace Kadeploy.Engine.Tests.Drivers.Fake;

/// <summary>What becomes of a simulated operation whose machines were forgotten.</summary>
public sealed class LostWorldTests : IDisposable
{
    private readonly string _state = Directory.CreateTempSubdirectory("kadeploy-lost-").FullName;

    public void Dispose() => Directory.Delete(_state, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task No_healthy_machines_are_invented_in_the_place_of_lost_ones_and_the_operation_can_be_given_up(bool emptied)
    {
        var id = await LeaveUnfinishedAsync();
        var world = StateDirectory.WorldFile(_state, id);
        File.Delete(world);
        if (emptied) await File.WriteAllTextAsync(world, "", TestContext.Current.CancellationToken);

        await using (var host = await OpenAsync())
        {
            Assert.Equal([id], (await host.Engine.ResumeAsync(CancellationToken.None)).Select(static operation => operation.Id));
            var failure = await Assert.ThrowsAsync<StoreException>(() => host.Engine.WaitAsync(id, CancellationToken.None));
            Assert.Contains(world, failure.Message, StringComparison.Ordinal);
            Assert.Contains($"kadeploy cancel {id}", failure.Message, StringComparison.Ordinal);
            await host.Engine.CancelAsync(id, Environment.UserName, CancellationToken.None);
        }

        await using var next = await OpenAsync();
        await next.Engine.ResumeAsync(CancellationToken.None);
        var ended = await next.Engine.WaitAsync(id, CancellationToken.None);
        Assert.Equal(OperationState.Cancelled, ended.State);
        Assert.Equal(300, ended.Results.Total);
    }

    private async Task<OperationId> LeaveUnfinishedAsync()
    {
        await using var host = await OpenAsync();
        var simulation = new SimulationOptions { Latency = LatencyProfile.Realistic };
        var plan = await host.PlanSimulationAsync(simulation, 300, Environment.UserName, null, null, CancellationToken.None);
        await host.Engine.StartAsync(plan, CancellationToken.None);
        await host.Engine.ReadEventsAsync(plan.Operation, 0, follow: true, CancellationToken.None).FirstAsync();
        return plan.Operation;
    }

    private Task<EngineHost> OpenAsync() =>
        EngineHost.OpenAsync(new EngineOptions { StateDirectory = _state, Simulated = true }, CancellationToken.None);
}
