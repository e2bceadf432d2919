namespace Kadeploy.Agent.Chain;

/// <summary>Keeps what is taken below a rate.</summary>
/// <param name="bytesPerSecond">The rate; 0 for none.</param>
/// <param name="burst">How many bytes may come at once.</param>
internal sealed class Pace(long bytesPerSecond, long burst)
{
    private readonly long _burst = burst;
    private long _left;
    private long _at = Environment.TickCount64;

    /// <summary>Gets a value indicating whether nothing more may be taken for now.</summary>
    public bool IsSpent => bytesPerSecond > 0 && _left <= 0;

    /// <summary>Notes what was taken.</summary>
    public void Spend(long bytes, long now)
    {
        if (bytesPerSecond == 0) return;
        _left -= bytes;
        Refill(now);
    }

    /// <summary>Says how long to wait at most, in milliseconds.</summary>
    public int Pause(long now, int most)
    {
        if (bytesPerSecond == 0) return most;
        Refill(now);
        return _left > 0 ? most : (int)Math.Min(most, (-_left * 1000 / bytesPerSecond) + 1);
    }

    private void Refill(long now)
    {
        var earned = (now - _at) * bytesPerSecond / 1000;
        if (earned == 0) return;
        _left = Math.Min(_burst, _left + earned);
        _at = now;
    }
}
