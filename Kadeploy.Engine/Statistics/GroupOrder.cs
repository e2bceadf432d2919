using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Kadeploy.Engine.Statistics;

/// <summary>Orders groups: by day, kind, cluster, node, environment, user; nodes in natural order.</summary>
internal static class GroupOrder
{
    /// <summary>Sorts.</summary>
    /// <typeparam name="T">What has a group.</typeparam>
    /// <param name="items">Some of them.</param>
    /// <param name="group">Gives the group of one.</param>
    /// <param name="before">Gives what counts more than the group, rising; null for nothing.</param>
    /// <param name="after">Gives what counts less than the group, rising; null for nothing.</param>
    /// <returns>The same in order.</returns>
    public static ImmutableArray<T> Sort<T>(IEnumerable<T> items, Func<T, StatisticsGroup> group, Func<T, (double First, double Second)>? before = null, Func<T, long>? after = null)
    {
        var all = items.ToArray();
        var groups = Array.ConvertAll(all, item => group(item));
        // The natural order of nodes is that of node sets.
        var nodes = Places(NodeSet.From(groups.Select(static each => each.Node).OfType<NodeName>().Distinct()).Names);
        var clusters = Texts(groups, static each => each.Cluster);
        var environments = Texts(groups, static each => each.Environment);
        var users = Texts(groups, static each => each.User);
        // Places are compared, not names: there may be as many groups as rows.
        var keys = new Key[all.Length];
        for (var i = 0; i < all.Length; i++)
        {
            var each = groups[i];
            keys[i] = new(
                before?.Invoke(all[i]) ?? default,
                Pair(each.Day is { } day ? day.DayNumber + 1 : 0, each.Kind is { } kind ? (int)kind + 1 : 0),
                Pair(each.Cluster is null ? 0 : clusters[each.Cluster], each.Node is { } node ? nodes[node] : 0),
                Pair(each.Environment is null ? 0 : environments[each.Environment], each.User is null ? 0 : users[each.User]),
                after?.Invoke(all[i]) ?? 0);
        }

        Array.Sort(keys, all);
        return ImmutableCollectionsMarshal.AsImmutableArray(all);
    }

    private static Dictionary<string, int> Texts(StatisticsGroup[] groups, Func<StatisticsGroup, string?> text) =>
        Places(groups.Select(text).OfType<string>().Distinct().Order(StringComparer.Ordinal));

    // What is not there comes first.
    private static Dictionary<TName, int> Places<TName>(IEnumerable<TName> names)
        where TName : notnull =>
        names.Select(static (name, place) => (name, place)).ToDictionary(static pair => pair.name, static pair => pair.place + 1);

    private static long Pair(int high, int low) => ((long)high << 32) + low;

    private readonly record struct Key((double First, double Second) Before, long DayAndKind, long ClusterAndNode, long EnvironmentAndUser, long After) : IComparable<Key>
    {
        public int CompareTo(Key other)
        {
            if (Before.First.CompareTo(other.Before.First) is var first and not 0) return first;
            if (Before.Second.CompareTo(other.Before.Second) is var second and not 0) return second;
            if (DayAndKind != other.DayAndKind) return DayAndKind < other.DayAndKind ? -1 : 1;
            if (ClusterAndNode != other.ClusterAndNode) return ClusterAndNode < other.ClusterAndNode ? -1 : 1;
            if (EnvironmentAndUser != other.EnvironmentAndUser) return EnvironmentAndUser < other.EnvironmentAndUser ? -1 : 1;
            return After.CompareTo(other.After);
        }
    }
}
