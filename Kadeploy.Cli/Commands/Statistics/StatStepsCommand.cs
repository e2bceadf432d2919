using System.CommandLine;
using Kadeploy.Cli.Help;
using Kadeploy.Cli.Output.Charts;
using Kadeploy.Cli.Output.Statistics;

namespace Kadeploy.Cli.Commands.Statistics;

/// <summary><c>kadeploy stat steps</c>.</summary>
internal sealed class StatStepsCommand : StatisticsCommand
{
    private readonly StatFilterOptions _filter = new();
    private readonly KeysOption _by = new(StatisticsKeys.Cluster);
    private readonly StepOptions _steps = new();

    public StatStepsCommand(CommandContext context)
        : base(context, "steps", "show how long steps take", charts: true)
    {
        _filter.AddTo(this);
        Options.Add(_by);
        _steps.AddTo(this);
        AddCommonOptions();
    }

    public override ManualPage Manual => new(
        [$"kadeploy stat steps {_filter.Synopsis} [--by KEYS] {StepOptions.Synopsis} {Format.Synopsis}"],
        [
            "Shows for each step how often it was done and what it took: the shortest, mean, median, 90th, 95th and 99th percentile and the longest. Micro-steps count by their "
            + "successful attempts; those that failed are counted beside. Macro-steps count for nodes that came through them, whole operations for nodes that ended well.",
            "With --chart, a single step of a single group is drawn as a histogram, several as bars.",
        ],
        [
            new("kadeploy stat steps", "Every micro-step on every cluster."),
            new("kadeploy stat steps --level macro --by environment", "What environments cost."),
            new("kadeploy stat steps --step WaitReboot -c graphene --by all --svg boots.svg", "The boots of a cluster as a picture."),
            new("kadeploy stat steps --step SendEnvironment --by node --csv", "The image's way to each node, for a spreadsheet."),
        ],
        ["kadeploy stat", "kadeploy stat nodes", "kadeploy stat compare"]);

    protected override Question Read(ParseResult arguments, List<string> problems)
    {
        var query = new DurationQuery
        {
            Filter = _filter.Read(arguments, Context, problems),
            By = _by.Read(arguments, problems),
            Level = arguments.GetValue(_steps.Level),
            Steps = StatFilterOptions.List(arguments, _steps.Steps),
            Histogram = Format.WantsChart(arguments),
        };
        return async (_, statistics, output, cancellationToken) =>
        {
            var steps = await statistics.GetDurationsAsync(query, cancellationToken);
            if (Format.Draw(arguments, Context, () => ChartOf(steps))) return;
            await output.WriteAsync(steps, Columns(query), static step => new DurationLine(step), static lines => lines.DurationLine, "No step was done like that.");
            if (output.Format == SheetFormat.Table && steps.Length > 0) output.Writer.WriteLine(DurationColumns.Exactness(steps.Select(static step => step.Durations)));
        };
    }

    private static Chart ChartOf(IReadOnlyList<StepFigures> steps) => steps is [{ Durations: { } figures } only]
        ? DurationCharts.Histogram($"{NameOf(only)}, {GroupColumns.Label(only.Group)}", figures)
        : DurationCharts.Medians(
            "Durations of steps", steps,
            step => steps.All(each => each.Group == steps[0].Group) ? NameOf(step) : $"{GroupColumns.Label(step.Group)} {NameOf(step)}");

    private static string NameOf(StepFigures step) => step.Step?.ToString() ?? "whole operation";

    private static List<SheetColumn<StepFigures>> Columns(DurationQuery query) =>
    [
        .. GroupColumns.Of<StepFigures>(query.By, static step => step.Group),
        SheetColumn<StepFigures>.OfText("instance", "Instance", static step => step.Step?.Instance.Value),
        SheetColumn<StepFigures>.OfText("micro_step", "Micro-step", static step => step.Step?.MicroStep?.Value),
        SheetColumn<StepFigures>.OfNumber("failed", "Failed", static step => step.Failed),
        .. DurationColumns.Of<StepFigures>(static step => step.Durations),
    ];
}
