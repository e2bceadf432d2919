using Kadeploy.Cli.Output.Statistics;

namespace Kadeploy.Cli.Commands.Statistics;

/// <summary>The columns of durations.</summary>
internal static class DurationColumns
{
    /// <summary>Gives the columns.</summary>
    /// <typeparam name="T">What a row shows.</typeparam>
    /// <param name="figures">Gives the figures of a row.</param>
    /// <returns>The columns.</returns>
    public static IEnumerable<SheetColumn<T>> Of<T>(Func<T, DurationFigures?> figures) =>
    [
        SheetColumn<T>.OfNumber("count", "Times", row => figures(row)?.Count),
        SheetColumn<T>.OfDuration("min", "Min", row => figures(row)?.Minimum),
        SheetColumn<T>.OfDuration("mean", "Mean", row => figures(row)?.Mean),
        SheetColumn<T>.OfDuration("p50", "Median", row => figures(row)?.P50),
        SheetColumn<T>.OfDuration("p90", "p90", row => figures(row)?.P90),
        SheetColumn<T>.OfDuration("p95", "p95", row => figures(row)?.P95),
        SheetColumn<T>.OfDuration("p99", "p99", row => figures(row)?.P99),
        SheetColumn<T>.OfDuration("max", "Max", row => figures(row)?.Maximum),
    ];

    /// <summary>Says how exact figures are.</summary>
    /// <param name="figures">The figures.</param>
    /// <returns>A sentence.</returns>
    public static string Exactness(IEnumerable<DurationFigures?> figures) => figures.Max(static each => each?.Error ?? 0) is var error and > 0
        ? $"Percentiles are read from histograms and may be off by up to {Figures.Percent(error)} of their value."
        : "Percentiles are exact.";
}
