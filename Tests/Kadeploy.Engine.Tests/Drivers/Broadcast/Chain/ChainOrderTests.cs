using Kadeploy.Engine.Drivers.Broadcast.Chain;
using Xunit;

namespace Kadeploy.Engine.Tests.Drivers.Broadcast.Chain;

/// <summary>Nodes in the order of the network.</summary>
public class ChainOrderTests
{
    private static readonly OperationId Operation = OperationId.Parse("D-00000000-0000-0000-0000-000000000001");

    [Fact]
    public void Names_count_as_people_count()
    {
        Assert.Equal(["n-1", "n-2", "n-9", "n-10", "n-11"], Lined(ChainDirection.Forward, Node("n-10"), Node("n-9"), Node("n-1"), Node("n-11"), Node("n-2")));
        Assert.Equal(["n-10", "n-9", "n-1"], Lined(ChainDirection.Reverse, Node("n-10"), Node("n-9"), Node("n-1")));
    }

    [Fact]
    public void Switches_and_racks_stay_together()
    {
        Node[] nodes = [Node("n-1", "s2", "r2"), Node("n-2", "s1", "r2"), Node("n-3", "s2", "r1"), Node("n-4", "s1", "r2"), Node("n-5", "s1", "r1")];
        Assert.Equal(["n-5", "n-2", "n-4", "n-3", "n-1"], Lined(ChainDirection.Forward, nodes));
    }

    [Fact]
    public void Alternating_operations_begin_at_either_end()
    {
        Node[] nodes = [Node("n-1"), Node("n-2")];
        var firsts = Enumerable.Range(1, 20)
            .Select(i => ChainOrder.Of(nodes, ChainDirection.Alternate, OperationId.Parse($"D-00000000-0000-0000-0000-0000000000{i:00}"))[0].Name.Value).Distinct().Order();
        Assert.Equal(["n-1", "n-2"], firsts);
    }

    [Theory]
    [InlineData(1, "6")]
    [InlineData(2, "3 3")]
    [InlineData(4, "1 1 2 2")]
    [InlineData(9, "1 1 1 1 1 1")]
    public void A_line_is_cut_into_even_parts(int count, string lengths)
    {
        var parts = ChainOrder.Cut([.. Enumerable.Range(1, 6).Select(i => Node($"n-{i}"))], count);
        Assert.Equal(lengths, string.Join(' ', parts.Select(static part => part.Count)));
        Assert.Equal(Enumerable.Range(1, 6).Select(i => $"n-{i}"), parts.SelectMany(static part => part).Select(static node => node.Name.Value));
    }

    [Fact]
    public void A_line_is_cut_between_switches()
    {
        Node[] nodes = [Node("n-1", "a"), Node("n-2", "a"), Node("n-3", "a"), Node("n-4", "a"), Node("n-5", "b"), Node("n-6", "b")];
        Assert.Equal([4, 2], ChainOrder.Cut(nodes, 2).Select(static part => part.Count));
    }

    private static Node Node(string name, string? connected = null, string? rack = null) =>
        new() { Name = NodeName.Parse(name), Cluster = "c", Tags = [.. connected is null ? (string[])[] : [$"switch={connected}"], .. rack is null ? (string[])[] : [$"rack={rack}"]] };

    private static IEnumerable<string> Lined(ChainDirection direction, params Node[] nodes) => ChainOrder.Of(nodes, direction, Operation).Select(static node => node.Name.Value);
}
