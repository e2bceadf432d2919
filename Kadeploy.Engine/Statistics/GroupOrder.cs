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
        // Places are compared, not values: there may be as many groups as rows. The natural order of nodes is that of node sets.
        Func<Column?>[] columns =
        [
            () => after is null ? null : Column.Of(all, after, Enumerable.Order),
            () => Column.Of(all, item => group(item).User ?? "", Ordinal),
            () => Column.Of(all, item => group(item).Environment ?? "", Ordinal),
            () => Column.Of(all, item => group(item).Node ?? default, static names => NodeSet.From(names.Where(static name => name != default)).Names),
            () => Column.Of(all, item => group(item).Cluster ?? "", Ordinal),
            () => Column.Of(all, item => group(item).Kind is { } kind ? (int)kind : -1, Enumerable.Order),
            () => Column.Of(all, item => group(item).Day is { } day ? day.DayNumber : -1, Enumerable.Order),
            () => before is null ? null : Column.Of(all, before, Enumerable.Order),
        ];
        var found = new Column?[columns.Length];
        Parallel.For(0, columns.Length, number => found[number] = columns[number]());

        // The least column first: each pass leaves equals as they are.
        var (order, other) = (Enumerable.Range(0, all.Length).ToArray(), new int[all.Length]);
        foreach (var column in found.OfType<Column>())
        {
            column.Sort(order, other);
            (order, other) = (other, order);
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(Array.ConvertAll(order, index => all[index]));
    }

    private static IEnumerable<string> Ordinal(IEnumerable<string> names) => names.Order(StringComparer.Ordinal);

    /// <summary>The places of each item's value among all values; what is in no order comes first.</summary>
    private sealed class Column
    {
        private readonly int[] _places;
        private readonly int _count;

        private Column(int[] places, int count) => (_places, _count) = (places, count);

        // A value is looked up once. Null when all have the same.
        public static Column? Of<TItem, TValue>(TItem[] items, Func<TItem, TValue> value, Func<IEnumerable<TValue>, IEnumerable<TValue>> order)
            where TValue : notnull, IEquatable<TValue>
        {
            var numbers = new Dictionary<TValue, int>();
            var places = new int[items.Length];
            for (var i = 0; i < items.Length; i++)
            {
                ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(numbers, value(items[i]), out var isKnown);
                if (!isKnown) number = numbers.Count - 1;
                places[i] = number;
            }

            if (numbers.Count < 2) return null;
            var placeOf = new int[numbers.Count];
            var count = 0;
            foreach (var each in order(numbers.Keys)) placeOf[numbers[each]] = ++count;
            foreach (ref var place in places.AsSpan()) place = placeOf[place];
            return new(places, count + 1);
        }

        // Counting sort: stable, and quick when there are fewer values than items.
        public void Sort(int[] order, int[] sorted)
        {
            var next = new int[_count + 1];
            foreach (var place in _places) next[place + 1]++;
            for (var i = 1; i < next.Length; i++) next[i] += next[i - 1];
            foreach (var index in order) sorted[next[_places[index]]++] = index;
        }
    }
}
