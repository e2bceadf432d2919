using Kadeploy.Engine.Drivers.Fake;
using Xunit;

namespace Kadeploy.Engine.Tests.Drivers.Fake;

public class FaultTests
{
    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Every_node_ends_as_its_seed_decrees(FaultKind kind)
    {
        var options = new SimulationOptions { Seed = 11, Latency = LatencyProfile.Realistic, FaultRate = 1, Faults = [kind] };
        using var bench = new SimulationBench(SamplePlan.Default(60, options));
        foreach (var node in bench.Plan.Clusters[0].Nodes)
        {
            var (plan, workflow) = (FaultPlan.For(options, node.Name), new TinyWorkflow(bench.Plan, bench.Drivers, bench.Time));
            Assert.Equal(plan.Expected, await bench.RunAsync(() => workflow.RunAsync(node)));
            if (plan.Expected == NodeState.Ko) Assert.Contains(workflow.LastFailure!.Value, plan.ExpectedCodes);
        }
    }

    [Fact]
    public async Task A_flapping_step_fails_as_often_as_decreed_even_when_the_world_is_closed_in_between()
    {
        var options = new SimulationOptions { FaultRate = 1, Faults = [FaultKind.Flaps] };
        var plan = SamplePlan.Default(300, options);
        var node = plan.Clusters[0].Nodes.First(node => FaultPlan.For(options, node.Name).Failures == 2);
        using var file = new TemporaryFile();
        var failed = new List<bool>();
        foreach (var attempt in new[] { 1, 1, 2, 2, 3 })
        {
            using var bench = new SimulationBench(plan, file.Path);
            var failure = await Record.ExceptionAsync(() => bench.RunAsync(() => bench.RebootAsync(int.Parse(node.Name.Value[4..]), attempt)));
            failed.Add(failure is OperationFailedException);
        }

        Assert.Equal([true, true, true, true, false], failed); // an attempt that is made again ends as it did
    }

    [Fact]
    public async Task A_node_that_dies_in_the_broadcast_is_dead_until_it_is_reset_and_costs_the_others_nothing()
    {
        var options = new SimulationOptions { Latency = LatencyProfile.Realistic, FaultRate = 0.5, Faults = [FaultKind.DiesInBroadcast] };
        var plan = SamplePlan.Default(20, options);
        using var bench = new SimulationBench(plan);
        await bench.RunAsync(async () =>
        {
            await Task.WhenAll(Enumerable.Range(1, 20).Select(async node =>
            {
                await bench.EnterDeploymentEnvironmentAsync(node);
                await bench.CommandsAsync(node, MacroStep.SetDeploymentEnv, "CreatePartitionTable", "FormatDeployPart", "MountDeployPart");
            }));
            var results = await bench.BroadcastAsync([.. Enumerable.Range(1, 20)]);
            Assert.Equal(
                SimulationNodes.Create(20).Where(node => FaultPlan.For(options, node.Name).Kind is not null).Select(static node => node.Name).Order(),
                results.Where(static result => result.Failure is not null).Select(static result => result.Node).Order());
            var dead = results.First(static result => result.Failure is not null).Node;
            var number = int.Parse(dead.Value[4..]);
            Assert.Null(await bench.Drivers.Channel.IdentifyAsync(bench[number], default));
            Assert.Contains("not connected", Assert.Single(await bench.BroadcastAsync([number], 2)).Failure!.Message, StringComparison.Ordinal);
            await bench.RebootAsync(number, attempt: 2);
            Assert.NotNull(await bench.Drivers.Channel.WaitForAsync(bench[number], SystemKind.DeploymentEnvironment, null, default));
        });
    }

    [Fact]
    public async Task A_refusing_controller_gives_evidence_and_does_nothing()
    {
        using var file = new TemporaryFile();
        using var bench = new SimulationBench(SamplePlan.Default(1, new() { FaultRate = 1, Faults = [FaultKind.BmcRefuses] }), file.Path);
        var failure = await Assert.ThrowsAsync<OperationFailedException>(() => bench.RunAsync(() => bench.RebootAsync(1)));
        Assert.Equal(FaultCodes.PowerRefused, failure.Code);
        Assert.NotEmpty(failure.Evidence);
        await Assert.ThrowsAsync<OperationFailedException>(() => bench.RunAsync(() => bench.Drivers.Power.GetStateAsync(bench[1], default)));
        Assert.Empty(SideEffectLedger.Read(file.Path));
    }

    public static TheoryData<FaultKind> Kinds() => [.. Enum.GetValues<FaultKind>()];
}
