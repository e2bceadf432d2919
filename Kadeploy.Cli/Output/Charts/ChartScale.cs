using System.Globalization;

namespace Kadeploy.Cli.Output.Charts;

/// <summary>The axis of a chart: from zero to a round number that is not below any value.</summary>
internal sealed class ChartScale
{
    private static readonly double[] Seconds =
    [
        0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400, 28800, 43200, 86400,
        172800, 432000, 864000, 1728000,
    ];

    private readonly ChartUnit _unit;

    private ChartScale(ChartUnit unit, double step, int steps) => (_unit, Step, Steps) = (unit, step, steps);

    /// <summary>Gets the distance between two ticks.</summary>
    public double Step { get; }

    /// <summary>Gets how many such distances there are.</summary>
    public int Steps { get; }

    /// <summary>Gets the axis's end.</summary>
    public double End => Step * Steps;

    /// <summary>Gets the ticks, the first at zero.</summary>
    public IEnumerable<double> Ticks => Enumerable.Range(0, Steps + 1).Select(i => i * Step);

    /// <summary>Chooses a scale.</summary>
    /// <param name="chart">What is drawn.</param>
    /// <param name="most">How many distances between ticks there is room for; at least 1.</param>
    /// <returns>The scale.</returns>
    public static ChartScale For(Chart chart, int most)
    {
        var largest = chart.Bars.Select(static bar => Math.Max(bar.Value, bar.Mark ?? 0)).DefaultIfEmpty().Max();
        if (!(largest > 0)) largest = chart.Unit == ChartUnit.Count ? 1 : chart.Unit == ChartUnit.Share ? 0.01 : 1;
        var step = Candidates(chart.Unit, largest).First(candidate => largest / candidate <= most * (1 + 1e-9));
        return new(chart.Unit, step, Math.Max(1, (int)Math.Ceiling((largest / step) - 1e-9)));
    }

    /// <summary>Writes a tick.</summary>
    /// <param name="tick">Its value.</param>
    /// <returns>The value with its unit.</returns>
    public string Label(double tick) => _unit switch
    {
        ChartUnit.Share => (tick * 100).ToString("0.##", CultureInfo.InvariantCulture) + " %",
        ChartUnit.Duration when tick == 0 => "0",
        ChartUnit.Duration => Duration(tick),
        _ => Wording.Number(tick),
    };

    private static string Duration(double seconds)
    {
        var text = new List<string>();
        var rest = Math.Round(seconds, 3);
        foreach (var (unit, name) in new[] { (86400.0, "d"), (3600.0, "h"), (60.0, "min") })
        {
            if (rest < unit) continue;
            text.Add(string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(rest / unit)} {name}"));
            rest %= unit;
        }

        if (rest > 0.0005) text.Add(rest.ToString("0.###", CultureInfo.InvariantCulture) + " s");
        return string.Join(' ', text);
    }

    private static IEnumerable<double> Candidates(ChartUnit unit, double largest)
    {
        if (unit == ChartUnit.Duration)
            foreach (var seconds in Seconds) yield return seconds;
        var smallest = unit == ChartUnit.Count ? 1 : unit == ChartUnit.Share ? 0.0001 : Seconds[^1] * 2;
        for (var power = smallest; power < largest * 100 || power <= smallest; power *= 10)
            foreach (var factor in new[] { 1, 2, 5 }) yield return power * factor;
    }
}
