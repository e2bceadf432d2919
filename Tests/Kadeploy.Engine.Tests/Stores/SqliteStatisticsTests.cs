using Kadeploy.Engine.Stores;
using Kadeploy.Engine.Stores.Sqlite;
using Kadeploy.Engine.Stores.Sqlite.Log;
using Kadeploy.TestKit.Statistics;
using Xunit;

namespace Kadeploy.Engine.Tests.Stores;

public class SqliteStatisticsTests : StatisticsStoreContractTests
{
    private readonly string _directory = Directory.CreateTempSubdirectory("kadeploy-log-").FullName;

    private SqliteStore Sqlite => (SqliteStore)Store;

    [Fact]
    public async Task A_journal_from_before_there_was_a_log_gets_one()
    {
        var expected = await FillAsync(21, operations: 40, nodes: 8);
        var before = await DumpAsync(Sqlite);
        var old = await MakeOldAsync();

        await using var migrated = await SqliteStore.OpenAsync(old, Token);

        var read = new List<LogEntry>();
        await foreach (var entry in migrated.ReadLogAsync(new() { Sort = [new(LogField.Operation)] }, Token)) read.Add(entry);
        Same(expected.Where(static row => !row.Entry.Simulated), read);
        Assert.Equal(before, await DumpAsync(migrated));
    }

    [Fact]
    public async Task A_journal_whose_plans_are_no_longer_understood_gets_a_log_without_limits()
    {
        var expected = await FillAsync(22, operations: 10, nodes: 4);
        var old = await MakeOldAsync("UPDATE operations SET plan = '{\"request\":\"of another age\"}'");
        await using var migrated = await SqliteStore.OpenAsync(old, Token);
        var read = new List<LogEntry>();
        await foreach (var entry in migrated.ReadLogAsync(new() { Sort = [new(LogField.Operation)] }, Token)) read.Add(entry);
        var real = expected.Where(static row => !row.Entry.Simulated).Select(static row => row.Entry).OrderBy(static entry => entry.Sequence).ToList();
        Assert.Equal(real.Select(static entry => (entry.Node, entry.Duration, entry.Retries, entry.Error)), read.OrderBy(static entry => entry.Sequence).Select(static entry => (entry.Node, entry.Duration, entry.Retries, entry.Error)));
        Assert.All(read.SelectMany(static entry => entry.Steps), static step => Assert.Null(step?.Limit));
        Assert.All(read.Where(static entry => entry.Steps.Length > 0), entry => Assert.Equal(real.Single(each => each.Sequence == entry.Sequence).Cluster, entry.Cluster));
    }

    [Fact]
    public async Task An_unfinished_operation_goes_on_after_the_migration()
    {
        var (plan, events) = GeneratedJournal.Create(23, operations: 1, nodes: 8)[0];
        var engine = new EngineId(Guid.NewGuid());
        await Store.RegisterEngineAsync(engine, DateTimeOffset.MaxValue, Token);
        await Store.CreateOperationAsync(plan, engine, GeneratedJournal.Begin, Token);
        await Store.AppendAsync(engine, [.. events.Take(events.Count / 2)], Token);
        var old = await MakeOldAsync("DELETE FROM engines");
        await using var migrated = await SqliteStore.OpenAsync(old, Token);
        var next = new EngineId(Guid.NewGuid());
        await migrated.RegisterEngineAsync(next, DateTimeOffset.MaxValue, Token);
        Assert.Single(await migrated.TakeOverAsync(next, plan.Simulation is not null, GeneratedJournal.Begin, Token));
        await migrated.AppendAsync(next, [.. events.Skip(events.Count / 2)], Token);
        var read = new List<LogEntry>();
        await foreach (var entry in migrated.ReadLogAsync(new() { Filter = new() { Simulated = plan.Simulation is not null } }, Token)) read.Add(entry);
        Same(ExpectedRow.Of([new(plan, events)]), read);
    }

    [Fact]
    public async Task What_users_wrote_changes_nothing_outside_its_place()
    {
        await FillAsync(24, operations: 20, nodes: 4);
        const string Hostile = "'; DROP TABLE log; --";
        Assert.Empty(await ReadAsync(new() { Filter = new() { Users = [Hostile], Clusters = [Hostile], Environments = [Hostile] } }));
        Assert.NotEmpty(await ReadAsync(new() { Filter = new() { Users = ["o'brien; DROP TABLE log"] } }));
        Assert.True(await Sqlite.Reader.RunAsync(static database => (long)database.Scalar("SELECT count(*) FROM log")! > 0, Token));
    }

