using Kadeploy.Engine.Stores;
using Kadeploy.TestKit;
using Kadeploy.TestKit.Statistics;
using Xunit;

namespace Kadeploy.Engine.Tests.Stores;

/// <summary>What the log of every store promises, compared with what is worked out the slow way. Two stores that are open at once stand for two processes.</summary>
public abstract partial class StatisticsStoreContractTests : IAsyncLifetime
{
    private readonly List<IStore> _opened = [];

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected IStore Store { get; private set; } = null!;

    private IStatisticsStore Log => (IStatisticsStore)Store;

    public async ValueTask InitializeAsync() => Store = await OpenAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var store in _opened) await store.DisposeAsync();
        await CleanUpAsync();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Rows_tell_what_the_journal_tells(int seed)
    {
        var expected = await FillAsync(seed, operations: 40, nodes: 8);
        Assert.Contains(expected, static row => row.Entry.State == NodeState.Ko);
        Assert.Contains(expected, static row => row.Entry.Retries > 2);
        Same(expected.Where(static row => !row.Entry.Simulated), await ReadAsync(new() { Sort = [new(LogField.Operation)] }));
        Same(expected.Where(static row => row.Entry.Simulated), await ReadAsync(new() { Filter = new() { Simulated = true }, Sort = [new(LogField.Operation)] }));
    }

    [Fact]
    public async Task Rows_are_the_same_when_other_processes_take_over_in_the_middle()
    {
        var journal = GeneratedJournal.Create(4, operations: 12, nodes: 6);
        foreach (var (plan, events) in journal)
        {
            var (engine, store) = (await RegisterAsync(Store), Store);
            await store.CreateOperationAsync(plan, engine, GeneratedJournal.Begin, Token);
            foreach (var batch in events.Chunk(Math.Max(1, events.Count / 3)))
            {
                await store.AppendAsync(engine, batch, Token);
                await store.RetireEngineAsync(engine, Token);
                store = await OpenAsync();
                engine = await RegisterAsync(store);
                await store.TakeOverAsync(engine, plan.Simulation is not null, GeneratedJournal.Begin, Token);
            }
        }

        Same(ExpectedRow.Of(journal).Where(static row => !row.Entry.Simulated), await ReadAsync(new() { Sort = [new(LogField.Operation)] }));
    }

    [Fact]
    public async Task An_operation_that_comes_back_to_a_store_is_told_with_what_happened_elsewhere()
    {
        var (plan, events) = GeneratedJournal.Create(6, operations: 1, nodes: 6)[0];
        var other = await OpenAsync();
        var stores = new[] { Store, other, Store, other, Store };
        var engine = await RegisterAsync(Store);
        await Store.CreateOperationAsync(plan, engine, GeneratedJournal.Begin, Token);
        foreach (var (batch, i) in events.Chunk((events.Count / 5) + 1).Select(static (batch, i) => (batch, i)))
        {
            if (i > 0)
            {
                await stores[i - 1].RetireEngineAsync(engine, Token);
                engine = await RegisterAsync(stores[i]);
                await stores[i].TakeOverAsync(engine, plan.Simulation is not null, GeneratedJournal.Begin, Token);
            }

            await stores[i].AppendAsync(engine, batch, Token);
        }

        Same(ExpectedRow.Of([new(plan, events)]), await ReadAsync(new() { Filter = new() { Simulated = plan.Simulation is not null }, Sort = [new(LogField.Operation)] }));
    }

    [Fact]
    public async Task A_batch_that_is_refused_leaves_no_trace_and_does_not_disturb_what_follows()
    {
        var (plan, events) = GeneratedJournal.Create(5, operations: 1, nodes: 8)[0];
        var engine = await RegisterAsync(Store);
        await Store.CreateOperationAsync(plan, engine, GeneratedJournal.Begin, Token);
        var half = events.Count / 2;
        await Store.AppendAsync(engine, [.. events.Take(half)], Token);
        var stranger = new OperationEvent.NodeFinished { Operation = plan.Operation, At = GeneratedJournal.Begin, Node = NodeName.Parse("stranger"), State = NodeState.Ok };
        await Assert.ThrowsAsync<ArgumentException>(() => Store.AppendAsync(engine, [.. events.Skip(half), stranger], Token));
        await Store.AppendAsync(engine, [.. events.Skip(half)], Token);
        var filter = new StatisticsFilter { Simulated = plan.Simulation is not null };
        var expected = ExpectedRow.Of([new(plan, events)]);
        Same(expected, await ReadAsync(new() { Filter = filter, Sort = [new(LogField.Operation)] }));
        SetExactRows(0);
        Assert.Equal(
            expected.SelectMany(static row => row.Durations(DurationLevel.MicroStep)).Count(static each => each.Milliseconds is not null),
            (await Log.TallyDurationsAsync(new() { Filter = filter, By = StatisticsKeys.None }, Token)).Sum(static tally => tally.Durations.Count));
    }

    [Fact]
    public async Task Every_filter_gives_the_rows_that_match_it()
    {
        var expected = await FillAsync(7, operations: 60, nodes: 8);
        var some = expected[expected.Count / 2].Entry;
        StatisticsFilter[] filters =
        [
            new() { Nodes = NodeSet.Parse("alpha-[1-3]") },
            new() { Nodes = NodeSet.Parse("beta-2,nowhere-1") },
            new() { Nodes = NodeSet.Parse("nowhere-1") },
            new() { Nodes = NodeSet.Parse("alpha-[1-500]") },
            new() { Users = ["ada", "o'brien; DROP TABLE log"] },
            new() { Users = ["nobody"] },
            new() { Kinds = [OperationKind.Reboot] },
            new() { Kinds = [OperationKind.Reboot, OperationKind.Deployment, OperationKind.Power] },
            new() { Clusters = ["beta"] },
            new() { Clusters = ["alpha", "gamma"] },
            new() { Environments = ["debian13"] },
            new() { Environments = ["debian13:10", "win \"11\":1"] },
            new() { Environments = ["debian13:1"] },
            new() { Faults = [FaultCodes.NoBoot] },
            new() { Faults = [FaultCodes.NoBoot, FaultCodes.NodeBusy] },
            new() { Operation = some.Operation },
            new() { Operation = OperationId.Create(OperationKind.Deployment, GeneratedJournal.Begin) },
            new() { From = some.Start },
            new() { Until = some.Start },
            new() { From = some.Start, Until = some.Start.AddTicks(1) },
            new() { From = some.Start.AddDays(-1), Until = some.Start.AddDays(1), Clusters = ["alpha"], Users = ["ada"] },
            new() { MinimumRetries = 1 },
            new() { MinimumRetries = 2 },
            new() { MinimumRetries = 1, RetrySteps = [3] },
            new() { MinimumRetries = 1, RetrySteps = [1, 2] },
            new() { Simulated = true, MinimumRetries = 1 },
        ];
        foreach (var filter in filters)
        {
            var matching = expected.Where(row => row.Matches(filter)).ToList();
            Same(matching, await ReadAsync(new() { Filter = filter, Sort = [new(LogField.Operation)] }));
            Assert.Equal(matching.Count, (await Log.CountOutcomesAsync(filter, StatisticsKeys.None, Token)).Sum(static tally => tally.Ok + tally.Failed + tally.Others));
        }
    }

    [Fact]
    public async Task Rows_come_in_every_order_and_up_to_a_limit()
    {
        var expected = (await FillAsync(8, operations: 40, nodes: 12)).Where(static row => !row.Entry.Simulated).Select(static row => row.Entry).ToList();
        var natural = NodeSet.From(expected.Select(static entry => entry.Node)).Names;
        (LogOrder Order, Func<LogEntry, object?> Key)[] orders =
        [
            (new(LogField.Start), static entry => entry.Start), (new(LogField.Kind), static entry => entry.Kind), (new(LogField.User), static entry => new Ordinal(entry.User)),
            (new(LogField.Node), entry => natural.IndexOf(entry.Node)), (new(LogField.Cluster), static entry => new Ordinal(entry.Cluster)),
            (new(LogField.Environment), static entry => new Ordinal(entry.Environment.Replace(":10", ":~", StringComparison.Ordinal))), (new(LogField.Duration), static entry => entry.Duration),
            (new(LogField.State), static entry => entry.State), (new(LogField.Fault), static entry => entry.Fault is { } code ? new Ordinal(code.ToString()) : null),
            (new(LogField.Retries), static entry => entry.Retries), (new(LogField.ImageDigest), static entry => entry.ImageDigest is { } digest ? new Ordinal(digest) : null),
            (new(LogField.StepInstance, Step: 3), static entry => Step(entry, 3) is { } step ? new Ordinal(step.Instance.Value) : null),
            (new(LogField.StepLimit), static entry => Step(entry, 1)?.Limit), (new(LogField.StepRetries, Step: 2), static entry => Step(entry, 2)?.Retries ?? 0),
            (new(LogField.StepDuration, Step: 4), static entry => Step(entry, 4)?.Duration),
        ];
        foreach (var (order, key) in orders)
        {
            foreach (var descending in new[] { false, true })
            {
                var sorted = (descending ? expected.OrderByDescending(key) : expected.OrderBy(key)).ThenBy(static entry => entry.Sequence).Select(static entry => entry.Sequence).ToList();
                Assert.Equal(sorted, (await ReadAsync(new() { Sort = [order with { Descending = descending }] })).Select(static entry => entry.Sequence));
                Assert.Equal(sorted.Take(7), (await ReadAsync(new() { Sort = [order with { Descending = descending }], Limit = 7 })).Select(static entry => entry.Sequence));
            }
        }

        Assert.Equal(
            expected.OrderBy(static entry => entry.State).ThenByDescending(entry => natural.IndexOf(entry.Node)).ThenBy(static entry => entry.Sequence).Select(static entry => entry.Sequence),
            (await ReadAsync(new() { Sort = [new(LogField.State), new(LogField.Node, Descending: true)] })).Select(static entry => entry.Sequence));
    }

    [Fact]
    public async Task Rows_are_those_of_the_moment_of_the_question_while_another_process_appends()
    {
        var before = await FillAsync(9, operations: 30, nodes: 40);
        var writer = await OpenAsync();
        var read = 0;
        await foreach (var _ in Log.ReadLogAsync(new(), Token))
        {
            if (read++ % 100 == 0) await AppendAsync(writer, GeneratedJournal.Create(100 + read, operations: 1, nodes: 3));
        }

        Assert.Equal(before.Count(static row => !row.Entry.Simulated), read);
        Assert.True((await ReadAsync(new())).Count > read);
    }

    /// <summary>Opens the store of this test once more.</summary>
    protected abstract Task<IStore> OpenStoreAsync();

    /// <summary>Removes what the test left.</summary>
    protected abstract ValueTask CleanUpAsync();

    /// <summary>Sets up to how many rows durations are looked at one by one.</summary>
    protected abstract void SetExactRows(int rows);

    protected async Task<IStore> OpenAsync()
    {
        var store = await OpenStoreAsync();
        _opened.Add(store);
        return store;
    }

    /// <summary>Appends a drawn journal and gives the rows that must come of it.</summary>
    protected async Task<List<ExpectedRow>> FillAsync(int seed, int operations, int nodes, bool allKinds = false)
    {
        var journal = GeneratedJournal.Create(seed, operations, nodes, allKinds);
        await AppendAsync(Store, journal);
        return ExpectedRow.Of(journal);
    }

    protected async Task<List<LogEntry>> ReadAsync(LogQuery query)
    {
        var entries = new List<LogEntry>();
        await foreach (var entry in Log.ReadLogAsync(query, Token)) entries.Add(entry);
        return entries;
    }

    protected static void Same(IEnumerable<ExpectedRow> expected, IEnumerable<LogEntry> actual) =>
        Assert.Equal(expected.Select(static row => row.Entry).OrderBy(static entry => entry.Sequence).Select(DeepText.Of), actual.OrderBy(static entry => entry.Sequence).Select(DeepText.Of));

    private static async Task<EngineId> RegisterAsync(IStore store)
    {
        var engine = new EngineId(Guid.NewGuid());
        await store.RegisterEngineAsync(engine, DateTimeOffset.MaxValue, Token);
        return engine;
    }

    private static async Task AppendAsync(IStore store, IEnumerable<GeneratedOperation> journal)
    {
        var engine = await RegisterAsync(store);
        var size = 1;
        foreach (var (plan, events) in journal)
        {
            Assert.Empty(await store.CreateOperationAsync(plan, engine, GeneratedJournal.Begin, Token));
            foreach (var batch in events.Chunk(size)) await store.AppendAsync(engine, batch, Token);
            size = (size * 2) % 97;
        }

        await store.RetireEngineAsync(engine, Token);
    }

    private static LogStep? Step(LogEntry entry, int place) => place <= entry.Steps.Length ? entry.Steps[place - 1] : null;

    private sealed record Ordinal(string Text) : IComparable
    {
        public int CompareTo(object? obj) => string.CompareOrdinal(Text, ((Ordinal?)obj)?.Text);
    }
}
