using System.Collections.Immutable;

namespace Kadeploy.Cli.Output.Charts;

/// <summary>Makes charts of durations.</summary>
internal static class DurationCharts
{
    private const int MostBins = 20;

    /// <summary>Makes the histogram of a step: bins of equal width from the shortest duration to the 99th percentile, and one for all above.</summary>
    /// <param name="title">What it shows.</param>
    /// <param name="figures">The figures, with their histogram.</param>
    /// <returns>The chart.</returns>
    public static Chart Histogram(string title, DurationFigures figures)
    {
        var (from, until) = (figures.Minimum.TotalSeconds, Math.Max(figures.P99.TotalSeconds, figures.Minimum.TotalSeconds + 0.001));
        // Not narrower than what the figures themselves tell apart.
        var finest = figures.Histogram.Where(bin => bin.From.TotalSeconds <= until).Select(static bin => (bin.Until - bin.From).TotalSeconds).DefaultIfEmpty().Max();
        var width = Width(Math.Max(finest, (until - from) / MostBins));
        var first = Math.Floor(from / width) * width;
        var bins = Math.Max(1, (int)Math.Ceiling(((until - first) / width) + 1e-9));
        var counts = new long[bins + 1];
        foreach (var bin in figures.Histogram)
        {
            var middle = (bin.From.TotalSeconds + bin.Until.TotalSeconds) / 2;
            counts[Math.Clamp((int)Math.Floor((middle - first) / width), 0, bins)] += bin.Count;
        }

        var bars = ImmutableArray.CreateBuilder<ChartBar>();
        for (var i = 0; i < bins; i++) bars.Add(Bar($"{Span(first + (i * width))} to {Span(first + ((i + 1) * width))}", counts[i], figures.Count));
        while (counts[bins] == 0 && bars is [.., { Value: 0 }]) bars.RemoveAt(bars.Count - 1); // rounding may leave one behind the longest
        if (counts[bins] > 0) bars.Add(Bar($"{Span(first + (bins * width))} and more", counts[bins], figures.Count));
        return new(
            title,
            $"{Wording.Number(figures.Count)} durations; median {Wording.Duration(figures.P50)}, 95 % within {Wording.Duration(figures.P95)}, longest {Wording.Duration(figures.Maximum)}",
            ChartUnit.Count, bars.ToImmutable());

        static ChartBar Bar(string label, long count, long all) => new(label, count, $"{Wording.Number(count)} ({Statistics.Figures.Percent((double)count / all)})");
    }

    /// <summary>Makes bars of medians with the 95th percentile as a mark.</summary>
    /// <param name="title">What it shows.</param>
    /// <param name="steps">The steps.</param>
    /// <param name="label">Names one.</param>
    /// <returns>The chart.</returns>
    public static Chart Medians(string title, IEnumerable<StepFigures> steps, Func<StepFigures, string> label) => new(
        title, "Bars end at the median.", ChartUnit.Duration,
        [
            .. steps.Where(static step => step.Durations is not null).Select(step => new ChartBar(
                label(step), step.Durations!.P50.TotalSeconds, $"{Wording.Duration(step.Durations.P50)} (of {Wording.Number(step.Durations.Count)})")
            {
                Mark = step.Durations.P95.TotalSeconds,
            }),
        ])
    {
        Marks = "95th percentile",
    };

    /// <summary>Chooses a round width of bins that is not below a given one.</summary>
    private static double Width(double least)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(Math.Max(least, 0.001))));
        foreach (var factor in new[] { 1, 2, 5 })
            if (power * factor >= least - 1e-12) return Math.Max(0.001, power * factor);
        return power * 10;
    }

    private static string Span(double seconds) => Wording.Duration(TimeSpan.FromSeconds(Math.Round(seconds, 3)));
}
