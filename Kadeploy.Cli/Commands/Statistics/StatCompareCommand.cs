using System.CommandLine;
using Kadeploy.Cli.Help;
using Kadeploy.Cli.Output;
using Kadeploy.Cli.Output.Charts;
using Kadeploy.Cli.Output.Statistics;

namespace Kadeploy.Cli.Commands.Statistics;

/// <summary><c>kadeploy stat compare</c>.</summary>
internal sealed class StatCompareCommand : StatisticsCommand
{
    private readonly StatFilterOptions _filter = new(withPeriod: false);
    private readonly KeysOption _by = new(StatisticsKeys.Cluster);
    private readonly StepOptions _steps = new();

    private readonly Option<string> _before = new("--before") { HelpName = "PERIOD", Required = true, Description = "The period that is compared with, as FROM..UNTIL. Required." };

    private readonly Option<string> _after = new("--after")
    {
        HelpName = "PERIOD", Required = true, Description = $"The period that is looked at, as FROM..UNTIL; each is one of {Moments.Forms}. Required.",
    };

    private readonly Option<bool> _clear = new("--clear") { Description = "Show only changes that are clear: better or worse." };

    public StatCompareCommand(CommandContext context)
        : base(context, "compare", "show what has changed between two periods", charts: true)
    {
        Options.Add(_before);
        Options.Add(_after);
        _filter.AddTo(this);
        Options.Add(_by);
        _steps.AddTo(this);
        Options.Add(_clear);
        AddCommonOptions();
    }

    public override ManualPage Manual => new(
        [$"kadeploy stat compare --before PERIOD --after PERIOD {_filter.Synopsis} [--by KEYS] {StepOptions.Synopsis} [--clear] {Format.Synopsis}"],
        [
            "Shows failure rates and medians of two periods with their difference, on how many each is based, and what can be said of it: 'worse' or 'better' when the "
            + "95 % confidence intervals tell the periods apart, 'unclear' when it may be chance, 'too few' when one of them has fewer than 10.",
            "With --csv, failure rates come first, then durations in the same columns; 'what' tells them apart.",
        ],
        [
            new("kadeploy stat compare --before 14d..7d --after 7d..now", "This week and the week before."),
            new("kadeploy stat compare --before 2026-01-01..2026-01-31 --after 2026-02-01..2026-02-28 -c graphene --clear", "What became better or worse from January to February."),
            new("kadeploy stat compare --before 60d..30d --after 30d..now --level macro --chart", "Macro-steps as bars."),
        ],
        ["kadeploy stat", "kadeploy stat steps", "kadeploy stat rates"]);

    protected override Question Read(ParseResult arguments, List<string> problems)
    {
        var moments = new Moments(Context.Clock);
        if (moments.ReadPeriod(arguments.GetValue(_before) ?? "", out var before) is { } wrongBefore) problems.Add($"--before: {wrongBefore}");
        if (moments.ReadPeriod(arguments.GetValue(_after) ?? "", out var after) is { } wrongAfter) problems.Add($"--after: {wrongAfter}");
        var query = new ComparisonQuery
        {
            Before = before,
            After = after,
            Durations = new()
            {
                Filter = _filter.Read(arguments, Context, problems),
                By = _by.Read(arguments, problems),
                Level = arguments.GetValue(_steps.Level),
                Steps = StatFilterOptions.List(arguments, _steps.Steps),
            },
        };
        return async (_, statistics, output, cancellationToken) =>
        {
            var comparison = await statistics.CompareAsync(query, cancellationToken);
            if (arguments.GetValue(_clear))
                comparison = new([.. comparison.Rates.Where(static change => IsClear(change.Verdict))], [.. comparison.Durations.Where(static change => IsClear(change.Verdict))]);
            if (Format.Draw(arguments, Context, () => ChartOf(comparison))) return;
            await WriteAsync(comparison, query.Durations.By, output);
        };
    }

    private static bool IsClear(ChangeVerdict verdict) => verdict is ChangeVerdict.Better or ChangeVerdict.Worse;

    private static async Task WriteAsync(PeriodComparison comparison, StatisticsKeys by, SheetOutput output)
    {
        if (output.Format == SheetFormat.Csv)
        {
            Row[] rows = [.. comparison.Rates.Select(Row.Of), .. comparison.Durations.Select(Row.Of)];
            await output.WriteAsync(rows, Row.Columns(by), static row => row, static _ => throw new NotSupportedException(), "");
            return;
        }

        await output.WriteAsync(
            comparison.Rates, RateColumns(by), static change => new RateChangeLine(change), static lines => lines.RateChangeLine, "No failure rate to compare.");
        await output.WriteAsync(
            comparison.Durations, DurationColumns(by), static change => new DurationChangeLine(change), static lines => lines.DurationChangeLine, "No duration to compare.");
    }

