namespace Kadeploy.Engine.Time;

/// <summary>The pause between a failed attempt and the next one.</summary>
/// <remarks>Nodes that failed together do not come back together: the pause is spread by ± 20 %, by the attempt alone, so that a run can be
/// repeated and foretold.</remarks>
internal static class RetryPause
{
    private const double Spread = 0.2;

    /// <summary>Gives the pause after a failed attempt.</summary>
    /// <param name="attempt">The attempt that failed. Before an instance is started again, its <see cref="AttemptId.Attempt"/> is replaced by its
    /// <see cref="AttemptId.InstanceAttempt"/>.</param>
    /// <returns><see cref="StepDefaults.FirstPause"/>, doubled with each attempt up to <see cref="StepDefaults.LongestPause"/>, ± 20 %, in whole milliseconds, as
    /// timers know nothing smaller.</returns>
    public static TimeSpan For(AttemptId attempt)
    {
        var doublings = Math.Min(attempt.Attempt - 1, 30);
        var pause = Math.Min(StepDefaults.FirstPause.TotalSeconds * (1L << doublings), StepDefaults.LongestPause.TotalSeconds);
        var chance = StableHash.Of(attempt.Step.Ordinal).Add(attempt.Node.Value).Add(attempt.InstanceAttempt).Add(attempt.Attempt).ToFraction();
        return TimeSpan.FromMilliseconds(Math.Round(pause * 1000 * (1 + (Spread * ((2 * chance) - 1)))));
    }

    /// <summary>Gives the pause after a failed attempt, as it continues.</summary>
    /// <param name="attempt">The attempt that failed.</param>
    /// <param name="consequence">What follows.</param>
    /// <returns>Nothing before a fallback: the next instance is another way, not another try.</returns>
    public static TimeSpan After(AttemptId attempt, FailureConsequence consequence) => consequence switch
    {
        FailureConsequence.Retry => For(attempt),
        FailureConsequence.RestartInstance => For(attempt with { Attempt = attempt.InstanceAttempt }),
        _ => TimeSpan.Zero,
    };
}
