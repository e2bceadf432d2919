using System.Collections.Immutable;
using Kadeploy.Engine.Stores;

namespace Kadeploy.Engine.Statistics;

/// <summary>Finds nodes that stand out among their cluster.</summary>
/// <remarks>Failing: the binomial test of a node's failures against the rate of the cluster's other nodes. Slow: the modified z-score of its median against
/// the medians of the cluster's nodes, which a few slow nodes cannot shift; a difference that is clear but does not matter accuses nobody.</remarks>
internal sealed class Suspects(IStatisticsStore log, SuspectQuery query)
{
    /// <summary>The score above which a value is an outlier, as Iglewicz and Hoaglin (1993) recommend.</summary>
    public const double LargestScore = 3.5;

    /// <summary>By what share of the cluster's median a node must be slower to matter.</summary>
    public const double SmallestShare = 0.2;

    /// <summary>How many nodes must have done a step for one of them to stand out.</summary>
    public const int FewestNodes = 5;

    /// <summary>By how much a node must be slower to matter.</summary>
    public static readonly TimeSpan SmallestDifference = TimeSpan.FromSeconds(1);

    /// <summary>Brings the median absolute deviation of a normal distribution to its standard deviation.</summary>
    private const double Normal = 0.6745;

    /// <summary>Finds them.</summary>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>The nodes, those that fail first.</returns>
    public async Task<ImmutableArray<SuspectNode>> FindAsync(CancellationToken cancellationToken)
    {
        const StatisticsKeys ByNode = StatisticsKeys.Cluster | StatisticsKeys.Node;
        var outcomes = await log.CountOutcomesAsync(query.Filter, ByNode, cancellationToken).ConfigureAwait(false);
        var durations = await log.TallyDurationsAsync(new() { Filter = query.Filter, By = ByNode }, cancellationToken).ConfigureAwait(false);
        var failing = outcomes.GroupBy(static tally => tally.Group.Cluster!).SelectMany(FailingOf).ToDictionary(static each => each.Group, static each => each.Evidence);
        var slow = durations.GroupBy(static tally => (tally.Group.Cluster, tally.Step)).SelectMany(SlowOf).ToLookup(static each => each.Group, static each => each.Evidence);
        var suspects = outcomes.Where(tally => failing.ContainsKey(tally.Group) || slow.Contains(tally.Group)).ToList();
        var found = ImmutableArray.CreateBuilder<SuspectNode>(suspects.Count);
        foreach (var tally in GroupOrder.Sort(suspects, static tally => tally.Group, tally => (Probability(tally), -Score(tally))))
        {
            found.Add(new()
            {
                Node = tally.Group.Node!.Value,
                Cluster = tally.Group.Cluster!,
                Failures = FailureRates.Of(tally),
                FailsOften = failing.GetValueOrDefault(tally.Group),
                SlowSteps = [.. slow[tally.Group].OrderByDescending(static each => each.Score)],
                LatestFailures = await LatestFailuresAsync(tally, cancellationToken).ConfigureAwait(false),
            });
        }

        return found.ToImmutable();

        double Probability(OutcomeTally tally) => failing.GetValueOrDefault(tally.Group)?.Probability ?? 2;

        double Score(OutcomeTally tally) => slow[tally.Group].Select(static each => each.Score).DefaultIfEmpty().Max();
    }

    /// <summary>Gives the score of a value among others.</summary>
    /// <param name="value">The value.</param>
    /// <param name="median">The median of all.</param>
    /// <param name="deviation">Their median absolute deviation; 0 when more than half are equal.</param>
    /// <returns>The modified z-score, finite.</returns>
    public static double Score(double value, double median, double deviation) =>
        Normal * (value - median) / Math.Max(deviation, Math.Max(1, median * 0.01)); // closer than a hundredth is as good as equal

    private IEnumerable<(StatisticsGroup Group, FailureEvidence Evidence)> FailingOf(IEnumerable<OutcomeTally> cluster)
    {
        var nodes = cluster.ToList();
        var judged = nodes.Where(tally => tally.Ok + tally.Failed >= query.FewestOperations).ToList();
        var (failed, total) = (nodes.Sum(static tally => tally.Failed), nodes.Sum(static tally => tally.Ok + tally.Failed));
        foreach (var tally in judged)
        {
            var (othersFailed, othersTotal) = (failed - tally.Failed, total - tally.Ok - tally.Failed);
            if (othersTotal == 0 || tally.Failed == 0) continue;
            // Others that have never failed may still do so one day: their rate is not 0 (Laplace's rule of succession).
            var expected = (othersFailed + 1.0) / (othersTotal + 2.0);
            var probability = Math.Min(1, judged.Count * Proportions.TailOf(tally.Failed, tally.Ok + tally.Failed, expected));
            if (probability < query.Significance) yield return (tally.Group, new((double)othersFailed / othersTotal, othersTotal, probability));
        }
    }

    private IEnumerable<(StatisticsGroup Group, SlowStepEvidence Evidence)> SlowOf(IEnumerable<StepTally> step)
    {
        var nodes = step.Where(tally => tally.Durations.Count >= query.FewestOperations).Select(static tally => (Tally: tally, Median: tally.Durations.Median())).ToList();
        if (nodes.Count < FewestNodes) yield break;
        var median = Median(nodes.Select(static node => node.Median.TotalMilliseconds));
        var deviation = Median(nodes.Select(node => Math.Abs(node.Median.TotalMilliseconds - median)));
        foreach (var (tally, own) in nodes)
        {
            var above = own.TotalMilliseconds - median;
            var score = Score(own.TotalMilliseconds, median, deviation);
            if (score <= LargestScore || above < SmallestDifference.TotalMilliseconds || above < median * SmallestShare) continue;
            yield return (tally.Group, new(tally.Step!, tally.Durations.Count, own, TimeSpan.FromMilliseconds(median), nodes.Count, score));
        }
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }

    private async Task<ImmutableArray<LogEntry>> LatestFailuresAsync(OutcomeTally tally, CancellationToken cancellationToken)
    {
        if (query.Faults == 0 || tally.Last is null) return [];
        var latest = ImmutableArray.CreateBuilder<LogEntry>(query.Faults);
        var filter = query.Filter with { Nodes = NodeSet.From([tally.Group.Node!.Value]), Clusters = [tally.Group.Cluster!] };
        await foreach (var entry in log.ReadLogAsync(
                           new() { Filter = filter, Sort = [new(LogField.Start, Descending: true)] }, cancellationToken).ConfigureAwait(false))
        {
            if (entry.State != NodeState.Ko || (MachineRows.AreMeant(query.Filter) && !MachineRows.Includes(entry))) continue;
            latest.Add(entry);
            if (latest.Count == query.Faults) break;
        }

        return latest.ToImmutable();
    }
}
