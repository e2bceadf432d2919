using System.Text;
using Xunit;

namespace Kadeploy.Tests.Nodes;

public class NodeSetFoldTests
{
    private static readonly string[] Separators = ["", "", "-", ".", "_", "a", "n", "node-", "x9y", "rack", ".site.example.org"];

    [Theory]
    [InlineData("", "")]
    [InlineData("a", "a")]
    [InlineData("a1", "a1")]
    [InlineData("a1 a2", "a[1-2]")]
    [InlineData("a1 a3", "a[1,3]")]
    [InlineData("b a", "a,b")]
    [InlineData("a9 a10 a11", "a[9-11]")]
    [InlineData("a09 a10 a11", "a[09-11]")]
    [InlineData("a1 a01 a001", "a[1,01,001]")]
    [InlineData("a8 a9 a09 a10", "a[8-9,09-10]")]
    [InlineData("a9 a08 a09 a10", "a[9,08-10]")]
    [InlineData("a099 a100 a101", "a[099-101]")]
    [InlineData("a998 a999 a1000 a1001", "a[998-1001]")]
    [InlineData("a099 a0100", "a[099,0100]")]
    [InlineData("a0 a1 a00 a01", "a[0-1,00-01]")]
    [InlineData("1 2 3", "[1-3]")]
    [InlineData("a0 a1 a9 a10 a99 a100", "a[0-1,9-10,99-100]")]
    [InlineData("r1-n1 r1-n2 r2-n1 r2-n2", "r[1-2]-n[1-2]")]
    [InlineData("r1-n1 r1-n2 r2-n1", "r1-n[1-2],r2-n1")]
    [InlineData("n1.s1 n2.s1 n3.s1 n1.s2 n2.s2", "n[1-3].s1,n[1-2].s2")]
    [InlineData("n-1.grid5000 n-2.grid5000", "n-[1-2].grid5000")]
    [InlineData("a1 a1b a1-1 a11", "a[1,11],a1-1,a1b")]
    [InlineData("a10000000000000000000 a10000000000000000001", "a10000000000000000000,a10000000000000000001")]
    [InlineData("a10000000000000000000-1 a10000000000000000000-2", "a10000000000000000000-[1-2]")]
    [InlineData("a999999999999999999 a1000000000000000000", "a999999999999999999,a1000000000000000000")]
    [InlineData("10.0.0.1 10.0.0.2 10.0.1.1 10.0.1.2", "10.0.[0-1].[1-2]")]
    public void Names_are_folded_along_their_numbers(string names, string folded)
    {
        var set = NodeSet.From(names.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(static name => NodeName.Parse(name)));
        Assert.Equal(folded, set.Fold());
        Assert.Equal(folded, set.ToString());
        Assert.Equal(set, NodeSet.Parse(folded));
    }

    [Fact]
    public void Entries_are_the_folded_names_one_by_one() =>
        Assert.Equal(["a[1,3]", "b"], NodeSet.Parse("b a3 a1").FoldEntries());

    [Fact]
    public void Racks_and_nodes_fold_to_a_line() =>
        Assert.Equal("r[01-20]-n[1-40].site", NodeSet.Parse("r[01-20]-n[1-40].site").Fold());

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Folding_is_exact_for_any_set_of_names(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 250; round++)
        {
            var names = RandomNames(random);
            var set = NodeSet.From(names);
            var expected = names.Select(static name => name.Value).ToHashSet(StringComparer.Ordinal);
            Assert.Equal(expected.Count, set.Count);

            var entries = set.FoldEntries();
            var again = NodeSet.Parse(string.Join(',', entries));
            Assert.True(expected.SetEquals(again.Select(static name => name.Value)), $"seed {seed}, round {round}: {set.Fold()}");
            Assert.Equal(set, again);
            // No node is in two entries.
            Assert.Equal(set.Count, entries.Sum(static entry => NodeSet.Parse(entry).Count));
            Assert.True(names.All(set.Contains));
        }
    }

    [Fact]
    public void Folding_does_not_depend_on_the_order_in_which_names_come()
    {
        var random = new Random(5);
        for (var round = 0; round < 200; round++)
        {
            var names = RandomNames(random);
            var folded = NodeSet.From(names).Fold();
            random.Shuffle(names);
            Assert.Equal(folded, NodeSet.From(names).Fold());
        }
    }

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(1, 16)];

    // Few pieces and small numbers, so that prefixes of each other, equal values of different padding and exact products are common.
    private static NodeName[] RandomNames(Random random)
    {
        var shapes = Enumerable.Range(0, random.Next(1, 5)).Select(_ => RandomShape(random)).ToArray();
        var names = new List<NodeName>();
        var wanted = random.Next(1, random.Next(2, 200));
        for (var attempt = 0; names.Count < wanted && attempt < 1000; attempt++)
        {
            var text = new StringBuilder();
            foreach (var piece in shapes[random.Next(shapes.Length)]) text.Append(piece ?? RandomNumber(random));
            if (NodeName.TryParse(text.ToString(), null, out var name)) names.Add(name);
        }

        return [.. names];
    }

    private static string?[] RandomShape(Random random)
    {
        if (random.Next(5) == 0) return [null];
        var pieces = new string?[random.Next(1, 8)];
        for (var i = 0; i < pieces.Length; i++) pieces[i] = random.Next(2) == 0 ? null : Separators[random.Next(Separators.Length)];
        return pieces;
    }

    private static string RandomNumber(Random random) => random.Next(14) switch
    {
        0 => new string('0', random.Next(1, 25)),
        1 => new string('9', random.Next(1, 25)),
        2 => "1" + new string('0', random.Next(1, 25)),
        3 => "99999999999999999" + random.Next(20),
        4 => "0" + random.Next(120),
        5 => $"{random.Next(120):000}",
        6 => $"{random.Next(95, 105)}",
        7 => $"{random.Next(5, 15):00}",
        8 => new string('7', random.Next(30)) + random.Next(3),
        _ => $"{random.Next(12)}",
    };
}
