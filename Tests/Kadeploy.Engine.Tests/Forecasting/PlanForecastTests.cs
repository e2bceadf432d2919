using System.Collections.Immutable;
using Kadeploy.Engine.Drivers.Fake;
using Kadeploy.Engine.Forecasting;
using Kadeploy.Engine.Tests.Drivers.Fake;
using Kadeploy.Engine.Time;
using Xunit;

namespace Kadeploy.Engine.Tests.Forecasting;

/// <summary>Small cases, computed by hand.</summary>
public class PlanForecastTests
{
    [Fact]
    public void One_node_takes_the_sum_of_its_steps()
    {
        var plan = Plan(1, Instance(0, Step("A"), Step("B")));
        Assert.Equal(7, Forecast(plan, asked => asked.Name() == "A" ? 3 : 4).Duration.TotalSeconds);
    }

    [Fact]
    public void A_set_begins_when_the_last_node_has_come()
    {
        // Nodes come after 10 and 30 s; the set of two takes 5 s, and what follows 1 s.
        var plan = Plan(2, Instance(0, Step("A"), Step("S") with { Scope = StepScope.Set }, Step("B")));
        var sizes = new List<int>();
        var forecast = Forecast(plan, asked =>
        {
            if (asked.Name() == "S") sizes.Add(asked.SetSize);
            return asked.Name() switch { "A" => asked.Number() == 1 ? 10 : 30, "S" => 5, _ => 1 };
        });
        Assert.Equal([36d, 36d], forecast.Seconds());
        Assert.Equal([2, 2], sizes);
    }

    [Fact]
    public void A_node_that_comes_after_the_deadline_forms_its_own_set()
    {
        // 10 + 180 s is the deadline; the late node comes at 500 s.
        var plan = Plan(2, Instance(0, Step("A"), Step("S") with { Scope = StepScope.Set }));
        Assert.Equal([195d, 505d], Forecast(plan, asked => asked.Name() == "S" ? 5 : asked.Number() == 1 ? 10 : 500).Seconds());
    }

    [Fact]
    public void A_barrier_has_no_deadline()
    {
        var plan = Plan(2, Instance(0, Step("A"), Step("S") with { Scope = StepScope.Barrier }, Step("B")));
        Assert.Equal([501d, 501d], Forecast(plan, asked => asked.Name() == "B" ? 1 : asked.Number() == 1 ? 10 : 500).Seconds());
    }

    [Fact]
    public void A_node_that_has_failed_is_no_longer_waited_for()
    {
        var plan = Plan(2, Instance(0, Step("A"), Step("S") with { Scope = StepScope.Set }));
        var forecast = PlanForecast.Of(plan, asked => asked.Name() == "A" && asked.Number() == 2
            ? new(ForecastEnd.Fails, TimeSpan.FromSeconds(20))
            : new(ForecastEnd.Succeeds, TimeSpan.FromSeconds(5)));
        Assert.Equal([25d, 20d], forecast.Seconds());
        Assert.Equal([NodeState.Ok, NodeState.Ko], forecast.Nodes.Select(static node => node.State));
    }

    [Fact]
    public void Nodes_of_earlier_macro_steps_are_waited_for()
    {
        var plan = SamplePlan.Of(
            SimulationNodes.Create(2), null,
            SamplePlan.Macro(MacroStep.SetDeploymentEnv, Instance(0, Step("A"))),
            SamplePlan.Macro(MacroStep.BroadcastEnv, Instance(0, Step("S") with { Scope = StepScope.Set })));
        Assert.Equal([35d, 35d], Forecast(plan, static asked => asked.Name() == "S" ? 5 : asked.Number() == 1 ? 10 : 30).Seconds());
    }

    [Fact]
    public void In_a_later_instance_only_its_own_nodes_are_waited_for()
    {
        // Node 1 falls back after 1 s and comes to the second instance's set at 4 s, while node 2 is busy in the macro-step before.
        var plan = SamplePlan.Of(
            SimulationNodes.Create(2), null,
            SamplePlan.Macro(MacroStep.SetDeploymentEnv, Instance(0, Step("A"))),
            SamplePlan.Macro(
                MacroStep.BroadcastEnv, Instance(0, Step("F")), Instance(0, Step("B"), Step("S") with { Scope = StepScope.Set })));
        var forecast = PlanForecast.Of(plan, static asked => new(
            asked.Name() == "F" ? ForecastEnd.Fails : ForecastEnd.Succeeds,
            TimeSpan.FromSeconds(asked.Name() switch { "A" => asked.Number() == 1 ? 0 : 100, "F" => 1, "B" => 3, _ => 5 })));
        Assert.Equal([9d, 109d], forecast.Seconds());
    }

