using System.Collections.Immutable;

namespace Kadeploy;

/// <summary>How long something took, over many times.</summary>
/// <remarks>Percentiles are by nearest rank: the smallest duration that is not shorter than so many per cent of all. Durations are kept to the
/// millisecond.</remarks>
public sealed record DurationFigures
{
    /// <summary>Gets how many durations there are.</summary>
    /// <value>At least 1.</value>
    public required long Count { get; init; }

    /// <summary>Gets the shortest; always exact.</summary>
    public required TimeSpan Minimum { get; init; }

    /// <summary>Gets the longest; always exact.</summary>
    public required TimeSpan Maximum { get; init; }

    /// <summary>Gets the mean; always exact.</summary>
    public required TimeSpan Mean { get; init; }

    /// <summary>Gets the median, the 50th percentile.</summary>
    public required TimeSpan P50 { get; init; }

    /// <summary>Gets the 90th percentile.</summary>
    public required TimeSpan P90 { get; init; }

    /// <summary>Gets the 95th percentile.</summary>
    public required TimeSpan P95 { get; init; }

    /// <summary>Gets the 99th percentile.</summary>
    public required TimeSpan P99 { get; init; }

    /// <summary>Gets the bounds between which the true median lies with 95 % confidence, by the ranks of the binomial distribution; with fewer
    /// than six durations, the shortest and the longest.</summary>
    public required TimeInterval MedianConfidence { get; init; }

    /// <summary>Gets how far percentiles may be off, as a share of their value.</summary>
    /// <value>0 when they are exact; otherwise <see cref="LargestError"/>.</value>
    public required double Error { get; init; }

    /// <summary>Gets how the durations are spread, shortest first.</summary>
    /// <value>Empty unless it was asked for.</value>
    public ImmutableArray<DurationBin> Histogram { get; init; } = [];

    /// <summary>Gets the largest share by which a percentile is off that is read from a histogram: half the width of its bins, 1/128.</summary>
    public static double LargestError => 1.0 / 128;
}

/// <summary>Two bounds of a duration.</summary>
/// <param name="Low">The lower one.</param>
/// <param name="High">The higher one.</param>
public readonly record struct TimeInterval(TimeSpan Low, TimeSpan High);

/// <summary>A bin of a histogram.</summary>
/// <param name="From">The shortest duration in it.</param>
/// <param name="Until">The shortest duration that is too long for it.</param>
/// <param name="Count">How many durations it holds; at least 1.</param>
public readonly record struct DurationBin(TimeSpan From, TimeSpan Until, long Count);
