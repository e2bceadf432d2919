namespace Kadeploy.Engine.Time;

/// <summary>A clock that stands still while anything can be done and jumps to the next timer when nothing can.</summary>
/// <remarks>Its <see cref="AdvanceToNextTimer"/> is called by <see cref="Workflow.EngineLoop"/> when idle; then timers fire in the order of
/// their due times, those of one instant in the order in which they were set. Safe for use by many threads.</remarks>
public sealed class VirtualTime : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly PriorityQueue<VirtualTimer, (long Due, long Order)> _timers = new();
    private readonly DateTimeOffset _start;
    private long _elapsedTicks;
    private long _order;
    private int _live;

    /// <summary>Makes a clock.</summary>
    /// <param name="start">The time that it shows first.</param>
    public VirtualTime(DateTimeOffset start) => _start = start.ToUniversalTime();

    /// <summary>Gets the virtual time that has passed since the start.</summary>
    public TimeSpan Elapsed => TimeSpan.FromTicks(Volatile.Read(ref _elapsedTicks));

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => _start + Elapsed;

    /// <inheritdoc/>
    public override long GetTimestamp() => Volatile.Read(ref _elapsedTicks);

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new VirtualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock forward to a time, without firing anything: where an earlier run of the same story ended.</summary>
    /// <param name="time">The time; one that has passed changes nothing.</param>
    public void SkipTo(DateTimeOffset time)
    {
        lock (_gate)
        {
            var ticks = (time - _start).Ticks;
            if (ticks > _elapsedTicks) Volatile.Write(ref _elapsedTicks, ticks);
        }
    }

    /// <summary>Moves the clock to the earliest timer and fires it on the calling thread.</summary>
    /// <returns>False when no timer is set; then nothing happened.</returns>
    public bool AdvanceToNextTimer()
    {
        VirtualTimer timer;
        lock (_gate)
        {
            while (true)
            {
                if (!_timers.TryDequeue(out var next, out var key)) return false;
                if (next.Due != key.Due || next.Order != key.Order) continue; // changed or disposed since it was queued
                if (key.Due > _elapsedTicks) Volatile.Write(ref _elapsedTicks, key.Due);
                timer = next;
                timer.Requeue();
                break;
            }
        }

        timer.Fire();
        return true;
    }

    /// <summary>Rebuilds the queue when most of it is timers that were changed or disposed: limits that were not reached.</summary>
    private void ForgetStale()
    {
        if (_timers.Count < 1024 || _timers.Count < 2 * _live) return;
        var live = _timers.UnorderedItems.Where(static item => item.Element.Due == item.Priority.Due && item.Element.Order == item.Priority.Order).ToArray();
        _timers.Clear();
        foreach (var (timer, key) in live) _timers.Enqueue(timer, key);
    }

    private sealed class VirtualTimer(VirtualTime owner, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period;

        public long Due { get; private set; } = -1;

        public long Order { get; private set; }

        public void Fire() => callback(state);

        public void Requeue()
        {
            var due = Due;
            Unqueue();
            if (_period > TimeSpan.Zero) Queue(due + _period.Ticks);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (owner._gate)
            {
                _period = period;
                Unqueue();
                if (dueTime >= TimeSpan.Zero) Queue(owner._elapsedTicks + dueTime.Ticks);
                return true;
            }
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Queue(long due)
        {
            owner._live++;
            Due = due;
            Order = ++owner._order;
            owner._timers.Enqueue(this, (Due, Order));
            owner.ForgetStale();
        }

        private void Unqueue()
        {
            if (Due >= 0) owner._live--;
            Due = -1;
        }
    }
}
