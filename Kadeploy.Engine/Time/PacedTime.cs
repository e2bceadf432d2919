namespace Kadeploy.Engine.Time;

/// <summary>A clock that runs faster or slower than another one: simulated nodes that can be watched.</summary>
/// <remarks>Its timers fire by the other clock, on the threads of that clock. Safe for use by many threads.</remarks>
/// <param name="start">The time that it shows first.</param>
/// <param name="speed">How many of its seconds pass in one of the other's; above 0.</param>
/// <param name="pace">The other clock.</param>
public sealed class PacedTime(DateTimeOffset start, double speed, TimeProvider pace) : TimeProvider
{
    private readonly long _begin = pace.GetTimestamp();
    private readonly DateTimeOffset _start = start.ToUniversalTime();
    private long _skippedTicks;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => _start + TimeSpan.FromTicks(GetTimestamp());

    /// <inheritdoc/>
    public override long GetTimestamp() => (pace.GetElapsedTime(_begin) * speed).Ticks + Volatile.Read(ref _skippedTicks);

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new PacedTimer(pace.CreateTimer(callback, state, Slow(dueTime), Slow(period)), this);

    /// <summary>Moves the clock forward to a time: where an earlier run of the same story ended. Timers that are set are not moved.</summary>
    /// <param name="time">The time; one that has passed changes nothing.</param>
    public void SkipTo(DateTimeOffset time)
    {
        var ahead = (time - GetUtcNow()).Ticks;
        if (ahead > 0) Interlocked.Add(ref _skippedTicks, ahead);
    }

    // The longest that timers of the system take.
    private TimeSpan Slow(TimeSpan span) =>
        span <= TimeSpan.Zero ? span : TimeSpan.FromMilliseconds(Math.Min(Math.Ceiling(span.TotalMilliseconds / speed), uint.MaxValue - 1));

    private sealed class PacedTimer(ITimer timer, PacedTime owner) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(owner.Slow(dueTime), owner.Slow(period));

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
