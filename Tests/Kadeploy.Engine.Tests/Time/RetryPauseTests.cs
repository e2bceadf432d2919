using Kadeploy.Engine.Tests.Drivers.Fake;
using Kadeploy.Engine.Time;
using Xunit;

namespace Kadeploy.Engine.Tests.Time;

public class RetryPauseTests
{
    private static readonly OperationPlan Plan = SamplePlan.Default(1);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(4, 8)]
    [InlineData(5, 16)]
    [InlineData(6, 30)]
    [InlineData(60, 30)]
    public void Pauses_double_up_to_the_longest_and_are_spread_by_a_fifth(int attempt, double seconds)
    {
        var pauses = Enumerable.Range(1, 1000).Select(node => RetryPause.For(Attempt(node, attempt)).TotalSeconds).ToList();
        Assert.InRange(pauses.Min(), seconds * 0.8, seconds * 0.82);
        Assert.InRange(pauses.Max(), seconds * 1.18, seconds * 1.2);
        Assert.InRange(pauses.Average(), seconds * 0.98, seconds * 1.02);
    }

    [Fact]
    public void The_operation_does_not_matter_so_that_a_run_can_be_repeated()
    {
        var other = Attempt(1, 1) with { Operation = OperationId.Create(OperationKind.Deployment, DateTimeOffset.UnixEpoch) };
        Assert.Equal(RetryPause.For(Attempt(1, 1)), RetryPause.For(other));
    }

    [Fact]
    public void Every_part_of_the_attempt_matters()
    {
        var attempt = Attempt(1, 1);
        Assert.NotEqual(RetryPause.For(attempt), RetryPause.For(Attempt(2, 1)));
        Assert.NotEqual(RetryPause.For(attempt), RetryPause.For(attempt with { InstanceAttempt = 2 }));
        Assert.NotEqual(RetryPause.For(attempt), RetryPause.For(attempt with { Step = attempt.Step with { Ordinal = 9 } }));
    }

    private static AttemptId Attempt(int node, int attempt) => Plan.Attempt($"sim-{node}", MacroStep.SetDeploymentEnv, "Reboot", attempt: attempt);
}
