using System.Collections.Immutable;

namespace Kadeploy.Engine.Statistics;

/// <summary>Orders groups: by day, kind, cluster, node, environment, user; nodes in natural order.</summary>
internal static class GroupOrder
{
    /// <summary>Sorts.</summary>
    /// <typeparam name="T">What has a group.</typeparam>
    /// <param name="items">Some of them.</param>
    /// <param name="group">Gives the group of one.</param>
    /// <param name="before">What counts more than the group; null for nothing.</param>
    /// <param name="after">What counts less than the group; null for nothing.</param>
    /// <returns>The same in order.</returns>
    public static ImmutableArray<T> Sort<T>(IEnumerable<T> items, Func<T, StatisticsGroup> group, Comparison<T>? before = null, Comparison<T>? after = null)
    {
        var keyed = items.Select(item => (Item: item, Group: group(item))).ToArray();
        // The natural order of nodes is that of node sets.
        var places = NodeSet.From(keyed.Select(static each => each.Group.Node).OfType<NodeName>().Distinct()).Names
            .Select(static (name, place) => (name, place)).ToDictionary(static pair => pair.name, static pair => pair.place);
        var ranked = Array.ConvertAll(keyed, each => (each.Item, each.Group, Node: each.Group.Node is { } node ? places[node] : 0));
        Array.Sort(ranked, (x, y) =>
        {
            if (before?.Invoke(x.Item, y.Item) is { } first and not 0) return first;
            if (Compare(x.Group, x.Node, y.Group, y.Node) is var second and not 0) return second;
            return after?.Invoke(x.Item, y.Item) ?? 0;
        });
        return [.. ranked.Select(static each => each.Item)];
    }

    private static int Compare(StatisticsGroup x, int xNode, StatisticsGroup y, int yNode)
    {
        if (Nullable.Compare(x.Day, y.Day) is var day and not 0) return day;
        if (x.Kind != y.Kind) return Nullable.Compare(x.Kind, y.Kind);
        if (string.CompareOrdinal(x.Cluster, y.Cluster) is var cluster and not 0) return cluster;
        if (xNode != yNode) return xNode.CompareTo(yNode);
        if (string.CompareOrdinal(x.Environment, y.Environment) is var environment and not 0) return environment;
        return string.CompareOrdinal(x.User, y.User);
    }
}
