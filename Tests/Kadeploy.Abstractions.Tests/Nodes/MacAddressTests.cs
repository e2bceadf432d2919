using Xunit;

namespace Kadeploy.Tests.Nodes;

public class MacAddressTests
{
    [Theory]
    [InlineData("52:54:00:12:34:56", "52:54:00:12:34:56")]
    [InlineData("52-54-00-ab-CD-eF", "52:54:00:ab:cd:ef")]
    [InlineData("525400ABCDEF", "52:54:00:ab:cd:ef")]
    [InlineData("00:00:00:00:00:01", "00:00:00:00:00:01")]
    [InlineData("ff:ff:ff:ff:ff:ff", "ff:ff:ff:ff:ff:ff")]
    public void Every_usual_spelling_is_read(string text, string written)
    {
        Assert.Equal(written, MacAddress.Parse(text).ToString());
        Assert.True(MacAddress.TryParse(text, null, out var address));
        Assert.Equal(MacAddress.Parse(written), address);
    }

    [Theory]
    [InlineData("")]
    [InlineData("52:54:00:12:34")]
    [InlineData("52:54:00:12:34:56:78")]
    [InlineData("52:54-00:12:34:56")]
    [InlineData("52:54:00:12:34-56")]
    [InlineData("52.54.00.12.34.56")]
    [InlineData("5254.0012.3456")]
    [InlineData("52:54:00:12:34:5g")]
    [InlineData("52:54:00:12:34: 6")]
    [InlineData("52:54:00:12:34:+6")]
    [InlineData(" 2540012345 ")]
    [InlineData("52540012345\0")]
    [InlineData("0x5254001234")]
    [InlineData("+52540012345")]
    [InlineData("٣25400123456")]
    public void Anything_else_is_refused(string text)
    {
        Assert.False(MacAddress.TryParse(text, null, out var address));
        Assert.Equal(default, address);
        var message = Assert.Throws<FormatException>(() => MacAddress.Parse(text)).Message;
        Assert.Contains("six pairs of hexadecimal digits", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\0', message);
    }

    [Fact]
    public void Nothing_is_no_address()
    {
        Assert.False(MacAddress.TryParse(null, null, out _));
        Assert.Throws<ArgumentNullException>(() => MacAddress.Parse(null!));
        Assert.Equal("00:00:00:00:00:00", default(MacAddress).ToString());
    }
}
