using Kadeploy.Engine.Time;
using Xunit;

namespace Kadeploy.Engine.Tests.Time;

public class StableHashTests
{
    [Fact]
    public void Values_never_change()
    {
        Assert.Equal(7386785190177107538UL, StableHash.Of(0).ToBits());
        Assert.Equal(3365953848760634473UL, StableHash.Of(1).Add("sim-1").Add(-7).ToBits());
    }

    [Fact]
    public void Texts_are_told_apart_where_they_meet() =>
        Assert.NotEqual(StableHash.Of(1).Add("ab").Add("c").ToBits(), StableHash.Of(1).Add("a").Add("bc").ToBits());

    [Fact]
    public void Fractions_and_indices_are_spread_evenly()
    {
        var counts = new int[10];
        for (var i = 0; i < 10_000; i++)
        {
            Assert.Equal(StableHash.Of(i).ToIndex(10), (int)(StableHash.Of(i).ToFraction() * 10));
            counts[StableHash.Of(i).ToIndex(10)]++;
        }

        Assert.All(counts, static count => Assert.InRange(count, 880, 1120));
    }
}
