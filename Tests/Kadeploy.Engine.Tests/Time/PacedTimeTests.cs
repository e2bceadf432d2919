using Kadeploy.Engine.Time;
using Xunit;

namespace Kadeploy.Engine.Tests.Time;

public class PacedTimeTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 10, 0, 0, TimeSpan.Zero);

    private readonly VirtualTime _pace = new(new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData(60, 10, 600)]
    [InlineData(1, 10, 10)]
    [InlineData(0.5, 10, 5)]
    public void Time_passes_as_much_faster_as_it_was_told(double speed, int seconds, int passed)
    {
        var time = new PacedTime(Start, speed, _pace);
        Pass(seconds);
        Assert.Equal(Start.AddSeconds(passed), time.GetUtcNow());
        Assert.Equal(TimeSpan.FromSeconds(passed), time.GetElapsedTime(0));
    }

    [Fact]
    public void Timers_fire_when_their_time_has_come_by_this_clock()
    {
        var time = new PacedTime(Start, 60, _pace);
        var fired = new List<DateTimeOffset>();
        using var timer = time.CreateTimer(_ => fired.Add(time.GetUtcNow()), null, TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(1));
        for (var i = 0; i < 3; i++) _pace.AdvanceToNextTimer();
        Assert.Equal([Start.AddMinutes(3), Start.AddMinutes(4), Start.AddMinutes(5)], fired);
        Assert.True(timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));
        Assert.False(_pace.AdvanceToNextTimer());
    }

    [Fact]
    public void The_clock_goes_on_where_an_earlier_run_ended_and_never_back()
    {
        var time = new PacedTime(Start, 2, _pace);
        time.SkipTo(Start.AddHours(1));
        time.SkipTo(Start);
        Pass(10);
        Assert.Equal(Start.AddHours(1).AddSeconds(20), time.GetUtcNow());
    }

    private void Pass(int seconds)
    {
        using var timer = _pace.CreateTimer(static _ => { }, null, TimeSpan.FromSeconds(seconds), Timeout.InfiniteTimeSpan);
        Assert.True(_pace.AdvanceToNextTimer());
    }
}
