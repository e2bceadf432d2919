using Kadeploy.Engine.Time;
using Xunit;

namespace Kadeploy.Engine.Tests.Time;

public class VirtualTimeTests
{
    private readonly VirtualTime _time = new(DateTimeOffset.UnixEpoch);

    [Fact]
    public void Time_stands_still_until_it_is_moved_and_then_jumps_to_the_timer()
    {
        var fired = TimeSpan.Zero;
        using var timer = _time.CreateTimer(_ => fired = _time.Elapsed, null, TimeSpan.FromSeconds(5), Timeout.InfiniteTimeSpan);
        Assert.Equal(TimeSpan.Zero, _time.Elapsed);
        Assert.True(_time.AdvanceToNextTimer());
        Assert.Equal(TimeSpan.FromSeconds(5), fired);
        Assert.False(_time.AdvanceToNextTimer());
    }

    [Fact]
    public void Timers_of_one_instant_fire_in_the_order_in_which_they_were_set()
    {
        var order = new List<int>();
        var timers = Enumerable.Range(0, 20)
            .Select(i => _time.CreateTimer(_ => order.Add(i), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan)).ToArray();
        while (_time.AdvanceToNextTimer())
        {
        }

        Assert.Equal(Enumerable.Range(0, timers.Length), order);
    }

    [Fact]
    public void A_disposed_timer_does_not_fire_and_a_changed_one_fires_at_its_new_time()
    {
        var fired = new List<double>();
        var disposed = _time.CreateTimer(_ => fired.Add(-1), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        using var changed = _time.CreateTimer(_ => fired.Add(_time.Elapsed.TotalSeconds), null, TimeSpan.FromSeconds(2), Timeout.InfiniteTimeSpan);
        disposed.Dispose();
        changed.Change(TimeSpan.FromSeconds(9), Timeout.InfiniteTimeSpan);
        while (_time.AdvanceToNextTimer())
        {
        }

        Assert.Equal([9d], fired);
    }

    [Fact]
    public void A_periodic_timer_fires_at_each_period()
    {
        var fired = new List<double>();
        using var timer = _time.CreateTimer(_ => fired.Add(_time.Elapsed.TotalSeconds), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3));
        for (var i = 0; i < 3; i++) _time.AdvanceToNextTimer();
        Assert.Equal([1d, 4d, 7d], fired);
    }
}
