using System.Collections.Immutable;

namespace Kadeploy.Cli.Output.Charts;

/// <summary>What a chart measures.</summary>
internal enum ChartUnit
{
    /// <summary>Shares, from 0 to 1.</summary>
    Share,

    /// <summary>Durations in seconds.</summary>
    Duration,

    /// <summary>Numbers.</summary>
    Count,
}

/// <summary>A chart of horizontal bars, all from zero on one scale.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Description">The same in a sentence, with what must be known to read it.</param>
/// <param name="Unit">What it measures.</param>
/// <param name="Bars">The bars, from top to bottom.</param>
internal sealed record Chart(string Title, string Description, ChartUnit Unit, ImmutableArray<ChartBar> Bars)
{
    /// <summary>Gets the names of the kinds of bars.</summary>
    /// <value>Empty when all are of one kind.</value>
    public ImmutableArray<string> Kinds { get; init; } = [];

    /// <summary>Gets what the marks on bars are.</summary>
    /// <value>Null when there are none.</value>
    public string? Marks { get; init; }
}

/// <summary>A bar.</summary>
/// <param name="Label">What it is of.</param>
/// <param name="Value">How long it is; from 0.</param>
/// <param name="Text">What is written behind it.</param>
internal sealed record ChartBar(string Label, double Value, string Text)
{
    /// <summary>Gets which kind of bar it is, by its place in <see cref="Chart.Kinds"/>.</summary>
    public int Kind { get; init; }

    /// <summary>Gets a second value that is marked on the same scale.</summary>
    /// <value>Null for none.</value>
    public double? Mark { get; init; }
}
