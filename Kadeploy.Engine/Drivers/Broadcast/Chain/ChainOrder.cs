namespace Kadeploy.Engine.Drivers.Broadcast.Chain;

/// <summary>Lines nodes up so that neighbours in a chain are neighbours in the network.</summary>
internal static class ChainOrder
{
    private const string SwitchTag = "switch=";
    private const string RackTag = "rack=";

    /// <summary>Lines nodes up.</summary>
    /// <param name="nodes">The nodes.</param>
    /// <param name="direction">Which way.</param>
    /// <param name="operation">The operation, for <see cref="ChainDirection.Alternate"/>.</param>
    /// <returns>By cluster, switch and rack as far as they are known, then by name in natural order.</returns>
    public static IReadOnlyList<Node> Of(IEnumerable<Node> nodes, ChainDirection direction, OperationId operation)
    {
        var lined = nodes
            .OrderBy(static node => node.Cluster, StringComparer.Ordinal)
            .ThenBy(static node => Tag(node, SwitchTag), StringComparer.Ordinal)
            .ThenBy(static node => Tag(node, RackTag), StringComparer.Ordinal)
            .ThenBy(static node => node.Name, NaturalOrder.Instance)
            .ToList();
        if (direction == ChainDirection.Reverse || (direction == ChainDirection.Alternate && (operation.ToString().Sum(static each => each) & 1) != 0)) lined.Reverse();
        return lined;
    }

    /// <summary>Cuts a line into several, between switches where that leaves parts of similar length.</summary>
    /// <param name="lined">The nodes in their order.</param>
    /// <param name="count">How many parts.</param>
    /// <returns>At most that many parts, none empty.</returns>
    public static IReadOnlyList<IReadOnlyList<Node>> Cut(IReadOnlyList<Node> lined, int count)
    {
        var parts = new List<IReadOnlyList<Node>>();
        var start = 0;
        for (var left = Math.Min(count, lined.Count); left > 0; left--)
        {
            var even = (lined.Count - start) / left;
            var end = left == 1 ? lined.Count : Boundary(lined, start, start + even, even / 2, lined.Count - left + 1);
            parts.Add([.. lined.Skip(start).Take(end - start)]);
            start = end;
        }

        return parts;
    }

    // The nearest change of switch within half a part's length; else where the parts are even.
    private static int Boundary(IReadOnlyList<Node> lined, int start, int even, int reach, int latest)
    {
        for (var distance = 0; distance <= reach; distance++)
        {
            foreach (var at in (int[])[even + distance, even - distance])
                if (at > start && at <= latest && IsBoundary(lined[at - 1], lined[at])) return at;
        }

        return Math.Clamp(even, start + 1, latest);
    }

    private static bool IsBoundary(Node one, Node other) => one.Cluster != other.Cluster || Tag(one, SwitchTag) != Tag(other, SwitchTag);

    private static string Tag(Node node, string name) => node.Tags.FirstOrDefault(tag => tag.StartsWith(name, StringComparison.Ordinal)) ?? "";
}
