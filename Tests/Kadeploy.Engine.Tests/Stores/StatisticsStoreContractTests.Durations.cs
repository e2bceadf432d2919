using Kadeploy.TestKit.Statistics;
using Xunit;

namespace Kadeploy.Engine.Tests.Stores;

public abstract partial class StatisticsStoreContractTests
{
    public static TheoryData<StatisticsKeys> Keys =>
    [
        StatisticsKeys.None, StatisticsKeys.Cluster, StatisticsKeys.Node, StatisticsKeys.Environment, StatisticsKeys.User, StatisticsKeys.Kind, StatisticsKeys.Day,
        StatisticsKeys.Cluster | StatisticsKeys.Node, StatisticsKeys.Day | StatisticsKeys.Cluster | StatisticsKeys.Kind, StatisticsKeys.Environment | StatisticsKeys.User,
    ];

    [Theory]
    [MemberData(nameof(Keys))]
    public async Task Outcomes_are_counted_by_every_key(StatisticsKeys by)
    {
        var expected = (await FillAsync(11, operations: 50, nodes: 8)).Where(static row => !row.Entry.Simulated).GroupBy(row => row.Group(by))
            .ToDictionary(static group => group.Key, static group => group.Select(static row => row.Entry).ToList());
        var tallies = await Log.CountOutcomesAsync(new(), by, Token);
        Assert.Equal(expected.Count, tallies.Count);
        foreach (var tally in tallies)
        {
            var entries = expected[tally.Group];
            var failed = entries.Where(static entry => entry.State == NodeState.Ko).ToList();
            Assert.Equal(
                (entries.Count(static entry => entry.State == NodeState.Ok), failed.Count, entries.Count(static entry => entry.Retries > 0)),
                ((int)tally.Ok, (int)tally.Failed, (int)tally.Retried));
            Assert.Equal(entries.Count, tally.Ok + tally.Failed + tally.Others);
            var last = failed.MaxBy(static entry => entry.Start);
            Assert.Equal((last?.Start, last is null), (tally.Last?.Start, tally.Last is null));
            if (tally.Last is { } reference) Assert.Contains(failed, entry => entry.Sequence == reference.Sequence && entry.Operation == reference.Operation && entry.Fault == reference.Fault);
        }
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public async Task Consoles_and_questions_for_power_are_in_no_outcome_unless_they_are_asked_for(StatisticsKeys by)
    {
        var expected = await FillAsync(14, operations: 60, nodes: 6, allKinds: true);
        Assert.Contains(expected, static row => row is { IsQuestion: true, Entry: { Simulated: false, Kind: OperationKind.Power } });
        Assert.Contains(expected, static row => row is { IsQuestion: false, Entry: { Simulated: false, Kind: OperationKind.Power } });
        var console = expected.First(static row => row.Entry is { Kind: OperationKind.Console, Simulated: false }).Entry.Operation;
        foreach (var filter in new StatisticsFilter[]
                 {
                     new(), new() { Simulated = true }, new() { Users = ["ada"] }, new() { Kinds = [OperationKind.Console] }, new() { Kinds = [OperationKind.Power, OperationKind.Deployment] },
                     new() { Operation = console },
                 })
        {
            var wanted = expected.Where(row => row.CountsInRates(filter)).GroupBy(row => row.Group(by)).ToDictionary(static group => group.Key, static group => group.Select(static row => row.Entry).ToList());
            var tallies = await Log.CountOutcomesAsync(filter, by, Token);
            Assert.Equal(wanted.Count, tallies.Count);
            foreach (var tally in tallies)
            {
                Assert.Equal(wanted[tally.Group].Count, tally.Ok + tally.Failed + tally.Others);
                Assert.Equal(wanted[tally.Group].Count(static entry => entry.State == NodeState.Ko), tally.Failed);
            }

            // The log itself has them all.
            Same(expected.Where(row => row.Matches(filter)), await ReadAsync(new() { Filter = filter }));
        }
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public async Task Durations_of_few_rows_are_exact(StatisticsKeys by)
    {
        var expected = await FillAsync(12, operations: 50, nodes: 8);
        foreach (var level in Enum.GetValues<DurationLevel>()) await CompareAsync(expected, new() { By = by, Level = level });
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public async Task Durations_of_many_rows_are_counted_exactly_and_their_percentiles_within_the_error_that_is_told(StatisticsKeys by)
    {
        var expected = await FillAsync(13, operations: 50, nodes: 8);
        SetExactRows(10);
        foreach (var level in Enum.GetValues<DurationLevel>())
        {
            await CompareAsync(expected, new() { By = by, Level = level });
            await CompareAsync(expected, new() { By = by, Level = level, Filter = new() { Users = ["ada", "bob"] } });
            await CompareAsync(expected, new() { By = by, Level = level, Filter = new() { Clusters = ["alpha"], Kinds = [OperationKind.Deployment] } });
        }
    }

    [Fact]
    public async Task A_period_of_many_rows_may_begin_and_end_within_days()
    {
        var expected = await FillAsync(14, operations: 80, nodes: 6);
        SetExactRows(25); // more than the days at the edges have, fewer than the period
        var starts = expected.Select(static row => row.Entry.Start).Order().ToArray();
        foreach (var (from, until) in new (DateTimeOffset?, DateTimeOffset?)[]
                 {
                     (starts[10], starts[^10]), (starts[10].AddHours(1), null), (null, starts[^10].AddHours(-1)), (starts[30], starts[35]),
                     (new(2026, 3, 3, 0, 0, 0, TimeSpan.Zero), new(2026, 3, 9, 0, 0, 0, TimeSpan.Zero)), (new(2026, 3, 5, 0, 0, 0, TimeSpan.Zero), null),
                     (starts[0], starts[^1]), (starts[^1].AddDays(1), null),
                 })
        {
            foreach (var by in new[] { StatisticsKeys.Cluster, StatisticsKeys.Day, StatisticsKeys.Node })
                await CompareAsync(expected, new() { By = by, Filter = new() { From = from, Until = until } });
        }
    }

    [Fact]
    public async Task Steps_are_chosen_by_their_names()
    {
        var expected = await FillAsync(15, operations: 20, nodes: 6);
        foreach (var exact in new[] { 20_000, 0 })
        {
            SetExactRows(exact);
            await CompareAsync(expected, new() { Steps = ["WaitReboot"] }, static step => step!.MicroStep == new MicroStepName("WaitReboot"));
            await CompareAsync(expected, new() { Steps = ["setdeploymentenv"] }, static step => step!.MacroStep == MacroStep.SetDeploymentEnv);
            await CompareAsync(expected, new() { Steps = ["BootNewEnvClassical:First", "BroadcastEnvChain"] }, static step => step!.ToString() == "BootNewEnvClassical:First" || step.Instance.Value == "BroadcastEnvChain");
            await CompareAsync(expected, new() { Level = DurationLevel.MacroStep, Steps = ["BootNewEnvClassical"] }, static step => step!.Instance.Value == "BootNewEnvClassical");
            Assert.Empty(await Log.TallyDurationsAsync(new() { Steps = ["NoSuchStep"] }, Token));
        }
    }

    [Fact]
    public async Task An_empty_log_answers_everything_with_nothing()
    {
        Assert.Empty(await ReadAsync(new()));
        Assert.Empty(await ReadAsync(new() { Sort = [new(LogField.Node)], Limit = 3 }));
        foreach (var exact in new[] { 20_000, -1 })
        {
            SetExactRows(exact);
            foreach (var level in Enum.GetValues<DurationLevel>()) Assert.Empty(await Log.TallyDurationsAsync(new() { Level = level }, Token));
        }

        Assert.Empty(await Log.CountOutcomesAsync(new(), StatisticsKeys.Node, Token));
        Assert.Equal(0, (await Log.TallyRecentAsync(new(OperationKind.Deployment, false, "alpha", null, null, 10), Token)).Nodes);
    }

    [Fact]
    public async Task The_latest_nodes_are_those_that_started_last_and_ended_well()
    {
        var expected = (await FillAsync(16, operations: 60, nodes: 6)).Where(static row => !row.Entry.Simulated && row.Entry is { Kind: OperationKind.Deployment, State: NodeState.Ok, Cluster: "alpha" }).ToList();
        foreach (var (environment, before, limit) in new (string?, DateTimeOffset?, int)[]
                 {
                     (null, null, 1000), ("debian13", null, 1000), ("debian13:2", null, 5), (null, expected[expected.Count / 2].Entry.Start, 8), ("none", null, 10),
                 })
        {
            var matching = expected.Where(row => row.Matches(new() { Environments = environment is null ? [] : [environment], Until = before })).OrderByDescending(static row => row.Entry.Start).ToList();
            var tally = await Log.TallyRecentAsync(new(OperationKind.Deployment, false, "alpha", environment, before, limit), Token);
            Assert.Equal(Math.Min(limit, matching.Count), tally.Nodes);
            Assert.Equal(matching.FirstOrDefault()?.Entry.Start, tally.Latest);
            if (matching.Count > limit) continue;
            Assert.Equal(matching.Sum(static row => row.Durations(DurationLevel.Whole).Single().Milliseconds), tally.Whole.Total);
            Assert.Equal(
                matching.SelectMany(static row => row.Durations(DurationLevel.MicroStep)).GroupBy(static each => each.Step).ToDictionary(static group => group.Key!, static group => group.Sum(static each => each.Milliseconds ?? 0)),
                tally.Steps.ToDictionary(static step => step.Step!, static step => step.Durations.Total));
            Assert.Equal(tally.Steps.Select(static step => step.Step!.MacroStep).Order(), tally.Steps.Select(static step => step.Step!.MacroStep));
        }
    }

    private async Task CompareAsync(IEnumerable<ExpectedRow> rows, DurationQuery query, Func<LoggedStep?, bool>? steps = null)
    {
        var matching = rows.Where(row => row.Matches(query.Filter)).ToList();
        var expected = matching.SelectMany(row => row.Durations(query.Level).Select(each => (Group: row.Group(query.By), each.Step, each.Milliseconds)))
            .Where(each => steps is null || steps(each.Step)).GroupBy(static each => (each.Group, each.Step))
            .ToDictionary(static group => group.Key, static group => group.Select(static each => each.Milliseconds).ToList());
        var exact = matching.Count <= Log.MostExactRows;
        var tallies = await Log.TallyDurationsAsync(query, Token);
        Assert.Equal(expected.Count, tallies.Count);
        foreach (var tally in tallies)
        {
            var all = expected[(tally.Group, tally.Step)];
            var durations = all.OfType<long>().Order().ToArray();
            Assert.Equal((all.Count - durations.Length, durations.Length, durations.Sum()), (tally.Failed, (int)tally.Durations.Count, tally.Durations.Total));
            if (tally.Durations.Figures(histogram: true) is not { } figures)
            {
                Assert.Empty(durations);
                continue;
            }

            Assert.Equal(exact, figures.Error == 0);
            Assert.Equal((durations[0], durations[^1]), ((long)figures.Minimum.TotalMilliseconds, (long)figures.Maximum.TotalMilliseconds));
            Assert.Equal(durations.Average(), figures.Mean.TotalMilliseconds, 0.001);
            foreach (var (percent, value) in new[] { (50, figures.P50), (90, figures.P90), (95, figures.P95), (99, figures.P99) })
            {
                var nearest = durations[(int)Math.Ceiling(percent / 100.0 * durations.Length) - 1];
                Assert.InRange(value.TotalMilliseconds, nearest * (1 - figures.Error), nearest * (1 + figures.Error));
            }

            Assert.Equal(durations.Length, figures.Histogram.Sum(static bin => bin.Count));
            Assert.All(figures.Histogram, bin => Assert.Equal(
                durations.Count(each => each >= bin.From.TotalMilliseconds && each < bin.Until.TotalMilliseconds), bin.Count));
        }
    }
}
