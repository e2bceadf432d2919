using System.Runtime.InteropServices;

namespace Kadeploy.Engine.Stores.Sqlite.Log;

/// <summary>Puts rows together.</summary>
/// <typeparam name="T">What is kept for each group.</typeparam>
/// <param name="by">By what.</param>
/// <param name="make">Makes what is kept.</param>
/// <param name="isByStart">Whether rows come in the order of their starts: then a day does not come back, and what is looked up is small.</param>
internal sealed class LogGroups<T>(StatisticsKeys by, Func<T> make, bool isByStart = false)
{
    private const int ChunkSize = 512; // there may be as many groups as rows: they are not moved, and no chunk is a large object

    private readonly List<Entry[]> _chunks = [];
    private readonly Dictionary<Key, int> _numbers = [];
    private int _last = -1;

    /// <summary>Adds to what is kept.</summary>
    /// <param name="kept">What is kept.</param>
    /// <param name="added">What is added.</param>
    public delegate void Adding(ref T kept, T added);

    /// <summary>Gets how many groups there are.</summary>
    public int Count { get; private set; }

    /// <summary>Gets the columns that tell a row's group: six, of which those that do not matter are 0.</summary>
    public string Columns =>
        $"{Column("started", StatisticsKeys.Day)}, {Column("kind", StatisticsKeys.Kind)}, {Column("cluster", StatisticsKeys.Cluster)}, "
        + $"{Column("node", StatisticsKeys.Node)}, {Column("environment", StatisticsKeys.Environment)}, {Column("user", StatisticsKeys.User)}";

    /// <summary>How many columns those are.</summary>
    public const int ColumnCount = 6;

    /// <summary>Gives what is kept for the group of a row.</summary>
    /// <param name="row">A row that begins with <see cref="Columns"/>.</param>
    /// <returns>What is kept.</returns>
    public ref T Of(RowScan row) => ref Of(new Key(
        by.HasFlag(StatisticsKeys.Day) ? (int)HistogramChanges.DayOf(row.Long(0)) : 0, by.HasFlag(StatisticsKeys.Kind) ? (int)row.Long(1) : 0,
        by.HasFlag(StatisticsKeys.Cluster) ? (int)row.Long(2) : 0, by.HasFlag(StatisticsKeys.Node) ? (int)row.Long(3) : 0,
        by.HasFlag(StatisticsKeys.Environment) ? (int)row.Long(4) : 0, by.HasFlag(StatisticsKeys.User) ? (int)row.Long(5) : 0));

    /// <summary>Gives what is kept for the group of a histogram.</summary>
    /// <param name="day">The day.</param>
    /// <param name="kind">The kind.</param>
    /// <param name="cluster">The cluster.</param>
    /// <returns>What is kept.</returns>
    public ref T Of(long day, long kind, long cluster) => ref Of(new Key(
        by.HasFlag(StatisticsKeys.Day) ? (int)day : 0, by.HasFlag(StatisticsKeys.Kind) ? (int)kind : 0, by.HasFlag(StatisticsKeys.Cluster) ? (int)cluster : 0, 0, 0, 0));

    /// <summary>Adds the groups of a later time.</summary>
    /// <param name="later">The groups, by the same.</param>
    /// <param name="add">Adds what they keep to what is kept here.</param>
    public void Add(LogGroups<T> later, Adding add)
    {
        for (var number = 0; number < later.Count; number++)
        {
            ref var entry = ref later.At(number);
            add(ref Of(entry.Key), entry.Kept);
        }
    }

    /// <summary>Gives all groups.</summary>
    /// <param name="labels">The names.</param>
    /// <returns>Each group with what is kept for it, in no order.</returns>
    public IEnumerable<(StatisticsGroup Group, T Kept)> All(LogLabels labels)
    {
        for (var number = 0; number < Count; number++)
        {
            var entry = At(number);
            var key = entry.Key;
            yield return (
                new()
                {
                    Day = by.HasFlag(StatisticsKeys.Day) ? DateOnly.FromDayNumber(key.Day + DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber) : null,
                    Kind = by.HasFlag(StatisticsKeys.Kind) ? (OperationKind)key.Kind : null,
                    Cluster = by.HasFlag(StatisticsKeys.Cluster) ? labels.Text(key.Cluster) : null,
                    Node = by.HasFlag(StatisticsKeys.Node) ? labels.Node(key.Node) : null,
                    Environment = by.HasFlag(StatisticsKeys.Environment) ? labels.Environment(key.Environment) : null,
                    User = by.HasFlag(StatisticsKeys.User) ? labels.Text(key.User) : null,
                },
                entry.Kept);
        }
    }

    private string Column(string name, StatisticsKeys key) => by.HasFlag(key) ? name : "0";

    private ref T Of(Key key)
    {
        if (_last >= 0)
        {
            ref var last = ref At(_last);
            if (key == last.Key) return ref last.Kept; // rows of one operation come one after the other
            if (isByStart && key.Day != last.Key.Day) _numbers.Clear();
        }

        ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(_numbers, key, out var isKnown);
        if (!isKnown)
        {
            number = Count++;
            if (number % ChunkSize == 0) _chunks.Add(new Entry[ChunkSize]);
            At(number) = new() { Key = key, Kept = make() };
        }

        _last = number;
        return ref At(number).Kept;
    }

    private ref Entry At(int number) => ref _chunks[number / ChunkSize][number % ChunkSize];

    private readonly record struct Key(int Day, int Kind, int Cluster, int Node, int Environment, int User);

    private struct Entry
    {
        public Key Key;
        public T Kept;
    }
}
