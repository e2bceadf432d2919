using Xunit;

namespace Kadeploy.Tests.Nodes;

public class NodeNameTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("lab-1")]
    [InlineData("graphene-144.nancy.example.org")]
    [InlineData("10.0.0.1")]
    [InlineData("a_b")]
    public void Host_names_are_read_as_they_are(string text) => Assert.Equal(text, NodeName.Parse(text).Value);

    [Fact]
    public void Names_are_kept_in_lower_case() => Assert.Equal(NodeName.Parse("lab-1.site"), NodeName.Parse("LAB-1.Site"));

    [Theory]
    [InlineData("", "may not be empty")]
    [InlineData("lab 1", "character ' ' at position 4")]
    [InlineData("lab-[1-3]", "character '[' at position 5")]
    [InlineData("-a", "must begin and end")]
    [InlineData("a.", "must begin and end")]
    [InlineData("a;rm", "character ';' at position 2")]
    [InlineData("é", "character 'é' at position 1")]
    public void Anything_else_is_refused_with_the_reason(string text, string reason)
    {
        Assert.False(NodeName.TryParse(text, null, out _));
        Assert.Contains(reason, Assert.Throws<FormatException>(() => NodeName.Parse(text)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_longer_than_a_host_name_may_be_is_refused() =>
        Assert.Contains("at most 253", Assert.Throws<FormatException>(() => NodeName.Parse(new string('a', 254))).Message, StringComparison.Ordinal);
}
