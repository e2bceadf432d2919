namespace Kadeploy.Engine.Time;

/// <summary>The pauses between attempts.</summary>
internal static class RetryPause
{
    /// <summary>Gives the pause after a failed attempt.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <returns><see cref="StepDefaults.FirstPause"/>, doubled with each attempt up to <see cref="StepDefaults.LongestPause"/>.</returns>
    public static TimeSpan For(AttemptId attempt)
    {
        var pause = StepDefaults.FirstPause * Math.Pow(2, Math.Min(attempt.Attempt - 1, 20));
        return pause < StepDefaults.LongestPause ? pause : StepDefaults.LongestPause;
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
