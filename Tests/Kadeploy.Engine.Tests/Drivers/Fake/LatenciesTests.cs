using Kadeploy.Engine.Drivers.Fake;
using Xunit;

namespace Kadeploy.Engine.Tests.Drivers.Fake;

public class LatenciesTests
{
    private static readonly OperationPlan Plan = SamplePlan.Default(1);
    private readonly Latencies _realistic = new(new() { Seed = 5, Latency = LatencyProfile.Realistic });

    [Fact]
    public void Boots_take_firmware_network_and_kernel_together()
    {
        var boots = Draw(attempt => _realistic.Boot(attempt, FaultPlan.Healthy, kexec: false, overNetwork: true));
        Assert.InRange(boots.Min(), 75, 85);
        Assert.InRange(boots.Max(), 210, 220);
    }

    [Fact]
    public void Kexec_skips_the_firmware() =>
        Assert.All(Draw(attempt => _realistic.Boot(attempt, FaultPlan.Healthy, kexec: true, overNetwork: false)), static seconds => Assert.InRange(seconds, 10, 25));

    [Theory]
    [InlineData("CreatePartitionTable", 1, 3)]
    [InlineData("FormatDeployPart", 2, 8)]
    [InlineData("MountDeployPart", 0.05, 0.3)]
    public void Commands_take_as_long_as_their_step(string step, double least, double most)
    {
        var durations = Draw(attempt => _realistic.Command(
            attempt with { Step = Plan.Attempt("sim-1", MacroStep.SetDeploymentEnv, step).Step }, FaultPlan.Healthy));
        Assert.All(durations, seconds => Assert.InRange(seconds, least, most));
        Assert.True(durations.Max() - durations.Min() > (most - least) * 0.9);
    }

    [Fact]
    public void Controllers_take_between_a_fifth_and_one_and_a_half_seconds() =>
        Assert.All(Draw(attempt => _realistic.Controller(attempt, FaultPlan.Healthy)), static seconds => Assert.InRange(seconds, 0.2, 1.5));

    [Fact]
    public void A_broadcast_grows_by_its_hops_alone()
    {
        var attempt = Plan.Attempt("sim-1", MacroStep.BroadcastEnv, "SendEnvironment");
        var one = _realistic.Broadcast(attempt, FaultPlan.Healthy, 1);
        Assert.InRange(one.TotalSeconds, 13.4, 16);
        Assert.InRange((_realistic.Broadcast(attempt, FaultPlan.Healthy, 1001) - one).TotalSeconds, 8, 10);
    }

    [Fact]
    public void A_late_node_takes_three_times_as_long_but_stays_within_the_default_limits()
    {
        var late = Enumerable.Range(1, 100)
            .Select(static number => FaultPlan.For(new() { FaultRate = 1, Faults = [FaultKind.AnswersLate] }, NodeName.Parse($"sim-{number}"))).First();
        var limit = StepDefaults.RebootTimeout.Evaluate(1)!.Value.TotalSeconds;
        var slow = Draw(attempt => _realistic.Boot(attempt, late, kexec: false, overNetwork: true));
        var normal = Draw(attempt => _realistic.Boot(attempt, FaultPlan.Healthy, kexec: false, overNetwork: true));
        foreach (var (first, second) in slow.Zip(normal)) Assert.Equal(Math.Min(3 * second, 0.9 * limit), first, 0.002);
    }

    [Fact]
    public void Without_a_profile_nothing_takes_time()
    {
        var none = new Latencies(new() { Seed = 5 });
        var attempt = Plan.Attempt("sim-1", MacroStep.BroadcastEnv, "SendEnvironment");
        Assert.Equal(TimeSpan.Zero, none.Boot(attempt, FaultPlan.Healthy, kexec: false, overNetwork: true));
        Assert.Equal(TimeSpan.Zero, none.Broadcast(attempt, FaultPlan.Healthy, 100));
        Assert.Equal(TimeSpan.Zero, none.Command(attempt, FaultPlan.Healthy));
        Assert.Equal(TimeSpan.Zero, none.Network("DEFAULT"));
    }

    // See FaultPlanTests: a noted seed must go on meaning the same cluster.
    [Fact]
    public void What_is_drawn_never_changes()
    {
        var boot = _realistic.Boot(Plan.Attempt("sim-1", MacroStep.SetDeploymentEnv, "Reboot"), FaultPlan.Healthy, kexec: false, overNetwork: true);
        var format = _realistic.Command(Plan.Attempt("sim-1", MacroStep.SetDeploymentEnv, "FormatDeployPart"), FaultPlan.Healthy);
        Assert.Equal((165_275, 2_306), (boot.TotalMilliseconds, format.TotalMilliseconds));
    }

    private static List<double> Draw(Func<AttemptId, TimeSpan> draw) => [.. Enumerable.Range(1, 1000)
        .Select(number => draw(Plan.Attempt($"sim-{number}", MacroStep.SetDeploymentEnv, "Reboot")).TotalSeconds)];
}
