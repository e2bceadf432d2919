namespace Kadeploy.Engine.Stores.Sqlite.Log;

/// <summary>A part of the log that is read on a thread of its own. Rows are never changed, and their numbers rise: together, slices are of one moment.</summary>
/// <param name="Filter">What rows are chosen by.</param>
/// <param name="First">The number of the first row that counts.</param>
/// <param name="Last">The number of the last row that counts: those above it came later.</param>
internal sealed record LogSlice(StatisticsFilter Filter, long First, long Last)
{
    /// <summary>Cuts the period of a filter: each slice is a part of the index <c>log_by_start</c>.</summary>
    /// <param name="database">The database, in a transaction.</param>
    /// <param name="filter">The filter.</param>
    /// <param name="most">How many slices there may be.</param>
    /// <param name="fewestRows">About how many rows are worth a slice.</param>
    /// <returns>Slices with about as many rows each, in the order of time; at least one.</returns>
    public static IReadOnlyList<LogSlice> CutByStart(Database database, StatisticsFilter filter, int most, int fewestRows)
    {
        var (from, until) = (filter.From is { } begin ? SqliteStore.Ticks(begin) : long.MinValue, filter.Until is { } end ? SqliteStore.Ticks(end) : long.MaxValue);
        // Rows lie in the order of their ends, which is nearly that of their starts: good enough for slices of about one size.
        var last = LastOf(database);
        var first = Number(database, "SELECT sequence FROM log INDEXED BY log_by_start WHERE started >= $1 ORDER BY started LIMIT 1", from) ?? last;
        var rows = (Number(database, "SELECT sequence FROM log INDEXED BY log_by_start WHERE started < $1 ORDER BY started DESC LIMIT 1", until) ?? first) - first;
        var bounds = Between(first, rows, most, fewestRows).Select(row => Number(database, "SELECT started FROM log WHERE sequence >= $1 LIMIT 1", row))
            .Where(start => start > from && start < until).Distinct().Order();
        DateTimeOffset?[] times = [filter.From, .. bounds.Select(static bound => (DateTimeOffset?)SqliteStore.Time(bound!.Value)), filter.Until];
        return [.. times.Zip(times.Skip(1), (since, before) => new LogSlice(filter with { From = since, Until = before }, 0, last))];
    }

    /// <summary>Cuts the table in the order in which it lies on the disk.</summary>
    /// <param name="database">The database, in a transaction, on a connection that nobody else uses.</param>
    /// <param name="filter">The filter.</param>
    /// <param name="most">How many slices there may be.</param>
    /// <param name="fewestRows">About how many rows are worth a slice.</param>
    /// <returns>Slices with about as many rows each; at least one.</returns>
    public static IReadOnlyList<LogSlice> CutByRow(Database database, StatisticsFilter filter, int most, int fewestRows)
    {
        var (first, last) = (1L, LastOf(database));
        if ((filter.From is not null || filter.Until is not null) && LogFilterSql.Of(database, filter) is { } condition)
        {
            using var bounds = new RowScan(
                database, $"SELECT min(sequence), max(sequence) FROM log INDEXED BY log_by_start WHERE {condition.Condition}", condition.Values);
            if (bounds.Next()) (first, last) = (bounds.Long(0), bounds.Long(1));
        }

        long[] starts = [first, .. Between(first, last - first, most, fewestRows), last + 1];
        return [.. starts.Zip(starts.Skip(1), (start, next) => new LogSlice(filter, start, next - 1))];
    }

    private static long LastOf(Database database) => Number(database, "SELECT max(sequence) FROM log") ?? 0;

    private static IEnumerable<long> Between(long first, long rows, int most, int fewestRows)
    {
        var count = Math.Clamp(rows / fewestRows, 1, most);
        for (var i = 1; i < count; i++) yield return first + (rows * i / count);
    }

    private static long? Number(Database database, string query, params object[] values) => database.Scalar(query, values) as long?;
}
