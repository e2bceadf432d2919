namespace Kadeploy.Engine.Tests.Drivers.Files;

/// <summary>A clock on which pauses between attempts are over at once, and limits never are.</summary>
internal sealed class HastyTime : TimeProvider
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private TimeSpan _ahead;

    /// <summary>Gets the pauses that were made.</summary>
    public List<TimeSpan> Pauses { get; } = [];

    /// <summary>Gets or sets whether limits are over at once too.</summary>
    public bool LimitsEnd { get; set; }

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + _ahead;

    public void Advance(TimeSpan by) => _ahead += by;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var limit = dueTime == Limit;
        lock (Pauses)
            if (!limit && dueTime != Timeout.InfiniteTimeSpan) Pauses.Add(dueTime);
        if (limit ? LimitsEnd : dueTime != Timeout.InfiniteTimeSpan) dueTime = TimeSpan.FromMilliseconds(1);
        else if (limit) dueTime = Timeout.InfiniteTimeSpan;
        return System.CreateTimer(callback, state, dueTime, period);
    }
}
