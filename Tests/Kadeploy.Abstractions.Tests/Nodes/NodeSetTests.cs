using Xunit;

namespace Kadeploy.Tests.Nodes;

public class NodeSetTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("  \t\n", "")]
    [InlineData("a", "a")]
    [InlineData("LAB-1.Site", "lab-1.site")]
    [InlineData("a-[1-3]", "a-1 a-2 a-3")]
    [InlineData("a-[1-3,5].site", "a-1.site a-2.site a-3.site a-5.site")]
    [InlineData("graphene-[9-11,20]", "graphene-9 graphene-10 graphene-11 graphene-20")]
    [InlineData("a[08-11]", "a08 a09 a10 a11")]
    [InlineData("a[8-11]", "a8 a9 a10 a11")]
    [InlineData("a[08-011]", "a8 a9 a10 a11")]
    [InlineData("a[7,07,007]", "a7 a07 a007")]
    [InlineData("a[0-0]", "a0")]
    [InlineData("a[5-5]b", "a5b")]
    [InlineData("[1-2]", "1 2")]
    [InlineData("10.0.0.[9-10]", "10.0.0.9 10.0.0.10")]
    [InlineData("r[1-2]-n[01-02].x", "r1-n01.x r1-n02.x r2-n01.x r2-n02.x")]
    [InlineData("a[1-2][0-1]", "a10 a11 a20 a21")]
    [InlineData("a1[0-1]", "a10 a11")]
    [InlineData("a,b c\td\n,  e", "a b c d e")]
    [InlineData("a-[1,3],b-[1,3] a-2", "a-1 a-2 a-3 b-1 b-3")]
    [InlineData("a-1,a-1,A-1,a-[1-1]", "a-1")]
    [InlineData("a[3,1,2]", "a1 a2 a3")]
    [InlineData("a[999999999999999999]", "a999999999999999999")]
    [InlineData("a[999999999999999998-999999999999999999]", "a999999999999999998 a999999999999999999")]
    [InlineData("a[000000000000000009-000000000000000010]", "a000000000000000009 a000000000000000010")]
    public void Ranges_stand_for_every_name_that_they_name(string text, string names) =>
        Assert.Equal(names, string.Join(' ', NodeSet.Parse(text)));

    [Theory]
    [InlineData("a-[1-3", 3, "this '[' has no ']'")]
    [InlineData("a-[", 3, "this '[' has no ']'")]
    [InlineData("a-[1", 3, "this '[' has no ']'")]
    [InlineData("a-[1-", 3, "this '[' has no ']'")]
    [InlineData("a-[1,", 3, "this '[' has no ']'")]
    [InlineData("a-]", 3, "this ']' has no '['")]
    [InlineData("a-[1]]", 6, "this ']' has no '['")]
    [InlineData("a-[]", 3, "brackets are empty")]
    [InlineData("a-[10-1]", 4, "the range 10-1 runs backwards; write 1-10")]
    [InlineData("b a-[2,010-1]", 8, "the range 010-1 runs backwards; write 1-010")]
    [InlineData("a-[x]", 4, "character 'x' is not allowed in brackets; digits, '-' and ',' are")]
    [InlineData("a-[1x]", 5, "character 'x' is not allowed in brackets")]
    [InlineData("a-[1, 2]", 6, "character ' ' is not allowed in brackets")]
    [InlineData("a-[[1]]", 4, "character '[' is not allowed in brackets")]
    [InlineData("a-[1-2-3]", 7, "character '-' is not allowed in brackets")]
    [InlineData("a-[٣]", 4, "is not allowed in brackets")]
    [InlineData("a-[,1]", 4, "a number is missing before this ','")]
    [InlineData("a-[1,]", 6, "a number is missing before this ']'")]
    [InlineData("a-[1,,2]", 6, "a number is missing before this ','")]
    [InlineData("a-[-3]", 4, "a number is missing before this '-'")]
    [InlineData("a-[3-]", 6, "a number is missing before this ']'")]
    [InlineData("a-[1--3]", 6, "a number is missing before this '-'")]
    [InlineData("a-[1234567890123456789]", 4, "this number has 19 digits; in brackets, at most 18 are allowed")]
    [InlineData("a-[1-99999999999999999999]", 6, "this number has 20 digits")]
    [InlineData(",a", 1, "a name is missing before this comma")]
    [InlineData("a,,b", 3, "a name is missing before this comma")]
    [InlineData("a, ,b", 4, "a name is missing before this comma")]
    [InlineData("a,", 2, "a name is missing after this comma")]
    [InlineData(",", 1, "a name is missing before this comma")]
    [InlineData("-a", 1, "a name begins with a letter or a digit")]
    [InlineData("b .a", 3, "a name begins with a letter or a digit")]
    [InlineData("-[1-2]", 1, "a name begins with a letter or a digit")]
    [InlineData("a[1-2]-", 7, "a name ends with a letter or a digit")]
    [InlineData("a. b", 2, "a name ends with a letter or a digit")]
    [InlineData("a;rm", 2, "character ';' is not allowed; names are made of letters, digits, '.', '-' and '_'")]
    [InlineData("lab-*", 5, "character '*' is not allowed")]
    [InlineData("é", 1, "character 'é' is not allowed")]
    [InlineData("a#b", 2, "character '#' is not allowed")]
    [InlineData("a\u001b[1m", 2, "character U+001B is not allowed")]
    [InlineData("a[1-1000001]", 1, "more than 1,000,000 nodes")]
    [InlineData("a[0-999999999999999999,0-999999999999999999]", 1, "more than 1,000,000 nodes")]
    [InlineData("a[1-1000]b[1-1000]c[1-2]", 1, "more than 1,000,000 nodes")]
    [InlineData("a[1-999999] b[1-2]", 13, "more than 1,000,000 nodes")]
    public void Anything_else_is_refused_with_its_place_and_what_is_allowed(string text, int position, string reason)
    {
        var message = Assert.Throws<FormatException>(() => NodeSet.Parse(text)).Message;
        Assert.Contains(reason, message, StringComparison.Ordinal);
        Assert.Contains($", position {position}:", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', message);
        if (!text.Contains('\u001b', StringComparison.Ordinal)) Assert.Contains($"'{text}'", message, StringComparison.Ordinal);

        Assert.False(NodeSet.TryParse(text, out var set, out var problem));
        Assert.Null(set);
        Assert.Equal(message, problem);
    }

    [Fact]
    public void A_long_text_is_quoted_around_the_mistake()
    {
        var message = Assert.Throws<FormatException>(() => NodeSet.Parse(new string('a', 200) + "," + new string('b', 200) + "!,c")).Message;
        Assert.Contains("b!,c', position 402:", message, StringComparison.Ordinal);
        Assert.Contains("'…", message, StringComparison.Ordinal);
        Assert.InRange(message.Length, 100, 300);
    }

    [Fact]
    public void Names_may_be_as_long_as_host_names_and_no_longer()
    {
        Assert.Equal(2, NodeSet.Parse(new string('a', 251) + "[10-11]").Count);
        var message = Assert.Throws<FormatException>(() => NodeSet.Parse(new string('a', 251) + "[99-100]")).Message;
        Assert.Contains("more than 253 characters", message, StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => NodeSet.Parse(string.Concat(Enumerable.Repeat("[1]", 100_000))));
    }

    [Fact]
    public void A_million_nodes_are_a_set_and_one_more_is_too_many()
    {
        var set = NodeSet.Parse("a[0-999]-b[000-999]");
        Assert.Equal(NodeSet.MaximumCount, set.Count);
        Assert.Contains(
            "at most 1,000,000", Assert.Throws<ArgumentException>(() => NodeSet.From(set.Names.Add(NodeName.Parse("c")))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_no_node_set()
    {
        Assert.False(NodeSet.TryParse(null, out _, out var problem));
        Assert.Equal("a node set is missing", problem);
        Assert.True(NodeSet.TryParse("a", out var set, out problem));
        Assert.Null(problem);
        Assert.Equal("a", set.Fold());
    }

    [Fact]
    public void Names_come_in_natural_order() =>
        Assert.Equal(
            ["1", "01", "2", "10", "a", "a-1", "a-1-2", "a-1.b", "a-2", "a-02", "a-10", "a1", "a01", "a1b", "a2", "a99999999999999999999", "a100000000000000000000", "ab", "b"],
            NodeSet.Parse("b ab a100000000000000000000 a99999999999999999999 a2 a1b a01 a1 a-10 a-02 a-2 a-1-2 a-1.b a-1 a 10 2 01 1")
                .Select(static name => name.Value), StringComparer.Ordinal);

    [Fact]
    public void Sets_are_joined_taken_apart_and_asked()
    {
        var set = NodeSet.Parse("a[1-5]");
        var other = NodeSet.Parse("a[4-6],b");
        Assert.Equal("a[1-6],b", set.Union(other).Fold());
        Assert.Equal("a[1-3]", set.Except(other).Fold());
        Assert.Same(set, NodeSet.From(set));
        Assert.True(set.Contains(NodeName.Parse("a5")));
        Assert.False(set.Contains(NodeName.Parse("a05")));
        Assert.False(set.Contains(default));
        Assert.Equal(NodeSet.Parse("a5,a4,a3,a2,a1"), set);
        Assert.Equal(NodeSet.Parse("a5,a4,a3,a2,a1").GetHashCode(), set.GetHashCode());
        Assert.NotEqual(NodeSet.Parse("a[1-4]"), set);
        Assert.Equal(NodeSet.Empty, set.Except(set));
    }

    [Fact]
    public void A_nameless_node_is_in_no_set() => Assert.Throws<ArgumentException>(() => NodeSet.From([NodeName.Parse("a"), default]));
}