    [Fact]
    public void Sets_wait_for_a_slot_and_who_comes_in_the_meantime_joins()
    {
        // Four broadcasts of 500 s take all slots; the fifth set is released at 190 s, its late node comes at 300 s, its slot at 500 s.
        var set = Step("S") with { Scope = StepScope.Set, Resources = [ThrottledResource.Broadcasts] };
        var plan = Plan(6, Instance(0, Step("A"), set));
        var (cluster, nodes) = (plan.Clusters[0], plan.Clusters[0].Nodes);
        plan = plan with { Clusters = [.. nodes[..4].Select(node => cluster with { Nodes = [node] }), cluster with { Nodes = nodes[4..] }] };
        var forecast = Forecast(plan, static asked => asked.Name() switch
        {
            "A" => asked.Number() switch { 5 => 10, 6 => 300, _ => 0 },
            _ => asked.Number() > 4 ? 5 : 500,
        });
        Assert.Equal([500d, 500d, 500d, 500d, 505d, 505d], forecast.Seconds());
    }

    [Fact]
    public void Slots_are_given_in_order_and_kept_for_the_next_step_that_needs_them()
    {
        // 51 nodes, 50 slots: the last one begins when the first has ended both of its steps.
        ImmutableArray<ThrottledResource> slots = [ThrottledResource.BmcCalls];
        var plan = Plan(51, Instance(0, Step("A") with { Resources = slots }, Step("B") with { Resources = slots }, Step("C")));
        var forecast = Forecast(plan, static asked => asked.Name() == "C" ? 100 : 5);
        Assert.Equal([.. Enumerable.Repeat(110d, 50), 120d], forecast.Seconds());
    }

    [Fact]
    public void Waiting_for_a_slot_does_not_count_against_limits()
    {
        ImmutableArray<ThrottledResource> slots = [ThrottledResource.BmcCalls];
        var plan = Plan(51, Instance(0, Step("A", timeout: 10) with { Resources = slots }) with { Timeout = TimeoutExpression.Seconds(15) });
        var forecast = Forecast(plan, static _ => 10);
        Assert.Equal(20, forecast.Duration.TotalSeconds);
        Assert.All(forecast.Nodes, static node => Assert.Equal(NodeState.Ok, node.State));
    }

    [Fact]
    public void A_retry_costs_a_pause_and_comes_before_the_instance_is_started_again()
    {
        var plan = Plan(1, Instance(1, Step("A"), Step("B", retries: 1)));
        var asked = new List<string>();
        var forecast = PlanForecast.Of(plan, attempt =>
        {
            asked.Add($"{attempt.Name()} {attempt.Attempt.InstanceAttempt}.{attempt.Attempt.Attempt}");
            var fails = attempt.Name() == "B" && attempt.Attempt.InstanceAttempt == 1;
            return new(fails ? ForecastEnd.Fails : ForecastEnd.Succeeds, TimeSpan.FromSeconds(2));
        });
        var failed = plan.Attempt("sim-1", MacroStep.SetDeploymentEnv, "B");
        var pauses = RetryPause.For(failed) + RetryPause.For(failed with { Attempt = 1 });
        Assert.Equal(["A 1.1", "B 1.1", "B 1.2", "A 2.1", "B 2.1"], asked);
        Assert.Equal(TimeSpan.FromSeconds(10) + pauses, forecast.Duration);
    }

    [Fact]
    public void The_next_instance_comes_at_once_and_after_an_unusable_driver_without_retries()
    {
        var plan = SamplePlan.Of(
            SimulationNodes.Create(2), null,
            SamplePlan.Macro(MacroStep.SetDeploymentEnv, Instance(3, Step("A", retries: 5)), Instance(0, Step("B"))));
        var forecast = PlanForecast.Of(plan, static asked => asked.Name() == "A"
            ? new(ForecastEnd.Unusable, TimeSpan.FromSeconds(1))
            : new(ForecastEnd.Succeeds, TimeSpan.FromSeconds(2)));
        Assert.Equal([3d, 3d], forecast.Seconds());
    }

