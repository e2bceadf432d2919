namespace Kadeploy.Engine.Drivers.Broadcast.Chain;

/// <summary>Keeps what is sent below a rate. Safe for use by many callers at once, which then share it.</summary>
/// <param name="bytesPerSecond">Gives the rate when it is asked; 0 for none.</param>
/// <param name="time">The clock.</param>
internal sealed class RateLimit(Func<long> bytesPerSecond, TimeProvider time)
{
    private static readonly TimeSpan Burst = TimeSpan.FromMilliseconds(20);
    private readonly Lock _gate = new();
    private readonly long _began = time.GetTimestamp();
    private TimeSpan _paidUntil;

    /// <summary>Pays for bytes.</summary>
    /// <param name="bytes">How many.</param>
    /// <returns>How long to wait before they are sent.</returns>
    public TimeSpan Take(int bytes)
    {
        var rate = bytesPerSecond();
        if (rate <= 0) return TimeSpan.Zero;
        lock (_gate)
        {
            var now = time.GetElapsedTime(_began);
            if (_paidUntil < now - Burst) _paidUntil = now - Burst;
            var wait = _paidUntil - now;
            _paidUntil += TimeSpan.FromSeconds((double)bytes / rate);
            return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
        }
    }
}
