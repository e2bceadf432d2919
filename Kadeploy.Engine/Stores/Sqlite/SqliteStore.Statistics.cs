using System.Runtime.CompilerServices;
using Kadeploy.Engine.Stores.Sqlite.Log;

namespace Kadeploy.Engine.Stores.Sqlite;

/// <content>The log: what became of nodes. Each question has a thread and a connection of its own, so that a long one holds up nobody.</content>
internal sealed partial class SqliteStore : IStatisticsStore
{
    /// <inheritdoc/>
    public int MostExactRows { get; set; } = 20_000;

    /// <summary>Gets or sets how many threads may go through the log for one question.</summary>
    /// <value>The default is the number of processors, at most 4.</value>
    internal int MostSlices { get; set; } = Math.Min(Environment.ProcessorCount, 4);

    /// <summary>Gets or sets how many rows are worth a thread.</summary>
    /// <value>The default is 50,000, which takes some 30 ms.</value>
    internal int FewestRowsOfSlice { get; set; } = 50_000;

    /// <inheritdoc/>
    public async IAsyncEnumerable<LogEntry> ReadLogAsync(LogQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var thread = NewLogThread();
        await using var _ = thread.ConfigureAwait(false);
        var cursor = await thread.RunAsync(
            database =>
            {
                Prepare(database);
                return new LogCursor(database, query, cancellationToken);
            },
            cancellationToken).ConfigureAwait(false);
        try
        {
            while (await thread.RunAsync(database => cursor.Next(), cancellationToken).ConfigureAwait(false) is { Count: > 0 } page)
            {
                foreach (var entry in page)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    yield return entry;
                }
            }
        }
        finally
        {
            await thread.RunAsync(
                database =>
                {
                    cursor.Dispose();
                    return true;
                },
                CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<OutcomeTally>> CountOutcomesAsync(StatisticsFilter filter, StatisticsKeys by, CancellationToken cancellationToken)
    {
        var slices = await AskLogAsync(database => LogSlice.CutByStart(database, filter, MostSlices, FewestRowsOfSlice), cancellationToken).ConfigureAwait(false);
        var counts = await AskLogAsync(slices, (database, slice) => OutcomeScan.Run(database, slice, by, cancellationToken), cancellationToken).ConfigureAwait(false);
        return await AskLogAsync(
            database =>
            {
                foreach (var later in counts.Skip(1)) counts[0].Add(later);
                return counts[0].Tally(new(database));
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<StepTally>> TallyDurationsAsync(DurationQuery query, CancellationToken cancellationToken)
    {
        var (scan, counted, slices) = await AskLogAsync(
            database =>
            {
                var scan = new DurationScan(database, query);
                var counted = scan.TryCount(database, MostExactRows);
                return (scan, counted, counted is null ? scan.Cut(database, MostSlices, FewestRowsOfSlice) : []);
            },
            cancellationToken).ConfigureAwait(false);
        var counts = await AskLogAsync(slices, (database, slice) => scan.Count(database, slice, cancellationToken), cancellationToken).ConfigureAwait(false);
        return await AskLogAsync(
            database =>
            {
                var groups = counted ?? counts[0];
                foreach (var later in counts.Skip(1)) groups.Add(later, static (ref mine, theirs) => mine.Add(theirs));
                return DurationScan.Tally(new(database), groups);
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task<RecentTally> TallyRecentAsync(RecentQuery recent, CancellationToken cancellationToken) =>
        AskLogAsync(database => RecentScan.Run(database, recent), cancellationToken);

    private static void Prepare(Database database) =>
        database.Run("PRAGMA temp_store=MEMORY; PRAGMA cache_size=-8192"); // enough for what is looked up again and again; the rest is read once

    private SqliteThread NewLogThread() => new("kadeploy-store-log", _file);

    private Task<T[]> AskLogAsync<T>(IReadOnlyList<LogSlice> slices, Func<Database, LogSlice, T> ask, CancellationToken cancellationToken) =>
        Task.WhenAll(slices.Select(slice => AskLogAsync(database => ask(database, slice), cancellationToken)));

    private async Task<T> AskLogAsync<T>(Func<Database, T> ask, CancellationToken cancellationToken)
    {
        var thread = NewLogThread();
        await using var _ = thread.ConfigureAwait(false);
        return await thread.RunAsync(
            database =>
            {
                Prepare(database);
                database.Execute("BEGIN"); // all that is read is of one moment
                var answer = ask(database);
                database.Execute("COMMIT");
                return answer;
            },
            cancellationToken).ConfigureAwait(false);
    }
}
