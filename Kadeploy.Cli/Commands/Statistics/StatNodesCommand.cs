using System.Collections.Immutable;
using System.CommandLine;
using Kadeploy.Cli.Help;
using Kadeploy.Cli.Output.Charts;
using Kadeploy.Cli.Output.Statistics;

namespace Kadeploy.Cli.Commands.Statistics;

/// <summary><c>kadeploy stat nodes</c>.</summary>
internal sealed class StatNodesCommand : StatisticsCommand
{
    private const StatisticsKeys ByNode = StatisticsKeys.Cluster | StatisticsKeys.Node;

    private readonly StatFilterOptions _filter = new();

    public StatNodesCommand(CommandContext context)
        : base(context, "nodes", "show for each node how often it fails and how long it takes", charts: true)
    {
        _filter.AddTo(this);
        AddCommonOptions();
    }

    public override ManualPage Manual => new(
        [$"kadeploy stat nodes {_filter.Synopsis} {Format.Synopsis}"],
        [
            "Shows for each node how many operations it ended well or failed, its failure rate, how many needed retries or fallbacks, and what an operation that ended well took from "
            + "start to end. 'kadeploy stat suspects' says which of them stand out.",
        ],
        [
            new("kadeploy stat nodes -c graphene --from 30d", "The nodes of a cluster."),
            new("kadeploy stat nodes --chart", "Their durations as bars."),
        ],
        ["kadeploy stat", "kadeploy stat suspects", "kadeploy stat rates"]);

    protected override Question Read(ParseResult arguments, List<string> problems)
    {
        var filter = _filter.Read(arguments, Context, problems);
        return async (_, statistics, output, cancellationToken) =>
        {
            var durations = await statistics.GetDurationsAsync(new() { Filter = filter, By = ByNode, Level = DurationLevel.Whole }, cancellationToken);
            if (Format.Draw(arguments, Context, () => DurationCharts.Medians("Durations of whole operations by node", durations, static step => step.Group.Node?.Value ?? ""))) return;
            var byNode = durations.ToDictionary(static step => step.Group, static step => step.Durations);
            var rates = await statistics.GetFailureRatesAsync(filter, ByNode, 0, cancellationToken);
            // Natural order, which node sets know.
            var order = NodeSet.From(rates.Select(static rate => rate.Group.Node).OfType<NodeName>()).Names.Select(static (name, place) => (name, place)).ToDictionary(static pair => pair.name, static pair => pair.place);
            var rows = rates.OrderBy(static rate => rate.Group.Cluster, StringComparer.Ordinal).ThenBy(rate => order[rate.Group.Node!.Value])
                .Select(rate => new NodeFigures(rate, byNode.GetValueOrDefault(rate.Group))).ToImmutableArray();
            await output.WriteAsync(rows, Columns, static row => row.Line, static lines => lines.NodeFiguresLine, "No node has ended like that.");
        };
    }

    private static List<SheetColumn<NodeFigures>> Columns { get; } =
    [
        .. GroupColumns.Of<NodeFigures>(ByNode, static row => row.Rate.Group),
        SheetColumn<NodeFigures>.OfNumber("total", "Ended", static row => row.Rate.Total),
        SheetColumn<NodeFigures>.OfNumber("failed", "Failed", static row => row.Rate.Failed),
        SheetColumn<NodeFigures>.OfShare("rate", "Rate", static row => row.Rate.Rate),
        SheetColumn<NodeFigures>.OfNumber("retried", "Retried", static row => row.Rate.Retried),
        .. DurationColumns.Of<NodeFigures>(static row => row.Durations),
        SheetColumn<NodeFigures>.OfText("last_fault", "Last fault", static row => row.Rate.Last?.Fault?.ToString()),
    ];

    private sealed record NodeFigures(FailureRate Rate, DurationFigures? Durations)
    {
        public NodeFiguresLine Line => new(
            Rate.Group.Cluster ?? "", Rate.Group.Node?.Value ?? "", Rate.Total, Rate.Failed, Rate.Rate, Rate.Retried, FiguresPart.Of(Durations), Rate.Last?.Fault?.ToString());
    }
}
