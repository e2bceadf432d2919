using Kadeploy.Engine.Drivers.Fake;
using Kadeploy.Engine.Forecasting;
using Kadeploy.Engine.Tests.Drivers.Fake;
using Xunit;

namespace Kadeploy.Engine.Tests.Forecasting;

public class SimulationForecastTests
{
    [Fact]
    public async Task The_forecast_of_a_node_that_is_alone_is_exact_whatever_its_fault()
    {
        var options = new SimulationOptions { Seed = 4, Latency = LatencyProfile.Realistic, FaultRate = 0.8 };
        var kinds = new HashSet<FaultKind?>();
        foreach (var node in SimulationNodes.Create(150))
        {
            var all = SamplePlan.Default(1, options);
            var plan = all with { Clusters = [all.Clusters[0] with { Nodes = [node] }] };
            var forecast = PlanForecast.OfSimulation(plan);
            using var bench = new SimulationBench(plan);
            var state = await bench.RunAsync(() => new TinyWorkflow(plan, bench.Drivers, bench.Time).RunAsync(node));
            Assert.Equal((node.Name, state, bench.Time.Elapsed), (node.Name, forecast.Nodes[0].State, forecast.Duration));
            kinds.Add(FaultPlan.For(options, node.Name).Kind);
        }

        Assert.Equal(Enum.GetValues<FaultKind>().Length + 1, kinds.Count);
    }

    [Fact]
    public void Every_node_of_a_large_cluster_is_forecast_to_end_as_its_seed_decrees()
    {
        var options = new SimulationOptions { Seed = 1, Latency = LatencyProfile.Realistic, FaultRate = 0.05 };
        var forecast = PlanForecast.OfSimulation(SamplePlan.Default(1000, options));
        Assert.All(forecast.Nodes, node => Assert.Equal(FaultPlan.For(options, node.Node).Expected, node.State));
        Assert.Contains(forecast.Nodes, static node => node.State == NodeState.Ko);
        Assert.Equal(OperationPhases.OfDeployments, forecast.MacroSteps.Select(static macro => macro.MacroStep));
        Assert.Equal(forecast.Nodes.Max(static node => node.Duration), forecast.Duration);
    }

    [Fact]
    public void Without_latencies_and_faults_nothing_takes_time() =>
        Assert.Equal(TimeSpan.Zero, PlanForecast.OfSimulation(SamplePlan.Default(100)).Duration);

    [Fact]
    public void Real_nodes_have_no_forecast() =>
        Assert.Throws<ArgumentException>(() => PlanForecast.OfSimulation(SamplePlan.Default(1) with { Simulation = null }));
}
