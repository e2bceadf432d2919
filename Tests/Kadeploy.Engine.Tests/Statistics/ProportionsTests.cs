using Kadeploy.Engine.Statistics;
using Xunit;

namespace Kadeploy.Engine.Tests.Statistics;

public class ProportionsTests
{
    // From the tables of Newcombe, Statistics in Medicine 17 (1998), pages 857 and 873.
    [Theory]
    [InlineData(81, 263, 0.2553, 0.3662)]
    [InlineData(15, 148, 0.0624, 0.1605)]
    [InlineData(0, 20, 0, 0.1611)]
    [InlineData(1, 29, 0.0061, 0.1718)]
    public void Bounds_of_a_share_are_those_of_Wilson(long successes, long total, double low, double high)
    {
        var bounds = Proportions.Wilson(successes, total);
        Assert.Equal((low, high), (Math.Round(bounds.Low, 4), Math.Round(bounds.High, 4)));
    }

    [Theory]
    [InlineData(56, 70, 48, 80, 0.0524, 0.3339)]
    [InlineData(9, 10, 3, 10, 0.1705, 0.8090)]
    [InlineData(5, 56, 0, 29, -0.0381, 0.1926)]
    [InlineData(10, 10, 0, 20, 0.6791, 1)]
    public void Bounds_of_a_difference_are_those_of_Newcombe(long after, long afterTotal, long before, long beforeTotal, double low, double high)
    {
        var bounds = Proportions.Difference(
            (double)before / beforeTotal, Proportions.Wilson(before, beforeTotal), (double)after / afterTotal, Proportions.Wilson(after, afterTotal));
        Assert.Equal((low, high), (Math.Round(bounds.Low, 4), Math.Round(bounds.High, 4)));
    }

    [Fact]
    public void Nothing_says_nothing() => Assert.Equal(new(0, 1), Proportions.Wilson(0, 0));

    [Theory]
    [InlineData(0, 10, 0.3)]
    [InlineData(1, 10, 0.3)]
    [InlineData(5, 10, 0.3)]
    [InlineData(10, 10, 0.3)]
    [InlineData(3, 60, 0.01)]
    [InlineData(59, 60, 0.99)]
    [InlineData(30, 60, 0.5)]
    public void The_tail_is_the_sum_of_its_terms(int failures, int total, double rate)
    {
        var sum = 0.0;
        for (var k = failures; k <= total; k++)
        {
            var term = 1.0;
            for (var i = 1; i <= k; i++) term *= (double)(total - k + i) / i;
            sum += term * Math.Pow(rate, k) * Math.Pow(1 - rate, total - k);
        }

        Assert.Equal(sum, Proportions.TailOf(failures, total, rate), sum * 1e-10);
    }

    [Fact]
    public void Extreme_tails_are_neither_lost_nor_above_one()
    {
        Assert.InRange(Proportions.TailOf(900, 1000, 0.01), 0, 1e-200);
        Assert.Equal(1, Proportions.TailOf(1, 1_000_000, 0.5), 12);
        Assert.Equal(0.5, Proportions.TailOf(500_000, 1_000_000, 0.5), 0.001);
        Assert.Equal(1, Proportions.TailOf(3, 3, 1));
        Assert.Equal(0, Proportions.TailOf(1, 3, 0));
    }
}
