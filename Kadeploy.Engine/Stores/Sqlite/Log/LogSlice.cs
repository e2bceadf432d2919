namespace Kadeploy.Engine.Stores.Sqlite.Log;

/// <summary>A part of the log that is read on a thread of its own. Rows are never changed, and their numbers rise: together, slices are of one moment.</summary>
/// <param name="Filter">What rows are chosen by; its period is the slice's.</param>
/// <param name="Last">The number of the last row that counts: those above it came later.</param>
internal sealed record LogSlice(StatisticsFilter Filter, long Last)
{
    /// <summary>Cuts the period of a filter into slices with about as many rows each.</summary>
    /// <param name="database">The database, in a transaction.</param>
    /// <param name="filter">The filter.</param>
    /// <param name="most">How many slices there may be.</param>
    /// <param name="fewestRows">About how many rows are worth a slice.</param>
    /// <returns>Slices in the order of time, at least one.</returns>
    public static IReadOnlyList<LogSlice> Cut(Database database, StatisticsFilter filter, int most, int fewestRows)
    {
        var (from, until) = (filter.From is { } begin ? SqliteStore.Ticks(begin) : long.MinValue, filter.Until is { } end ? SqliteStore.Ticks(end) : long.MaxValue);
        var last = Number(database, "SELECT max(sequence) FROM log") ?? 0;
        // Rows lie in the order of their ends, which is nearly that of their starts: good enough for slices of about one size.
        var first = Number(database, "SELECT sequence FROM log INDEXED BY log_by_start WHERE started >= $1 ORDER BY started LIMIT 1", from) ?? last;
        var rows = (Number(database, "SELECT sequence FROM log INDEXED BY log_by_start WHERE started < $1 ORDER BY started DESC LIMIT 1", until) ?? first) - first;
        var count = Math.Clamp(rows / fewestRows, 1, most);
        var bounds = new SortedSet<long>();
        for (var i = 1; i < count; i++)
        {
            var start = Number(database, "SELECT started FROM log WHERE sequence >= $1 LIMIT 1", first + (rows * i / count));
            if (start > from && start < until) bounds.Add(start.Value);
        }

        DateTimeOffset?[] times = [filter.From, .. bounds.Select(static bound => (DateTimeOffset?)SqliteStore.Time(bound)), filter.Until];
        return [.. times.Zip(times.Skip(1), (since, before) => new LogSlice(filter with { From = since, Until = before }, last))];
    }

    private static long? Number(Database database, string query, params object[] values) => database.Scalar(query, values) as long?;
}
