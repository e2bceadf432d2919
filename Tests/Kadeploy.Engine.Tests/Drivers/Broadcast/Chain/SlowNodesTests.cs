using Kadeploy.Engine.Drivers.Broadcast.Chain;
using Xunit;

namespace Kadeploy.Engine.Tests.Drivers.Broadcast.Chain;

/// <summary>Which members hold back the others, and which only seem to.</summary>
public class SlowNodesTests
{
    private const long Ring = 24L << 20;
    private const double Rate = 23e6;

    [Fact]
    public void One_that_gets_a_tenth_is_found_within_a_second()
    {
        var found = FirstFound(static seconds => seconds * Rate, static seconds => seconds * Rate / 10);
        Assert.NotNull(found);
        Assert.InRange(found.Value.TotalSeconds, 0.2, 1);
    }

    [Fact]
    public void One_that_keeps_up_or_nearly_so_is_not_slow()
    {
        Assert.Null(FirstFound(static seconds => seconds * Rate, static seconds => seconds * Rate));
        Assert.Null(FirstFound(static seconds => seconds * Rate, static seconds => seconds * Rate * 0.8));
    }

    [Fact]
    public void A_pause_that_is_made_up_for_is_none()
    {
        // Nothing for a fifth of a second, then twice as fast until it is there again.
        Assert.Null(FirstFound(static seconds => seconds * Rate, static seconds => seconds < 1 ? seconds * Rate : seconds < 1.2 ? Rate : Math.Min(seconds * Rate, Rate + ((seconds - 1.2) * 2 * Rate))));
    }

    [Fact]
    public void When_its_source_is_slow_it_is_not()
    {
        Assert.Null(FirstFound(static seconds => Math.Min(seconds, 1) * Rate + (Math.Max(0, seconds - 1) * Rate / 10), static seconds => Math.Min(seconds, 1) * Rate + (Math.Max(0, seconds - 1) * Rate / 10)));
    }

    [Fact]
    public void Who_waits_for_a_processor_is_given_more_time()
    {
        var found = FirstFound(static seconds => seconds * Rate, static seconds => seconds * Rate / 10, late: 50);
        Assert.NotNull(found);
        Assert.InRange(found.Value.TotalSeconds, 3, 5);
    }

    [Fact]
    public void A_threshold_of_nothing_finds_nobody() => Assert.Null(FirstFound(static seconds => seconds * Rate, static _ => 0, threshold: 0));

    private static TimeSpan? FirstFound(Func<double, double> source, Func<double, double> member, int late = 0, double threshold = 0.5)
    {
        var slow = new SlowNodes(threshold);
        for (var now = TimeSpan.Zero; now < TimeSpan.FromSeconds(8); now += TimeSpan.FromMilliseconds(100))
        {
            slow.Note(1, (long)source(now.TotalSeconds), late, 0, now);
            slow.Note(2, (long)member(now.TotalSeconds), late, 1, now);
            if (slow.IsSlow(2, Ring, now)) return now;
        }

        return null;
    }
}
