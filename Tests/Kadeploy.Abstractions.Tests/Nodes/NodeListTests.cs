using Xunit;

namespace Kadeploy.Tests.Nodes;

/// <summary>Lists of nodes in files and on standard input.</summary>
public class NodeListTests
{
    [Fact]
    public void Lines_hold_names_ranges_and_comments()
    {
        using var list = new StringReader("""
            # the first room
            a-[1-2].site   # racks 1, 2
            b-7.site

               # nothing but a comment
            a-3.site, b-8.site
            b-7.site#again
            """);
        Assert.Equal("a-[1-3].site,b-[7-8].site", NodeSet.ReadFrom(list, "nodes.txt").Fold());
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData("# nothing")]
    public void A_list_without_nodes_is_the_empty_set(string text)
    {
        using var list = new StringReader(text);
        Assert.Empty(NodeSet.ReadFrom(list, "nodes.txt"));
    }

    [Fact]
    public void Lines_may_end_as_on_any_system()
    {
        using var list = new StringReader("a-1\r\na-2\na-3\r");
        Assert.Equal("a-[1-3]", NodeSet.ReadFrom(list, "nodes.txt").Fold());
    }

    [Theory]
    [InlineData("nodes.txt", "a\n\nb [3-1]\nc", "nodes.txt, line 3: 'b [3-1]', position 4: the range 3-1 runs backwards")]
    [InlineData("-", "a\nb[1 # ]", "standard input, line 2: 'b[1 ', position 4: character ' ' is not allowed in brackets")]
    [InlineData("/etc/nodes", "a b;c # d", "/etc/nodes, line 1: 'a b;c ', position 4: character ';'")]
    [InlineData("x", "a[1-999999]\nb[1-2]", "x, line 2: 'b[1-2]', position 1: this makes it more than 1,000,000 nodes")]
    public void A_mistake_is_reported_with_source_line_and_position(string source, string text, string message)
    {
        using var list = new StringReader(text);
        Assert.StartsWith(message, Assert.Throws<FormatException>(() => NodeSet.ReadFrom(list, source)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_reader_is_left_open_at_its_end()
    {
        using var list = new StringReader("a\n");
        NodeSet.ReadFrom(list, "-");
        Assert.Equal(-1, list.Peek());
    }
}
