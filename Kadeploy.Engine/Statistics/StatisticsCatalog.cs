using System.Collections.Immutable;
using Kadeploy.Engine.Stores;

namespace Kadeploy.Engine.Statistics;

/// <summary>Draws conclusions from the log.</summary>
/// <param name="log">The log.</param>
/// <param name="store">The operations.</param>
internal sealed class StatisticsCatalog(IStatisticsStore log, IStore store) : IStatistics
{
    /// <summary>How many fields rows can be ordered by.</summary>
    private const int MostFields = 4;

    private readonly Estimates _estimates = new(log);

    /// <inheritdoc/>
    public IAsyncEnumerable<LogEntry> ReadLogAsync(LogQuery query, CancellationToken cancellationToken)
    {
        QueryCheck.Check(query, MostFields);
        return log.ReadLogAsync(query, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<ImmutableArray<FailureRate>> GetFailureRatesAsync(
        StatisticsFilter filter, StatisticsKeys by, double minimum, CancellationToken cancellationToken)
    {
        QueryCheck.Check(filter, by, minimum);
        var tallies = await log.CountOutcomesAsync(filter, by, cancellationToken).ConfigureAwait(false);
        return GroupOrder.Sort(
            tallies.Select(FailureRates.Of).Where(rate => rate.Rate >= minimum), static rate => rate.Group,
            static rate => (-rate.Rate, -rate.Failed));
    }

    /// <inheritdoc/>
    public async Task<ImmutableArray<StepFigures>> GetDurationsAsync(DurationQuery query, CancellationToken cancellationToken)
    {
        QueryCheck.Check(query);
        var tallies = await log.TallyDurationsAsync(query, cancellationToken).ConfigureAwait(false);
        return [.. GroupOrder.Sort(tallies, static tally => tally.Group, after: static tally => tally.Order)
            .AsParallel().AsOrdered().Select(tally => Figures(tally, query.Histogram))];
    }

    /// <inheritdoc/>
    public async Task<PeriodComparison> CompareAsync(ComparisonQuery query, CancellationToken cancellationToken)
    {
        QueryCheck.Check(query);
        var (before, after) = (In(query.Durations, query.Before), In(query.Durations, query.After));
        return new(
            Comparison.OfRates(
                await log.CountOutcomesAsync(before.Filter, before.By, cancellationToken).ConfigureAwait(false),
                await log.CountOutcomesAsync(after.Filter, after.By, cancellationToken).ConfigureAwait(false)),
            Comparison.OfDurations(
                await log.TallyDurationsAsync(before, cancellationToken).ConfigureAwait(false),
                await log.TallyDurationsAsync(after, cancellationToken).ConfigureAwait(false)));
    }

    /// <inheritdoc/>
    public async Task<ImmutableArray<SuspectNode>> FindSuspectsAsync(SuspectQuery query, CancellationToken cancellationToken)
    {
        QueryCheck.Check(query);
        return await new Suspects(log, query).FindAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task<DurationEstimate?> EstimateAsync(OperationPlan plan, CancellationToken cancellationToken) => _estimates.OfPlanAsync(plan, null, cancellationToken);

    /// <inheritdoc/>
    public async Task<DurationEstimate?> EstimateAsync(OperationId operation, CancellationToken cancellationToken)
    {
        var plan = await store.FindPlanAsync(operation, cancellationToken).ConfigureAwait(false)
            ?? throw new ConfigurationException($"there is no operation {operation}; 'kadeploy operations' lists them");
        return await _estimates.OfPlanAsync(plan, plan.PlannedAt, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task<DurationEstimate?> EstimateAsync(
        string cluster, string? environment, int nodes, bool simulated, CancellationToken cancellationToken) =>
        _estimates.OfNodesAsync(cluster, environment, nodes, simulated, cancellationToken);

    private static DurationQuery In(DurationQuery query, Period period) =>
        query with { Filter = query.Filter with { From = period.From, Until = period.Until } };

    private static StepFigures Figures(StepTally tally, bool histogram) =>
        new() { Group = tally.Group, Step = tally.Step, Failed = tally.Failed, Durations = tally.Durations.Figures(histogram) };
}
