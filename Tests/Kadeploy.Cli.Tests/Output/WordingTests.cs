using Kadeploy.Cli.Output;
using Xunit;

namespace Kadeploy.Cli.Tests.Output;

public class WordingTests
{
    [Theory]
    [InlineData(0, "0 s")]
    [InlineData(0.214, "0.21 s")]
    [InlineData(59.4, "59 s")]
    [InlineData(59.6, "1 min 0 s")]
    [InlineData(432, "7 min 12 s")]
    [InlineData(3660, "1 h 1 min")]
    [InlineData(90000, "25 h 0 min")]
    [InlineData(-75, "-1 min 15 s")]
    public void Durations_have_two_units(double seconds, string words) => Assert.Equal(words, Wording.Duration(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void Results_leave_out_what_there_is_none_of()
    {
        Assert.Equal("0 ok", Wording.Results(new()));
        Assert.Equal("1,000 ok, 2 failed, 3 discarded", Wording.Results(new(Ok: 1000, Ko: 2, Discarded: 3)));
    }
}