    [Fact]
    public void The_smaller_of_step_limit_and_what_is_left_of_the_instance_s_holds()
    {
        // 60 s of the instance's 100 s are spent when B begins, whose own limit is 70 s; its retries are of no use then.
        var plan = Plan(1, Instance(0, Step("A"), Step("B", timeout: 70, retries: 3)) with { Timeout = TimeoutExpression.Seconds(100) });
        var forecast = PlanForecast.Of(
            plan, static asked => asked.Name() == "A" ? new(ForecastEnd.Succeeds, TimeSpan.FromSeconds(60)) : new(ForecastEnd.Never));
        Assert.Equal((100d, NodeState.Ko), (forecast.Duration.TotalSeconds, forecast.Nodes[0].State));
    }

    [Fact]
    public void A_step_is_not_retried_when_its_instance_has_no_time_left_for_it()
    {
        // 4 s, a pause of about 1 s, 4 s; a pause of about 2 s would end after the limit of 10 s, as the workflow finds too.
        var plan = Plan(1, Instance(0, Step("A", timeout: 4, retries: 10)) with { Timeout = TimeoutExpression.Seconds(10) });
        var asked = new List<int>();
        var forecast = PlanForecast.Of(plan, attempt =>
        {
            asked.Add(attempt.Attempt.Attempt);
            return new(ForecastEnd.Never);
        });
        Assert.Equal([1, 2], asked);
        Assert.Equal(TimeSpan.FromSeconds(8) + RetryPause.For(plan.Attempt("sim-1", MacroStep.SetDeploymentEnv, "A")), forecast.Duration);
    }

    [Fact]
    public void A_node_that_hangs_where_no_limit_holds_has_no_end()
    {
        var plan = Plan(1, Instance(0, Step("A", timeout: 0)));
        Assert.Equal(NodeState.Running, PlanForecast.Of(plan, static _ => new(ForecastEnd.Never)).Nodes[0].State);
    }

    [Fact]
    public void A_node_stops_at_a_breakpoint_and_is_not_waited_for()
    {
        var plan = Plan(1, Instance(0, Step("A"), Step("B") with { Breakpoint = true }));
        var forecast = Forecast(plan, static _ => 5);
        Assert.Equal((NodeState.Stopped, 5d), (forecast.Nodes[0].State, forecast.Duration.TotalSeconds));
    }

    [Fact]
    public void Macro_steps_tell_when_half_and_all_nodes_have_left_them()
    {
        var plan = SamplePlan.Of(
            SimulationNodes.Create(3), null,
            SamplePlan.Macro(MacroStep.SetDeploymentEnv, Instance(0, Step("A"))), SamplePlan.Macro(MacroStep.Verify, Instance(0, Step("B"))));
        var forecast = Forecast(plan, static asked => asked.Name() == "A" ? 10 * asked.Number() : 1);
        Assert.Equal(
            [
                new(MacroStep.SetDeploymentEnv, 3, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(30)),
                new(MacroStep.Verify, 3, TimeSpan.FromSeconds(21), TimeSpan.FromSeconds(31)),
            ],
            forecast.MacroSteps);
    }

    private static OperationPlan Plan(int nodes, InstancePlan instance) =>
        SamplePlan.Of(SimulationNodes.Create(nodes), null, SamplePlan.Macro(MacroStep.SetDeploymentEnv, instance));

    private static InstancePlan Instance(int retries, params MicroStepPlan[] steps) => SamplePlan.Instance("SetDeploymentEnvUntrusted", retries, 0, steps);

    private static MicroStepPlan Step(string name, int timeout = 0, int retries = 0) => SamplePlan.Step(name, timeout, retries);

    private static PlanForecast Forecast(OperationPlan plan, Func<ForecastAttempt, double> seconds) =>
        PlanForecast.Of(plan, asked => new(ForecastEnd.Succeeds, TimeSpan.FromSeconds(seconds(asked))));
}

internal static class ForecastReading
{
    public static string Name(this ForecastAttempt asked) => asked.Step.Step.MicroStep.Value;

    public static int Number(this ForecastAttempt asked) => int.Parse(asked.Attempt.Node.Value[4..]);

    public static IEnumerable<double> Seconds(this PlanForecast forecast) => forecast.Nodes.Select(static node => node.Duration.TotalSeconds);
}
