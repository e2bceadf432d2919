using System.CommandLine;
using Kadeploy.Cli.Help;
using Kadeploy.Cli.Output.Charts;
using Kadeploy.Cli.Output.Statistics;

namespace Kadeploy.Cli.Commands.Statistics;

/// <summary><c>kadeploy stat rates</c>.</summary>
internal sealed class StatRatesCommand : StatisticsCommand
{
    private readonly StatFilterOptions _filter = new();
    private readonly KeysOption _by = new(StatisticsKeys.Node);

    private readonly Option<double> _minimum = new("-b", "--min", "--failure-rate")
    {
        HelpName = "RATE", Description = "The lowest rate that is shown, from 0 to 1. Default: 0.", CustomParser = static result => OptionParsing.Share(result),
    };

    public StatRatesCommand(CommandContext context)
        : base(context, "rates", "show how often nodes fail", charts: true)
    {
        _filter.AddTo(this);
        Options.Add(_by);
        Options.Add(_minimum);
        AddCommonOptions();
    }

    public override ManualPage Manual => new(
        [$"kadeploy stat rates {_filter.Synopsis} [--by KEYS] [-b RATE] {Format.Synopsis}"],
        [
            "Shows the share of nodes that failed among those that ended well or failed, the highest first, with the bounds between which the true rate lies with 95 % "
            + "confidence: wide bounds mean that there were few.",
        ],
        [
            new("kadeploy stat rates --from 30d --min 0.1", "Nodes of which one deployment in ten or more failed."),
            new("kadeploy stat rates --by cluster,environment", "How often each environment fails on each cluster."),
            new("kadeploy stat rates --by day --from 30d --svg failures.svg", "The last month as a picture, and as a table."),
        ],
        ["kadeploy stat", "kadeploy stat suspects", "kadeploy stat log"]);

    protected override Question Read(ParseResult arguments, List<string> problems)
    {
        var filter = _filter.Read(arguments, Context, problems);
        var by = _by.Read(arguments, problems);
        return async (_, statistics, output, cancellationToken) =>
        {
            var rates = await statistics.GetFailureRatesAsync(filter, by, arguments.GetValue(_minimum), cancellationToken);
            if (Format.Draw(arguments, Context, () => ChartOf(rates))) return;
            await output.WriteAsync(rates, Columns(by), static rate => new RateLine(rate), static lines => lines.RateLine, "No node has ended like that.");
        };
    }

    private static Chart ChartOf(IReadOnlyList<FailureRate> rates) => new(
        "Failure rates", "The share of nodes that failed among those that ended well or failed; in brackets on how many it is based.", ChartUnit.Share,
        [.. rates.Select(static rate => new ChartBar(GroupColumns.Label(rate.Group), rate.Rate, $"{Figures.Percent(rate.Rate)} ({Output.Wording.Number(rate.Failed)} of {Output.Wording.Number(rate.Total)})"))]);

    private static List<SheetColumn<FailureRate>> Columns(StatisticsKeys by) =>
    [
        .. GroupColumns.Of<FailureRate>(by, static rate => rate.Group),
        SheetColumn<FailureRate>.OfShare("rate", "Rate", static rate => rate.Rate),
        SheetColumn<FailureRate>.OfShare("low", "From", static rate => rate.Confidence.Low),
        SheetColumn<FailureRate>.OfShare("high", "To", static rate => rate.Confidence.High),
        SheetColumn<FailureRate>.OfNumber("total", "Of", static rate => rate.Total),
        SheetColumn<FailureRate>.OfNumber("failed", "Failed", static rate => rate.Failed),
        SheetColumn<FailureRate>.OfNumber("ok", "Ok", static rate => rate.Ok),
        SheetColumn<FailureRate>.OfNumber("others", "Others", static rate => rate.Others),
        SheetColumn<FailureRate>.OfNumber("retried", "Retried", static rate => rate.Retried),
        SheetColumn<FailureRate>.OfText("last_fault", "Last fault", static rate => rate.Last?.Fault?.ToString()),
        SheetColumn<FailureRate>.OfMoment("last_start", "Last failed", static rate => rate.Last?.Start),
    ];
}
