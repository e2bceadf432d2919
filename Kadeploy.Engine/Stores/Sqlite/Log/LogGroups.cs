using Kadeploy.Engine.Statistics;

namespace Kadeploy.Engine.Stores.Sqlite.Log;

/// <summary>Puts rows together.</summary>
/// <typeparam name="T">What is kept for each group.</typeparam>
/// <param name="by">By what.</param>
/// <param name="make">Makes what is kept.</param>
/// <param name="isByStart">Whether rows come in the order of their starts: then a day does not come back, and what is looked up is small.</param>
internal sealed class LogGroups<T>(StatisticsKeys by, Func<T> make, bool isByStart = false)
    where T : class
{
    private readonly List<(Key Key, T Kept)> _all = [];
    private readonly Dictionary<Key, T> _groups = [];
    private Key _lastKey;
    private T? _last;

    /// <summary>Gets the columns that tell a row's group: six, of which those that do not matter are 0.</summary>
    public string Columns =>
        $"{Column("started", StatisticsKeys.Day)}, {Column("kind", StatisticsKeys.Kind)}, {Column("cluster", StatisticsKeys.Cluster)}, "
        + $"{Column("node", StatisticsKeys.Node)}, {Column("environment", StatisticsKeys.Environment)}, {Column("user", StatisticsKeys.User)}";

    /// <summary>How many columns those are.</summary>
    public const int ColumnCount = 6;

    /// <summary>Gives what is kept for the group of a row.</summary>
    /// <param name="row">A row that begins with <see cref="Columns"/>.</param>
    /// <returns>What is kept.</returns>
    public T Of(RowScan row) => Of(new Key(
        by.HasFlag(StatisticsKeys.Day) ? HistogramChanges.DayOf(row.Long(0)) : 0, by.HasFlag(StatisticsKeys.Kind) ? (int)row.Long(1) : 0,
        by.HasFlag(StatisticsKeys.Cluster) ? (int)row.Long(2) : 0, by.HasFlag(StatisticsKeys.Node) ? (int)row.Long(3) : 0,
        by.HasFlag(StatisticsKeys.Environment) ? (int)row.Long(4) : 0, by.HasFlag(StatisticsKeys.User) ? (int)row.Long(5) : 0));

    /// <summary>Gives what is kept for the group of a histogram.</summary>
    /// <param name="day">The day.</param>
    /// <param name="kind">The kind.</param>
    /// <param name="cluster">The cluster.</param>
    /// <returns>What is kept.</returns>
    public T Of(long day, long kind, long cluster) => Of(new Key(
        by.HasFlag(StatisticsKeys.Day) ? day : 0, by.HasFlag(StatisticsKeys.Kind) ? (int)kind : 0, by.HasFlag(StatisticsKeys.Cluster) ? (int)cluster : 0, 0, 0, 0));

    /// <summary>Gives all groups.</summary>
    /// <param name="labels">The names.</param>
    /// <returns>Each group with what is kept for it, in no order.</returns>
    public IEnumerable<(StatisticsGroup Group, T Kept)> All(LogLabels labels) => _all.Select(pair => (new StatisticsGroup
    {
        Day = by.HasFlag(StatisticsKeys.Day) ? DateOnly.FromDayNumber((int)(pair.Key.Day + DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber)) : null,
        Kind = by.HasFlag(StatisticsKeys.Kind) ? (OperationKind)pair.Key.Kind : null,
        Cluster = by.HasFlag(StatisticsKeys.Cluster) ? labels.Text(pair.Key.Cluster) : null,
        Node = by.HasFlag(StatisticsKeys.Node) ? labels.Node(pair.Key.Node) : null,
        Environment = by.HasFlag(StatisticsKeys.Environment) ? EnvironmentText.Shorten(labels.Text(pair.Key.Environment)) : null,
        User = by.HasFlag(StatisticsKeys.User) ? labels.Text(pair.Key.User) : null,
    }, pair.Kept));

    private string Column(string name, StatisticsKeys key) => by.HasFlag(key) ? name : "0";

    private T Of(Key key)
    {
        if (_last is not null && key == _lastKey) return _last; // rows of one operation come one after the other
        if (isByStart && key.Day != _lastKey.Day) _groups.Clear();
        if (!_groups.TryGetValue(key, out var group))
        {
            _groups.Add(key, group = make());
            _all.Add((key, group));
        }

        (_lastKey, _last) = (key, group);
        return group;
    }

    private readonly record struct Key(long Day, int Kind, int Cluster, int Node, int Environment, int User);
}
