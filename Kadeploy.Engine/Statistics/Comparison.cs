using System.Collections.Immutable;
using Kadeploy.Engine.Stores;

namespace Kadeploy.Engine.Statistics;

/// <summary>Says what is different between two periods, and whether it may be chance.</summary>
internal static class Comparison
{
    /// <summary>Compares failure rates.</summary>
    /// <param name="before">How nodes ended before.</param>
    /// <param name="after">How they ended after.</param>
    /// <returns>The changes by group.</returns>
    public static ImmutableArray<RateChange> OfRates(IReadOnlyList<OutcomeTally> before, IReadOnlyList<OutcomeTally> after)
    {
        var pairs = Pair([.. before.Select(FailureRates.Of)], [.. after.Select(FailureRates.Of)], static rate => rate.Group);
        return [.. GroupOrder.Sort(pairs, static pair => pair.Key).Select(static pair => OfRate(pair.Key, pair.Before, pair.After))];
    }

    /// <summary>Compares durations.</summary>
    /// <param name="before">What steps took before.</param>
    /// <param name="after">What they took after.</param>
    /// <returns>The changes by group and step.</returns>
    public static ImmutableArray<DurationChange> OfDurations(IReadOnlyList<StepTally> before, IReadOnlyList<StepTally> after)
    {
        var pairs = Pair(before, after, static tally => (tally.Group, tally.Step, tally.Order));
        return [.. GroupOrder.Sort(pairs, static pair => pair.Key.Group, after: static pair => pair.Key.Order).Select(static pair => OfDuration(
            pair.Key.Group, pair.Key.Step, pair.Before?.Durations.Figures(), pair.After?.Durations.Figures()))];
    }

    private static List<(TKey Key, T? Before, T? After)> Pair<T, TKey>(IReadOnlyList<T> before, IReadOnlyList<T> after, Func<T, TKey> key)
        where T : class
        where TKey : notnull
    {
        var earlier = before.ToDictionary(key);
        var pairs = after.Select(each => (key(each), earlier.GetValueOrDefault(key(each)), (T?)each)).ToList();
        var later = after.Select(key).ToHashSet();
        pairs.AddRange(before.Where(each => !later.Contains(key(each))).Select(each => (key(each), (T?)each, (T?)null)));
        return pairs;
    }

    private static RateChange OfRate(StatisticsGroup group, FailureRate? before, FailureRate? after)
    {
        if (before is not { Total: > 0 } || after is not { Total: > 0 }) return new(group, before, after, null, null, ChangeVerdict.TooFew);
        var bounds = Proportions.Difference(before.Rate, before.Confidence, after.Rate, after.Confidence);
        return new(group, before, after, after.Rate - before.Rate, bounds, Verdict(before.Total, after.Total, bounds.Low > 0, bounds.High < 0));
    }

    private static DurationChange OfDuration(StatisticsGroup group, LoggedStep? step, DurationFigures? before, DurationFigures? after)
    {
        if (before is null || after is null) return new(group, step, before, after, null, ChangeVerdict.TooFew);
        return new(
            group, step, before, after, after.P50 - before.P50,
            Verdict(before.Count, after.Count, IsAbove(after, before), IsAbove(before, after)));

        // What is read from histograms may be off; bounds that touch tell nothing.
        static bool IsAbove(DurationFigures higher, DurationFigures lower) =>
            higher.MedianConfidence.Low * (1 - higher.Error) > lower.MedianConfidence.High * (1 + lower.Error);
    }

    private static ChangeVerdict Verdict(long before, long after, bool more, bool less) => Math.Min(before, after) < DurationChange.FewestForVerdict
        ? ChangeVerdict.TooFew
        : more ? ChangeVerdict.Worse : less ? ChangeVerdict.Better : ChangeVerdict.Unclear;
}
