using System.Globalization;
using System.Runtime.CompilerServices;
using Kadeploy.Engine.Statistics;

namespace Kadeploy.Engine.Stores.Sqlite.Log;

/// <summary>Puts rows in order, by numbers only: what is a name is ordered by its rank among all names.</summary>
/// <remarks>With a limit, a few times as many rows are held as are wanted; without one, 40 bytes for each row that matches.</remarks>
internal static class LogSort
{
    /// <summary>How many fields an order may have.</summary>
    public const int MostFields = 4;

    private const int FewRows = 1 << 12;

    private const long Absent = long.MinValue + 1; // comes first, and last when its sign is turned

    /// <summary>Finds the rows in their order.</summary>
    /// <param name="database">The database, in a transaction.</param>
    /// <param name="query">The query, with at most <see cref="MostFields"/> fields.</param>
    /// <param name="condition">Its filter.</param>
    /// <param name="labels">The names.</param>
    /// <param name="cancellationToken">Ends the sorting.</param>
    /// <returns>Their numbers.</returns>
    public static List<long> Run(Database database, LogQuery query, LogFilterSql condition, LogLabels labels, CancellationToken cancellationToken)
    {
        var columns = query.Sort.Select(order => Column(order, labels)).ToArray();
        var signs = query.Sort.Select(static order => order.Descending ? -1L : 1L).ToArray();
        var most = query.Limit is { } limit ? Math.Max(FewRows, 4L * limit) : long.MaxValue;
        var rows = new List<Row>();
        var cut = false; // whether rows holds the best so far, and the last of them is the worst
        var source = columns.All(static column => column.IsIndexed) ? "INDEXED BY log_by_start" : "NOT INDEXED";
        var expressions = string.Join(", ", columns.Select(static column => string.Create(CultureInfo.InvariantCulture, $"ifnull({column.Expression}, {Absent})")));
        using (var row = new RowScan(database, $"SELECT sequence, {expressions} FROM log {source} WHERE {condition.Condition}", condition.Values))
        {
            for (var read = 1; row.Next(); read++)
            {
                if (read % 4096 == 0) cancellationToken.ThrowIfCancellationRequested();
                var entry = new Row { Sequence = row.Long(0) };
                for (var i = 0; i < columns.Length; i++)
                    entry.Keys[i] = signs[i] * (row.Long(i + 1) is var value && value != Absent && columns[i].Ranks is { } ranks ? ranks[value] : value);
                if (cut && entry.CompareTo(rows[query.Limit!.Value - 1]) > 0) continue;
                rows.Add(entry);
                if (rows.Count < most) continue;
                Truncate(rows, query.Limit!.Value);
                cut = rows.Count == query.Limit;
            }
        }

        Truncate(rows, query.Limit ?? rows.Count);
        return rows.ConvertAll(static each => each.Sequence);
    }

    private static void Truncate(List<Row> rows, int limit)
    {
        rows.Sort();
        if (rows.Count > limit) rows.RemoveRange(limit, rows.Count - limit);
    }

    private static SortColumn Column(LogOrder order, LogLabels labels) => order.Field switch
    {
        LogField.Start => Indexed("started"),
        LogField.Operation => Indexed("operation"),
        LogField.Kind => Indexed("kind"),
        LogField.State => Indexed("state"),
        LogField.Fault => Indexed("CAST(substr(fault, 3) AS INTEGER)"),
        LogField.Retries => Indexed("retries_1 + retries_2 + retries_3 + retries_4"),
        LogField.StepRetries => Indexed(At("retries_", order)),
        LogField.User => new("user", true, Ranks(labels.Texts, string.CompareOrdinal)),
        LogField.Cluster => new("cluster", true, Ranks(labels.Texts, string.CompareOrdinal)),
        LogField.Environment => new("environment", true, Ranks(labels.Texts, CompareEnvironments)),
        LogField.Node => new("node", true, Ranks(labels)),
        LogField.ImageDigest => new("digest", false, Ranks(labels.Texts, string.CompareOrdinal)),
        LogField.Duration => Indexed("duration"),
        LogField.StepInstance => new(At("step_", order), false, Ranks(labels.Steps, static (x, y) => string.CompareOrdinal(x.Instance.Value, y.Instance.Value))),
        LogField.StepLimit => Other(At("limit_", order)),
        LogField.StepDuration => Other(At("duration_", order)),
        _ => throw new ArgumentOutOfRangeException(nameof(order), order, "no such field"),
    };

    private static SortColumn Indexed(string expression) => new(expression, true, null);

    private static SortColumn Other(string expression) => new(expression, false, null);

    private static string At(string prefix, LogOrder order) => string.Create(CultureInfo.InvariantCulture, $"{prefix}{order.Step}");

    private static long[] Ranks(LogLabels labels)
    {
        var places = NodeSet.From(labels.Nodes.Values).Names.Select(static (name, place) => (name, place)).ToDictionary(static pair => pair.name, static pair => (long)pair.place);
        var ranks = new long[labels.Nodes.Keys.DefaultIfEmpty().Max() + 1];
        foreach (var (key, name) in labels.Nodes) ranks[key] = places[name];
        return ranks;
    }

    private static long[] Ranks<T>(IReadOnlyDictionary<long, T> names, Comparison<T> compare)
    {
        var sorted = names.ToList();
        sorted.Sort((x, y) => compare(x.Value, y.Value));
        var ranks = new long[names.Keys.DefaultIfEmpty().Max() + 1];
        var rank = 0L;
        for (var i = 0; i < sorted.Count; i++)
        {
            if (i > 0 && compare(sorted[i - 1].Value, sorted[i].Value) != 0) rank++;
            ranks[sorted[i].Key] = rank;
        }

        return ranks;
    }

    private static int CompareEnvironments(string x, string y)
    {
        var ((name, version), (otherName, otherVersion)) = (EnvironmentText.Split(x), EnvironmentText.Split(y));
        return string.CompareOrdinal(name, otherName) is var order and not 0 ? order : Nullable.Compare(version, otherVersion);
    }

    private readonly record struct SortColumn(string Expression, bool IsIndexed, long[]? Ranks);

    private struct Row : IComparable<Row>
    {
        public long Sequence;
        public SortKeys Keys;

        public readonly int CompareTo(Row other)
        {
            for (var i = 0; i < MostFields; i++)
                if (Keys[i] != other.Keys[i]) return Keys[i].CompareTo(other.Keys[i]);
            return Sequence.CompareTo(other.Sequence);
        }
    }

    [InlineArray(MostFields)]
    private struct SortKeys
    {
        private long _first;
    }
}
