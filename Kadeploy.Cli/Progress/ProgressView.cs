using Kadeploy.Cli.Output;
using Kadeploy.Progress;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Kadeploy.Cli.Progress;

/// <summary>Draws a picture of an operation under way.</summary>
/// <param name="title">What is under way.</param>
/// <param name="prediction">How long it takes; null when unknown.</param>
/// <param name="clock">The engine's clock; null when the latest event tells the time, as in virtual time.</param>
/// <param name="width">The number of columns.</param>
/// <param name="unicode">Whether the terminal shows more than ASCII.</param>
internal sealed class ProgressView(string title, Prediction? prediction, TimeProvider? clock, int width, bool unicode)
{
    private const int WidthBesideBar = 60;

    private readonly int _barWidth = Math.Clamp(width - WidthBesideBar, 10, 60);

    /// <summary>Draws.</summary>
    /// <param name="picture">The progress.</param>
    /// <returns>Lines of changing number.</returns>
    public IRenderable Draw(ProgressSnapshot picture)
    {
        var now = clock?.GetUtcNow() ?? picture.Latest;
        var rows = new List<IRenderable> { new Text(title, new(decoration: Decoration.Bold)), Bars(picture), Clock(picture, now) };
        if (!picture.Slowest.IsEmpty) rows.Add(Slowest(picture, now));
        return new Rows(rows);
    }

    private Grid Bars(ProgressSnapshot picture)
    {
        var grid = new Grid().AddColumns(
            new GridColumn().NoWrap(), new GridColumn().NoWrap(), new GridColumn().NoWrap().RightAligned(), new GridColumn().NoWrap(),
            new GridColumn().NoWrap());
        var lost = 0;
        foreach (var step in picture.MacroSteps)
        {
            lost += step.Failed + step.Stopped;
            grid.AddRow(
                new Text(step.MacroStep.ToString()), Bar(step, lost, picture.Total),
                new Text($"{Wording.Number(step.Passed)}/{Wording.Number(picture.Total)}"),
                new Text(step.Inside > 0 ? $"{Wording.Number(step.Inside)} under way" : "", new(Color.Yellow)),
                new Text(step.Failed > 0 ? $"{Wording.Number(step.Failed)} failed" : "", new(Color.Red)));
        }

        return grid;
    }

    private Paragraph Bar(MacroStepTally step, int lost, int total)
    {
        var (full, empty) = unicode ? ('━', '─') : ('#', '-');
        var passed = Cells(step.Passed, total);
        var failed = Math.Min(Cells(lost, total), _barWidth - passed);
        var inside = Math.Min(Cells(step.Inside, total), _barWidth - passed - failed);
        return new Paragraph()
            .Append(new(full, passed), new(Color.Green))
            .Append(new(full, inside), new(Color.Yellow))
            .Append(new(empty, _barWidth - passed - failed - inside), new(Color.Grey))
            .Append(new(full, failed), new(Color.Red));
    }

    /// <summary>Counts the cells for some of all nodes: at least one for any, and all only for all.</summary>
    private int Cells(int nodes, int total)
    {
        if (nodes == 0 || total == 0) return 0;
        return nodes >= total ? _barWidth : Math.Clamp((int)((long)nodes * _barWidth / total), 1, _barWidth - 1);
    }

    private Text Clock(ProgressSnapshot picture, DateTimeOffset now)
    {
        var elapsed = picture.Started is { } started ? now - started : TimeSpan.Zero;
        var clockName = clock is null ? "Virtual clock" : "Time";
        var left = prediction switch
        {
            var (whole, by) when whole >= elapsed => $", about {Wording.Duration(whole - elapsed)} left of the {Wording.Duration(whole)} that {by}",
            var (whole, by) => $", {Wording.Duration(elapsed - whole)} more than {by}",
            null => "",
        };
        return new($"{clockName} {Wording.Duration(elapsed)}{left}; {Wording.Results(picture.Results)}");
    }

    private static Grid Slowest(ProgressSnapshot picture, DateTimeOffset now)
    {
        var grid = new Grid().AddColumns(
            new GridColumn().NoWrap(), new GridColumn().NoWrap(), new GridColumn().NoWrap(), new GridColumn().NoWrap().RightAligned(),
            new GridColumn().NoWrap());
        var label = "Slowest";
        foreach (var node in picture.Slowest)
        {
            grid.AddRow(
                new Text(label, new(decoration: Decoration.Dim)), new Text(node.Name.Value), new Text(node.Step.ToString()),
                new Text(Wording.Duration(now - node.Since)), new Text(node.Attempt > 1 ? $"attempt {node.Attempt}" : ""));
            label = "";
        }

        return grid;
    }
}

/// <summary>How long an operation takes.</summary>
/// <param name="Whole">From its beginning to its end.</param>
/// <param name="By">Who says so, with a verb, for example <c>the plan predicts</c>.</param>
internal sealed record Prediction(TimeSpan Whole, string By);
