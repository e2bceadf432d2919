using Kadeploy.Agent.Linux;

namespace Kadeploy.Agent.Chain;

/// <summary>Tells for how long a thread that waits in one place only got no processor: it neither waited there nor ran.</summary>
/// <remarks>Made, and used, by that thread. How late it was woken there is not part of it.</remarks>
internal sealed unsafe class Lateness
{
    private long _began = TimeProvider.System.GetTimestamp();
    private TimeSpan _ran = Ran();
    private TimeSpan _waited;

    /// <summary>Notes a wait that has ended.</summary>
    /// <param name="began">The timestamp at which it began.</param>
    public void Waited(long began) => _waited += TimeProvider.System.GetElapsedTime(began);

    /// <summary>Gives the time without a processor since this was last asked.</summary>
    public TimeSpan Take()
    {
        var (now, ran) = (TimeProvider.System.GetTimestamp(), Ran());
        var late = TimeProvider.System.GetElapsedTime(_began, now) - _waited - (ran - _ran);
        (_began, _ran, _waited) = (now, ran, TimeSpan.Zero);
        return late > TimeSpan.Zero ? late : TimeSpan.Zero;
    }

    private static TimeSpan Ran()
    {
        Libc.TimeValue value;
        return Libc.ReadClock(Libc.ThisThreadsTime, &value) == 0 ? TimeSpan.FromSeconds(value.Seconds) + TimeSpan.FromMicroseconds(value.Nanoseconds / 1000.0) : TimeSpan.Zero;
    }
}
