using Kadeploy.Engine.Statistics;
using Xunit;

namespace Kadeploy.Engine.Tests.Statistics;

public class DurationTallyTests
{
    [Fact]
    public void Bins_follow_each_other_without_gaps_and_are_as_narrow_as_is_told()
    {
        for (var bin = 0; bin < DurationBuckets.Count - 1; bin++)
        {
            var (from, until) = (DurationBuckets.Lowest(bin), DurationBuckets.Lowest(bin + 1));
            Assert.Equal((bin, bin), (DurationBuckets.Of((int)from), DurationBuckets.Of((int)(until - 1))));
            var middle = DurationBuckets.Middle(bin);
            Assert.InRange(middle, from * (1 - DurationFigures.LargestError), from * (1 + DurationFigures.LargestError));
            Assert.InRange(middle, (until - 1) * (1 - DurationFigures.LargestError), (until - 1) * (1 + DurationFigures.LargestError));
        }

        Assert.Equal(DurationBuckets.Count - 1, DurationBuckets.Of(DurationBuckets.Longest));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(100)]
    [InlineData(128)]
    [InlineData(129)]
    [InlineData(5000)]
    public void Figures_are_those_of_all_durations(int count)
    {
        var chance = new Random(count);
        var durations = Enumerable.Range(0, count).Select(_ => (int)Math.Exp(chance.NextDouble() * 18)).ToArray();
        foreach (var exact in new[] { true, false })
        {
            var tally = new DurationTally(exact);
            foreach (var duration in durations) tally.Add(duration);
            var figures = tally.Figures(histogram: true)!;
            var sorted = durations.Order().ToArray();
            Assert.Equal((count, sorted[0], sorted[^1]), ((int)figures.Count, (int)figures.Minimum.TotalMilliseconds, (int)figures.Maximum.TotalMilliseconds));
            Assert.Equal(durations.Average(static d => (double)d), figures.Mean.TotalMilliseconds, 0.001);
            foreach (var (percent, value) in new[] { (0.5, figures.P50), (0.9, figures.P90), (0.95, figures.P95), (0.99, figures.P99) })
            {
                var expected = sorted[(int)Math.Ceiling(percent * count) - 1];
                Assert.InRange(value.TotalMilliseconds, expected * (1 - figures.Error), expected * (1 + figures.Error));
            }

            Assert.Equal(count, figures.Histogram.Sum(static bin => bin.Count));
            Assert.All(figures.Histogram, bin => Assert.Equal(
                sorted.Count(each => each >= bin.From.TotalMilliseconds && each < bin.Until.TotalMilliseconds), bin.Count));
        }
    }

    [Fact]
    public void Tallies_can_be_added_up()
    {
        var chance = new Random(5);
        var (together, parts) = (new DurationTally(exact: false), new DurationTally(exact: false));
        for (var part = 0; part < 20; part++)
        {
            var own = new DurationTally(exact: false);
            for (var i = 0; i < chance.Next(300); i++)
            {
                var duration = chance.Next(1 << chance.Next(1, 30));
                own.Add(duration);
                together.Add(duration);
            }

            parts.Add(own.Count, own.Total, own.Minimum, own.Maximum, own.Bins().ToArray());
        }

        Assert.Equal(together.Bins(), parts.Bins());
        Assert.Equal(together.Figures(), parts.Figures());
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 200)]
    [InlineData(40, 40)]
    [InlineData(64, 64)]
    [InlineData(100, 29)]
    [InlineData(5, 3000)]
    [InlineData(3000, 5)]
    [InlineData(2000, 2000)]
    public void Parts_that_were_counted_apart_are_as_the_whole(int first, int second)
    {
        var chance = new Random((first * 7) + second);
        var durations = Enumerable.Range(0, first + second).Select(index => (int)Math.Exp(chance.NextDouble() * (index < first ? 9 : 18))).ToArray();
        var whole = new DurationTally(exact: false);
        foreach (var duration in durations) whole.Add(duration);
        foreach (var backwards in new[] { false, true })
        {
            var (mine, other) = (new DurationTally(exact: false), new DurationTally(exact: false));
            foreach (var duration in durations[..first]) mine.Add(duration);
            foreach (var duration in durations[first..]) other.Add(duration);
            if (backwards) (mine, other) = (other, mine);
            mine.Add(other);
            Assert.Equal((whole.Count, whole.Total, whole.Minimum, whole.Maximum), (mine.Count, mine.Total, mine.Minimum, mine.Maximum));
            Assert.Equal(whole.Bins(), mine.Bins());
            mine.Add(70_000); // and can go on
            Assert.Equal(whole.Count + 1, mine.Bins().Sum(static bin => bin.Count));
        }

        Assert.Throws<InvalidOperationException>(() => new DurationTally(exact: true).Add(whole));
        Assert.Throws<InvalidOperationException>(() => whole.Add(new DurationTally(exact: true)));
    }

    [Fact]
    public void The_interval_of_the_median_holds_the_true_median_at_least_nineteen_times_of_twenty()
    {
        var chance = new Random(7);
        const int Times = 2000;
        var held = 0;
        for (var i = 0; i < Times; i++)
        {
            var tally = new DurationTally(exact: true);
            for (var n = 0; n < 40; n++) tally.Add(chance.Next(1_000_000));
            var bounds = tally.Figures()!.MedianConfidence;
            if (bounds.Low.TotalMilliseconds <= 500_000 && bounds.High.TotalMilliseconds >= 500_000) held++;
        }

        Assert.InRange(held, Times * 0.94, Times * 0.995);
    }

    [Fact]
    public void Quantiles_spread_over_the_whole_distribution()
    {
        var tally = new DurationTally(exact: true);
        for (var i = 1; i <= 100; i++) tally.Add(i);
        Assert.Equal([50], tally.Quantiles(1).Select(static d => d.TotalMilliseconds));
        Assert.Equal([25, 75], tally.Quantiles(2).Select(static d => d.TotalMilliseconds));
        Assert.Equal(100, tally.Quantiles(100).Select(static d => d.TotalMilliseconds).Distinct().Count());
        Assert.Equal(100, tally.Quantiles(1000)[^1].TotalMilliseconds);
    }
}
