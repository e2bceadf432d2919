using System.Collections.Immutable;

namespace Kadeploy;

/// <summary>Asks what is different between two periods.</summary>
public sealed record ComparisonQuery
{
    /// <summary>Gets the period that is compared with.</summary>
    public required Period Before { get; init; }

    /// <summary>Gets the period that is looked at.</summary>
    public required Period After { get; init; }

    /// <summary>Gets what is compared; the filter's own times do not count.</summary>
    public DurationQuery Durations { get; init; } = new();
}

/// <summary>What is different between two periods.</summary>
/// <param name="Rates">Failure rates, by the same keys as durations.</param>
/// <param name="Durations">Durations of steps.</param>
public sealed record PeriodComparison(ImmutableArray<RateChange> Rates, ImmutableArray<DurationChange> Durations);

/// <summary>What can be said of a difference.</summary>
public enum ChangeVerdict
{
    /// <summary>One of the periods has fewer than <see cref="DurationChange.FewestForVerdict"/>: nothing can be said.</summary>
    TooFew,

    /// <summary>It may be chance: the 95 % confidence intervals do not tell the periods apart.</summary>
    Unclear,

    /// <summary>Less: faster, or failing less often.</summary>
    Better,

    /// <summary>More: slower, or failing more often.</summary>
    Worse,
}

/// <summary>How a failure rate has changed.</summary>
/// <param name="Group">The group.</param>
/// <param name="Before">The rate before; null when nothing ended then.</param>
/// <param name="After">The rate after; null when nothing ended then.</param>
/// <param name="Difference">The rate after less the rate before; null when one is missing.</param>
/// <param name="Confidence">The bounds of the difference with 95 % confidence (Newcombe 1998, method 10); null when one is missing.</param>
/// <param name="Verdict">What can be said: a change is clear when both bounds are on the same side of 0.</param>
public sealed record RateChange(
    StatisticsGroup Group, FailureRate? Before, FailureRate? After, double? Difference, Interval? Confidence, ChangeVerdict Verdict);

/// <summary>How the duration of a step has changed.</summary>
/// <param name="Group">The group.</param>
/// <param name="Step">The step; null for whole operations.</param>
/// <param name="Before">The durations before; null when there are none.</param>
/// <param name="After">The durations after; null when there are none.</param>
/// <param name="Difference">The median after less the median before; null when one is missing.</param>
/// <param name="Verdict">What can be said: a change is clear when the confidence intervals of the two medians do not meet.</param>
public sealed record DurationChange(
    StatisticsGroup Group, LoggedStep? Step, DurationFigures? Before, DurationFigures? After, TimeSpan? Difference, ChangeVerdict Verdict)
{
    /// <summary>Gets the smallest number in each period for which a verdict is given: 10.</summary>
    public static int FewestForVerdict => 10;
}