    [Fact]
    public async Task Rows_are_counted_without_reading_the_table()
    {
        await FillAsync(25, operations: 3, nodes: 3);
        var plan = await Sqlite.Reader.RunAsync(
            static database => string.Join('\n', database.Query(
                "EXPLAIN QUERY PLAN SELECT node, state, fault, operation, sequence FROM log INDEXED BY log_by_start WHERE started >= 0 AND simulated = 0",
                static row => row.GetString(3))),
            Token);
        Assert.Contains("COVERING INDEX log_by_start", plan, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public async Task Slices_together_count_what_one_counts(StatisticsKeys by)
    {
        var rows = await FillAsync(26, operations: 60, nodes: 8);
        var starts = rows.Select(static row => row.Entry.Start).Order().ToList();
        foreach (var filter in new StatisticsFilter[] { new(), new() { From = starts[starts.Count / 5], Until = starts[^40] }, new() { Users = ["ada"] }, new() { From = starts[^1].AddDays(1) } })
        {
            (Sqlite.MostSlices, Sqlite.FewestRowsOfSlice) = (1, 1);
            var whole = await CountAsync(filter);
            foreach (var most in new[] { 2, 3, 7 })
            {
                Sqlite.MostSlices = most;
                Assert.Equal(whole, await CountAsync(filter));
            }
        }

        async Task<IEnumerable<OutcomeTally>> CountAsync(StatisticsFilter filter) =>
            [.. (await Sqlite.CountOutcomesAsync(filter, by, Token)).OrderBy(static tally => tally.Group.ToString(), StringComparer.Ordinal)];
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public async Task Durations_of_slices_together_are_those_of_one(StatisticsKeys by)
    {
        var rows = await FillAsync(29, operations: 60, nodes: 8);
        var starts = rows.Select(static row => row.Entry.Start).Order().ToList();
        SetExactRows(0);
        foreach (var level in Enum.GetValues<DurationLevel>())
        {
            foreach (var filter in new StatisticsFilter[] { new() { Users = ["ada", "bob"] }, new() { From = starts[starts.Count / 5], Until = starts[^40] } })
            {
                (Sqlite.MostSlices, Sqlite.FewestRowsOfSlice) = (1, 1);
                var whole = await FiguresAsync(new() { By = by, Level = level, Filter = filter });
                Assert.NotEmpty(whole);
                foreach (var most in new[] { 2, 5 })
                {
                    Sqlite.MostSlices = most;
                    Assert.Equal(whole, await FiguresAsync(new() { By = by, Level = level, Filter = filter }));
                }
            }
        }

        async Task<List<string>> FiguresAsync(DurationQuery query) => [.. (await Sqlite.TallyDurationsAsync(query, Token))
            .Select(static tally => $"{tally.Group} {tally.Step} {tally.Order} {tally.Failed} {tally.Durations.Total} {tally.Durations.Figures()}").Order(StringComparer.Ordinal)];
    }

    [Fact]
    public async Task Slices_have_about_as_many_rows_each_and_none_that_came_after_they_were_cut()
    {
        var rows = await FillAsync(27, operations: 60, nodes: 8);
        var slices = await Sqlite.Reader.RunAsync(static database => LogSlice.CutByStart(database, new(), 4, 1), Token);
        Assert.Equal(4, slices.Count);
        await FillAsync(28, operations: 20, nodes: 8);
        var counts = new List<long>();
        foreach (var slice in slices)
        {
            counts.Add(await Sqlite.Reader.RunAsync(
                database => OutcomeScan.Run(database, slice, StatisticsKeys.None, Token).Tally(new(database)).Sum(static tally => tally.Ok + tally.Failed + tally.Others), Token));
        }

        Assert.Equal(rows.Count(static row => !row.Entry.Simulated), counts.Sum());
        Assert.All(counts, count => Assert.InRange(count, counts.Sum() / 8, counts.Sum() / 2));
    }

    protected override async Task<IStore> OpenStoreAsync() => await SqliteStore.OpenAsync(_directory, Token);

    protected override void SetExactRows(int rows) => Sqlite.MostExactRows = rows;

    protected override ValueTask CleanUpAsync()
    {
        Directory.Delete(_directory, recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>Copies the database as a version without a log would have left it.</summary>
    private async Task<string> MakeOldAsync(string? more = null)
    {
        var old = Path.Combine(_directory, "old");
        Directory.CreateDirectory(old);
        await Sqlite.Writer.RunAsync(
            database => database.Execute("VACUUM INTO $1", Path.Combine(old, "kadeploy.db")), Token);
        OlderSchema.GoBack(Path.Combine(old, "kadeploy.db"), 1);
        if (more is null) return old;
        using var copy = Database.Open(Path.Combine(old, "kadeploy.db"));
        copy.Run(more);
        return old;
    }

    /// <summary>Writes down the log with names in the place of numbers, which may differ.</summary>
    private static Task<string> DumpAsync(SqliteStore store) => store.Reader.RunAsync(
        static database => string.Join('\n', database.Query(
            """
            SELECT day, simulated, kind, text, macro_step, instance, micro_step, count, failed, total, minimum, maximum, hex(bins) FROM log_histograms
            JOIN log_texts ON log_texts.key = cluster JOIN log_steps ON log_steps.key = step ORDER BY 1, 2, 3, 4, 5, 6, 7
            """,
            static row => string.Join(' ', Enumerable.Range(0, row.FieldCount).Select(row.GetValue)))),
        Token);
}
