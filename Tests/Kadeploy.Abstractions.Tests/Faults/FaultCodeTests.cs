using Xunit;

namespace Kadeploy.Tests.Faults;

public class FaultCodeTests
{
    [Theory]
    [InlineData("KA2104", "KA2104")]
    [InlineData("ka2104", "KA2104")]
    [InlineData("KA0007", "KA0007")]
    public void Codes_are_read_and_written_with_four_digits(string text, string written)
    {
        Assert.Equal(written, FaultCode.Parse(text).ToString());
        Assert.Equal(FaultCode.Parse(written), FaultCode.Parse(text));
    }

    [Theory]
    [InlineData("")]
    [InlineData("KA")]
    [InlineData("2104")]
    [InlineData("KA210")]
    [InlineData("KA21040")]
    [InlineData("KB2104")]
    [InlineData("KA 104")]
    [InlineData("KA+104")]
    [InlineData("KA-104")]
    [InlineData("KA21\0\0")]
    [InlineData("KA٣٣٣٣")]
    public void Anything_else_is_refused(string text)
    {
        Assert.False(FaultCode.TryParse(text, null, out var code));
        Assert.Equal(default, code);
        Assert.Contains("they look like KA2104", Assert.Throws<FormatException>(() => FaultCode.Parse(text)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_no_code() => Assert.False(FaultCode.TryParse(null, null, out _));
}
