using Kadeploy.Engine.Statistics;
using Kadeploy.Engine.Stores.Sqlite;
using Kadeploy.TestKit.Statistics;
using Xunit;

namespace Kadeploy.Engine.Tests.Statistics;

public sealed class StatisticsCatalogTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly string _directory = Directory.CreateTempSubdirectory("kadeploy-statistics-").FullName;
    private SqliteStore _store = null!;
    private PlainLog _log = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private StatisticsCatalog Statistics => new(_store, _store);

    public async ValueTask InitializeAsync()
    {
        _store = await SqliteStore.OpenAsync(_directory, Token);
        _log = await PlainLog.CreateAsync(_store);
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Rates_leave_out_what_says_nothing_of_a_machine_and_come_highest_first()
    {
        await _log.AddAsync("lab", Noon, ("a-10", NodeState.Ok, 10), ("a-9", NodeState.Ok, 10), ("a-1", NodeState.Ko, 10), ("a-2", NodeState.Cancelled, 10), ("a-3", NodeState.Stopped, 10));
        await _log.AddAsync("lab", Noon.AddHours(1), ("a-1", NodeState.Ok, 10), ("a-4", NodeState.Ko, 10), ("a-2", NodeState.Discarded, 10));
        var rates = await Statistics.GetFailureRatesAsync(new(), StatisticsKeys.Node, 0, Token);
        Assert.Equal(["a-4", "a-1", "a-2", "a-3", "a-9", "a-10"], rates.Select(static rate => rate.Group.Node?.Value));
        Assert.Equal([1, 0.5, 0, 0, 0, 0], rates.Select(static rate => rate.Rate));
        Assert.Equal([1, 2, 0, 0, 1, 1], rates.Select(static rate => rate.Total));
        Assert.Equal([0, 0, 2, 1, 0, 0], rates.Select(static rate => rate.Others));
        Assert.Equal(["a-4", "a-1"], (await Statistics.GetFailureRatesAsync(new(), StatisticsKeys.Node, 0.5, Token)).Select(static rate => rate.Group.Node?.Value));
        Assert.Equal(new(0.0945, 0.9055), Rounded(rates[1].Confidence));
        Assert.Equal((FaultCodes.NoBoot, Noon.AddHours(1)), (rates[0].Last?.Fault, rates[0].Last?.Start));
    }

    [Fact]
    public async Task A_clear_change_is_told_from_chance_and_from_too_few()
    {
        for (var i = 0; i < 30; i++)
        {
            await _log.AddAsync("slower", Noon.AddMinutes(i), ("s-1", NodeState.Ok, 100 + (i % 5)));
            await _log.AddAsync("slower", Noon.AddDays(7).AddMinutes(i), ("s-1", i < 20 ? NodeState.Ko : NodeState.Ok, 120 + (i % 5)));
            await _log.AddAsync("same", Noon.AddMinutes(i), ("t-1", NodeState.Ok, 100 + (i % 7)));
            await _log.AddAsync("same", Noon.AddDays(7).AddMinutes(i), ("t-1", NodeState.Ok, 100 + ((i + 3) % 7)));
            if (i >= 5) continue;
            await _log.AddAsync("rare", Noon.AddMinutes(i), ("r-1", NodeState.Ok, 100));
            await _log.AddAsync("rare", Noon.AddDays(7).AddMinutes(i), ("r-1", NodeState.Ok, 900));
        }

        await _log.AddAsync("new", Noon.AddDays(7), ("n-1", NodeState.Ok, 5));
        var comparison = await Statistics.CompareAsync(
            new() { Before = new(Noon, Noon.AddDays(1)), After = new(Noon.AddDays(7), Noon.AddDays(8)), Durations = new() { Level = DurationLevel.Whole } }, Token);
        Assert.Equal(
            [("new", ChangeVerdict.TooFew), ("rare", ChangeVerdict.TooFew), ("same", ChangeVerdict.Unclear), ("slower", ChangeVerdict.Worse)],
            comparison.Durations.Select(static change => (change.Group.Cluster, change.Verdict)));
        var slower = comparison.Durations[3];
        Assert.Equal((TimeSpan.FromSeconds(20), 30, 10), (slower.Difference, (int)slower.Before!.Count, (int)slower.After!.Count));
        Assert.Equal((null, true), (comparison.Durations[0].Difference, comparison.Durations[0].Before is null));
        Assert.Equal([ChangeVerdict.TooFew, ChangeVerdict.TooFew, ChangeVerdict.Unclear, ChangeVerdict.Worse], comparison.Rates.Select(static change => change.Verdict));
        Assert.Equal((0.667, 30, 30), (Math.Round(comparison.Rates[3].Difference!.Value, 3), (int)comparison.Rates[3].Before!.Total, (int)comparison.Rates[3].After!.Total));
        Assert.True(comparison.Rates[3].Confidence!.Value.Low > 0);
        Assert.Empty((await Statistics.CompareAsync(new() { Before = new(Noon.AddDays(-9), Noon.AddDays(-8)), After = new(Noon.AddDays(-8), Noon.AddDays(-7)) }, Token)).Durations);
    }

    [Fact]
    public async Task Nodes_that_fail_or_are_slow_stand_out_with_the_evidence()
    {
        var chance = new Random(3);
        for (var i = 0; i < 20; i++)
        {
            await _log.AddAsync(
                "lab", Noon.AddHours(i),
                [.. Enumerable.Range(1, 20).Select(node => ($"a-{node}", node switch { 7 => i % 2 == 0 ? NodeState.Ko : NodeState.Ok, 9 => i == 3 ? NodeState.Ko : NodeState.Ok, _ => NodeState.Ok },
                    (node == 12 ? 150 : 100) + chance.Next(5)))]);
        }

        var suspects = await Statistics.FindSuspectsAsync(new() { Faults = 2 }, Token);
        Assert.Equal(["a-7", "a-12"], suspects.Select(static suspect => suspect.Node.Value));
        var (failing, slow) = (suspects[0], suspects[1]);
        Assert.Equal((10, 20), ((int)failing.Failures.Failed, (int)failing.Failures.Total));
        Assert.InRange(failing.FailsOften!.Probability, 0, 1e-6);
        Assert.Equal((380, 1.0 / 380), ((int)failing.FailsOften.TotalOfOthers, failing.FailsOften.RateOfOthers));
        Assert.Equal([Noon.AddHours(18), Noon.AddHours(16)], failing.LatestFailures.Select(static entry => entry.Start));
        Assert.All(failing.LatestFailures, static entry => Assert.Equal(FaultCodes.NoBoot, entry.Fault));
        Assert.Empty(failing.SlowSteps);
        Assert.Null(slow.FailsOften);
        var step = Assert.Single(slow.SlowSteps);
        Assert.Equal(("SetDeploymentEnvUntrusted:WaitReboot", 20, 20), (step.Step.ToString(), (int)step.Count, step.Nodes));
        Assert.InRange(step.Median.TotalSeconds, 150, 155);
        Assert.InRange(step.ClusterMedian.TotalSeconds, 100, 105);
        Assert.True(step.Score > 3.5);
    }

    [Fact]
    public async Task Questions_for_power_neither_thin_out_failures_nor_are_evidence_unless_they_are_asked_for()
    {
        for (var i = 0; i < 20; i++)
        {
            await _log.AddAsync("lab", Noon.AddHours(i), [.. Enumerable.Range(1, 10).Select(node => ($"a-{node}", node == 7 && i % 2 == 0 ? NodeState.Ko : NodeState.Ok, 100))]);
            // Its controller is silent from time to time; it is asked every minute.
            for (var minute = 1; minute < 5; minute++) await _log.AskAsync("lab", Noon.AddHours(i).AddMinutes(minute), ("a-7", minute == 4 ? NodeState.Ko : NodeState.Ok, 1));
        }

        var rate = Assert.Single(await Statistics.GetFailureRatesAsync(new(), StatisticsKeys.Node, 0.1, Token));
        Assert.Equal((0.5, 20), (rate.Rate, (int)rate.Total));
        Assert.Equal(80, (int)Assert.Single(await Statistics.GetFailureRatesAsync(new() { Kinds = [OperationKind.Power] }, StatisticsKeys.Node, 0, Token)).Total);
        var suspect = Assert.Single(await Statistics.FindSuspectsAsync(new() { Faults = 3 }, Token), static each => each.FailsOften is not null);
        Assert.Equal(("a-7", 10), (suspect.Node.Value, (int)suspect.Failures.Failed));
        Assert.Equal(3, suspect.LatestFailures.Length);
        Assert.All(suspect.LatestFailures, static entry => Assert.Equal(OperationKind.Deployment, entry.Kind));
        var change = (await Statistics.CompareAsync(
            new() { Before = new(Noon, Noon.AddHours(10)), After = new(Noon.AddHours(10), Noon.AddDays(1)), Durations = new() { Level = DurationLevel.Whole, By = StatisticsKeys.Node } }, Token))
            .Rates.Single(static each => each.Group.Node?.Value == "a-7");
        Assert.Equal((10, 10), ((int)change.Before!.Total, (int)change.After!.Total));
    }

    [Fact]
    public async Task Equal_nodes_are_not_suspect_even_when_many_fail()
    {
        var chance = new Random(4);
        for (var i = 0; i < 30; i++)
            await _log.AddAsync("lab", Noon.AddHours(i), [.. Enumerable.Range(1, 40).Select(node => ($"a-{node}", chance.Next(4) == 0 ? NodeState.Ko : NodeState.Ok, 100 + chance.Next(40)))]);
        Assert.Empty(await Statistics.FindSuspectsAsync(new() { Significance = 0.001 }, Token));
        Assert.Empty(await Statistics.FindSuspectsAsync(new() { Filter = new() { Clusters = ["elsewhere"] } }, Token));
    }

    [Fact]
    public async Task An_estimate_goes_through_the_plan_with_what_the_same_environment_took()
    {
        for (var i = 0; i < 10; i++) await _log.AddAsync("lab", Noon.AddHours(i), [.. Enumerable.Range(1, 4).Select(node => ($"a-{node}", NodeState.Ok, 90 + (i * 2)))]);
        var plan = PlainLog.Plan("lab", Noon.AddDays(1), 1);
        var estimate = (await Statistics.EstimateAsync(plan, Token))!;
        Assert.Equal((TimeSpan.FromSeconds(98), TimeSpan.FromSeconds(98), 40), (estimate.Duration, estimate.Median, estimate.BasedOn));
        Assert.Equal(("lab", "debian13:1", Noon.AddHours(9)), (estimate.Clusters[0].Cluster, estimate.Clusters[0].Environment, estimate.Clusters[0].Latest));
        // The slowest of forty is as slow as the slowest of forty was.
        Assert.Equal(TimeSpan.FromSeconds(108), (await Statistics.EstimateAsync(PlainLog.Plan("lab", Noon.AddDays(1), 40), Token))!.Duration);
    }

    [Fact]
    public async Task An_estimate_falls_back_to_other_environments_and_says_so()
    {
        for (var i = 0; i < 5; i++) await _log.AddAsync("lab", Noon.AddHours(i), ("a-1", NodeState.Ok, 60));
        var estimate = (await Statistics.EstimateAsync(PlainLog.Plan("lab", Noon.AddDays(1), 2, version: 2), Token))!;
        Assert.Equal((null, 5), (estimate.Clusters[0].Environment, estimate.BasedOn));
        Assert.Null(await Statistics.EstimateAsync(PlainLog.Plan("elsewhere", Noon.AddDays(1), 2), Token));
        Assert.Null(await Statistics.EstimateAsync("elsewhere", null, 3, simulated: false, Token));
    }

    [Fact]
    public async Task An_operation_is_estimated_by_those_before_it()
    {
        for (var i = 0; i < 5; i++) await _log.AddAsync("lab", Noon.AddHours(i), ("a-1", NodeState.Ok, 60));
        var operation = await _log.AddAsync("lab", Noon.AddHours(6), ("a-1", NodeState.Ok, 600));
        for (var i = 7; i < 20; i++) await _log.AddAsync("lab", Noon.AddHours(i), ("a-1", NodeState.Ok, 900));
        Assert.Equal(TimeSpan.FromSeconds(60), (await Statistics.EstimateAsync(operation, Token))!.Duration);
        var unknown = OperationId.Create(OperationKind.Deployment, Noon);
        var refused = await Assert.ThrowsAsync<ConfigurationException>(() => Statistics.EstimateAsync(unknown, Token));
        Assert.Contains(unknown.Value, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_estimate_without_a_plan_is_drawn_from_whole_deployments()
    {
        for (var i = 0; i < 10; i++) await _log.AddAsync("lab", Noon.AddHours(i), ("a-1", NodeState.Ok, 60 + i));
        Assert.Equal(TimeSpan.FromSeconds(64), (await Statistics.EstimateAsync("lab", null, 1, simulated: false, Token))!.Duration);
        Assert.Equal(TimeSpan.FromSeconds(69), (await Statistics.EstimateAsync("lab", "debian13", 100, simulated: false, Token))!.Duration);
    }

    [Fact]
    public async Task Questions_that_make_no_sense_are_refused_with_all_that_is_wrong()
    {
        var filter = new StatisticsFilter { From = Noon, Until = Noon, Nodes = NodeSet.Empty, RetrySteps = [9] };
        var refused = Assert.Throws<ConfigurationException>(() => Statistics.ReadLogAsync(new() { Filter = filter, Limit = 0, Sort = [.. Enumerable.Repeat(new LogOrder(LogField.Node), 5)] }, Token));
        Assert.Equal(6, refused.Problems.Length);
        await Assert.ThrowsAsync<ConfigurationException>(() => Statistics.GetFailureRatesAsync(new(), StatisticsKeys.Node, 1.5, Token));
        await Assert.ThrowsAsync<ConfigurationException>(() => Statistics.GetDurationsAsync(new() { Level = DurationLevel.Whole, Steps = ["x"] }, Token));
        await Assert.ThrowsAsync<ConfigurationException>(() => Statistics.FindSuspectsAsync(new() { FewestOperations = 1, Significance = 0 }, Token));
        var overlap = new ComparisonQuery { Before = new(Noon, Noon.AddDays(2)), After = new(Noon.AddDays(1), Noon.AddDays(3)) };
        Assert.Contains("overlap", (await Assert.ThrowsAsync<ConfigurationException>(() => Statistics.CompareAsync(overlap, Token))).Message, StringComparison.Ordinal);
    }

    private static Interval Rounded(Interval interval) => new(Math.Round(interval.Low, 4), Math.Round(interval.High, 4));
}