    private static Chart ChartOf(PeriodComparison comparison) => new(
        "Medians of two periods", "What is not marked as better or worse may be chance.", ChartUnit.Duration,
        [
            .. comparison.Durations.SelectMany(static change => new[]
            {
                new ChartBar($"{GroupColumns.Label(change.Group)} {change.Step?.ToString() ?? "whole operation"}", Seconds(change.Before), Text(change.Before, "")),
                new ChartBar("", Seconds(change.After), Text(change.After, IsClear(change.Verdict) ? ", " + Word(change.Verdict) : "")) { Kind = 1 },
            }),
        ])
    {
        Kinds = ["before", "after"],
    };

    private static double Seconds(DurationFigures? figures) => figures?.P50.TotalSeconds ?? 0;

    private static string Text(DurationFigures? figures, string verdict) =>
        figures is null ? "never done" : $"{Wording.Duration(figures.P50)} (of {Wording.Number(figures.Count)}){verdict}";

    private static string Word(ChangeVerdict verdict) => verdict == ChangeVerdict.TooFew ? "too few" : verdict.ToString().ToLowerInvariant();

    private static List<SheetColumn<RateChange>> RateColumns(StatisticsKeys by) =>
    [
        .. GroupColumns.Of<RateChange>(by, static change => change.Group),
        SheetColumn<RateChange>.OfShare("before", "Failed before", static change => change.Before?.Rate),
        SheetColumn<RateChange>.OfNumber("before_count", "Of", static change => change.Before?.Total),
        SheetColumn<RateChange>.OfShare("after", "After", static change => change.After?.Rate),
        SheetColumn<RateChange>.OfNumber("after_count", "Of", static change => change.After?.Total),
        SheetColumn<RateChange>.OfShare("difference", "Difference", static change => change.Difference),
        SheetColumn<RateChange>.OfShare("low", "From", static change => change.Confidence?.Low),
        SheetColumn<RateChange>.OfShare("high", "To", static change => change.Confidence?.High),
        SheetColumn<RateChange>.OfText("verdict", "Change", static change => Word(change.Verdict)),
    ];

    private static List<SheetColumn<DurationChange>> DurationColumns(StatisticsKeys by) =>
    [
        .. GroupColumns.Of<DurationChange>(by, static change => change.Group),
        SheetColumn<DurationChange>.OfText("step", "Step", static change => change.Step?.ToString()),
        SheetColumn<DurationChange>.OfDuration("before", "Median before", static change => change.Before?.P50),
        SheetColumn<DurationChange>.OfNumber("before_count", "Of", static change => change.Before?.Count),
        SheetColumn<DurationChange>.OfDuration("after", "After", static change => change.After?.P50),
        SheetColumn<DurationChange>.OfNumber("after_count", "Of", static change => change.After?.Count),
        new("difference", "Difference", static change => Figures.Seconds(change.Difference), static change => change.Difference is { } known ? Figures.Change(known) : "", true),
        SheetColumn<DurationChange>.OfText("verdict", "Change", static change => Word(change.Verdict)),
    ];

    /// <summary>A rate or a duration in the columns that they have in common.</summary>
    private sealed record Row(
        StatisticsGroup Group, string What, string? Step, string? Before, long? BeforeCount, string? After, long? AfterCount, string? Difference, string Verdict)
    {
        public static Row Of(RateChange change) => new(
            change.Group, "failure_rate", null, Figures.Share(change.Before?.Rate), change.Before?.Total, Figures.Share(change.After?.Rate), change.After?.Total,
            Figures.Share(change.Difference), Word(change.Verdict));

        public static Row Of(DurationChange change) => new(
            change.Group, "median", change.Step?.ToString(), Figures.Seconds(change.Before?.P50), change.Before?.Count, Figures.Seconds(change.After?.P50), change.After?.Count,
            Figures.Seconds(change.Difference), Word(change.Verdict));

        public static List<SheetColumn<Row>> Columns(StatisticsKeys by) =>
        [
            SheetColumn<Row>.OfText("what", "", static row => row.What),
            .. GroupColumns.Of<Row>(by, static row => row.Group),
            SheetColumn<Row>.OfText("step", "", static row => row.Step),
            SheetColumn<Row>.OfText("before", "", static row => row.Before),
            SheetColumn<Row>.OfNumber("before_count", "", static row => row.BeforeCount),
            SheetColumn<Row>.OfText("after", "", static row => row.After),
            SheetColumn<Row>.OfNumber("after_count", "", static row => row.AfterCount),
            SheetColumn<Row>.OfText("difference", "", static row => row.Difference),
            SheetColumn<Row>.OfText("verdict", "", static row => row.Verdict),
        ];
    }
}
