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
        // Places are compared, not names: there may be as many groups as rows. The natural order of nodes is that of node sets.
        var nodes = Places(groups, static each => each.Node ?? default, static names => NodeSet.From(names.Where(static name => name != default)).Names);
        var clusters = Places(groups, static each => each.Cluster ?? "", Ordinal);
        var environments = Places(groups, static each => each.Environment ?? "", Ordinal);
        var users = Places(groups, static each => each.User ?? "", Ordinal);
        var keys = new Key[all.Length];
        for (var i = 0; i < all.Length; i++)
        {
            var each = groups[i];
            keys[i] = new(
                before?.Invoke(all[i]) ?? default, Pair(each.Day is { } day ? day.DayNumber + 1 : 0, each.Kind is { } kind ? (int)kind + 1 : 0),
                Pair(clusters[i], nodes[i]), Pair(environments[i], users[i]), after?.Invoke(all[i]) ?? 0);
        }

        Array.Sort(keys, all);
        return ImmutableCollectionsMarshal.AsImmutableArray(all);
    }

    private static IEnumerable<string> Ordinal(IEnumerable<string> names) => names.Order(StringComparer.Ordinal);

    // The place of each group's name among all names. A name is looked up once; what is not there comes first.
    private static int[] Places<TName>(StatisticsGroup[] groups, Func<StatisticsGroup, TName> name, Func<IEnumerable<TName>, IEnumerable<TName>> order)
        where TName : notnull, IEquatable<TName>
    {
        var numbers = new Dictionary<TName, int>();
        var numberOf = new int[groups.Length];
        for (var i = 0; i < groups.Length; i++)
        {
            ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(numbers, name(groups[i]), out var isKnown);
            if (!isKnown) number = numbers.Count - 1;
            numberOf[i] = number;
        }

        var places = new int[numbers.Count];
        var place = 0;
        foreach (var each in order(numbers.Keys)) places[numbers[each]] = ++place;
        return Array.ConvertAll(numberOf, number => places[number]);
    }

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
