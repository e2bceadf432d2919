using System.CommandLine;
using System.Globalization;
using Kadeploy.Cli.Help;
using Kadeploy.Cli.Output;
using Kadeploy.Cli.Output.Statistics;

namespace Kadeploy.Cli.Commands.Statistics;

/// <summary><c>kadeploy stat suspects</c>.</summary>
internal sealed class StatSuspectsCommand : StatisticsCommand
{
    private static readonly TimeSpan Default = TimeSpan.FromDays(30);

    private readonly StatFilterOptions _filter = new();

    private readonly Option<int> _fewest = new("--min-operations")
    {
        HelpName = "N", Description = "How many operations a node must have ended to be judged. Default: 5.", DefaultValueFactory = static _ => new SuspectQuery().FewestOperations,
        CustomParser = static result => OptionParsing.Integer(result, 2, 1_000_000),
    };

    private readonly Option<double> _significance = new("--significance")
    {
        HelpName = "P", Description = "How improbable failures must be by chance, over all nodes of a cluster together. Default: 0.01.",
        DefaultValueFactory = static _ => new SuspectQuery().Significance, CustomParser = static result => OptionParsing.Share(result),
    };

    public StatSuspectsCommand(CommandContext context)
        : base(context, "suspects", "find nodes that stand out among their cluster", charts: false)
    {
        _filter.AddTo(this);
        Options.Add(_fewest);
        Options.Add(_significance);
        AddCommonOptions();
    }

    public override ManualPage Manual => new(
        [$"kadeploy stat suspects {_filter.Synopsis} [--min-operations N] [--significance P] {Format.Synopsis}"],
        [
            "Finds nodes that fail more often than their cluster's other nodes, and nodes that are slow in a micro-step, and shows why: how improbable so many failures would be by "
            + "chance, how far the node's median lies from the cluster's, and the latest faults with their operations.",
            "A node is suspect for failures when the binomial test, corrected for the number of nodes, says that chance is less probable than --significance; for slowness when its median "
            + "lies more than 3.5 robust standard deviations above the cluster's, and by at least a second and a fifth.",
            "Without --from, the last 30 days count: what was repaired long ago accuses nobody.",
        ],
        [
            new("kadeploy stat suspects", "Nodes that somebody should look at."),
            new("kadeploy stat suspects -c graphene --from 90d --json", "The same of one cluster, with all evidence for a program."),
        ],
        ["kadeploy stat", "kadeploy stat nodes", "kadeploy stat log"]);

    protected override Question Read(ParseResult arguments, List<string> problems)
    {
        var filter = _filter.Read(arguments, Context, problems);
        if (filter is { From: null, Operation: null }) filter = filter with { From = (filter.Until ?? Context.Clock.GetUtcNow()) - Default };
        var query = new SuspectQuery
        {
            Filter = filter,
            FewestOperations = arguments.GetValue(_fewest),
            Significance = arguments.GetValue(_significance),
        };
        return async (_, statistics, output, cancellationToken) =>
        {
            var suspects = await statistics.FindSuspectsAsync(query, cancellationToken);
            if (output.Format == SheetFormat.Table) Write(suspects, output.Writer);
            else await output.WriteAsync(suspects, Columns, SuspectLine.Of, static lines => lines.SuspectLine, "");
        };
    }

    private static List<SheetColumn<SuspectNode>> Columns { get; } =
    [
        SheetColumn<SuspectNode>.OfText("node", "", static suspect => suspect.Node.Value),
        SheetColumn<SuspectNode>.OfText("cluster", "", static suspect => suspect.Cluster),
        SheetColumn<SuspectNode>.OfNumber("total", "", static suspect => suspect.Failures.Total),
        SheetColumn<SuspectNode>.OfNumber("failed", "", static suspect => suspect.Failures.Failed),
        SheetColumn<SuspectNode>.OfShare("rate", "", static suspect => suspect.Failures.Rate),
        SheetColumn<SuspectNode>.OfShare("rate_of_others", "", static suspect => suspect.FailsOften?.RateOfOthers),
        new("probability", "", static suspect => suspect.FailsOften?.Probability.ToString("G4", CultureInfo.InvariantCulture), static _ => "", true),
        SheetColumn<SuspectNode>.OfText("slow_step", "", static suspect => suspect.SlowSteps is [var worst, ..] ? worst.Step.ToString() : null),
        SheetColumn<SuspectNode>.OfDuration("median", "", static suspect => suspect.SlowSteps is [var worst, ..] ? worst.Median : null),
        SheetColumn<SuspectNode>.OfDuration("cluster_median", "", static suspect => suspect.SlowSteps is [var worst, ..] ? worst.ClusterMedian : null),
        new("score", "", static suspect => suspect.SlowSteps is [var worst, ..] ? worst.Score.ToString("0.##", CultureInfo.InvariantCulture) : null, static _ => "", true),
        SheetColumn<SuspectNode>.OfText("latest_faults", "", static suspect => string.Join(' ', suspect.LatestFailures.Select(static entry => entry.Fault?.ToString()))),
    ];

    /// <summary>Writes the evidence in sentences: a table of it would be read by nobody.</summary>
    private static void Write(IReadOnlyList<SuspectNode> suspects, TextWriter writer)
    {
        if (suspects.Count == 0) writer.WriteLine("No node stands out.");
        foreach (var suspect in suspects)
        {
            writer.WriteLine($"{suspect.Node}, cluster {Printable.Text(suspect.Cluster)}");
            if (suspect.FailsOften is { } often)
            {
                writer.WriteLine(
                    $"  failed {Wording.Number(suspect.Failures.Failed)} of {Wording.Number(suspect.Failures.Total)} times ({Figures.Percent(suspect.Failures.Rate)}); "
                    + $"the cluster's other nodes {Figures.Percent(often.RateOfOthers)} of {Wording.Number(often.TotalOfOthers)}; by chance with a probability of {Probability(often.Probability)}");
            }

            foreach (var step in suspect.SlowSteps)
            {
                writer.WriteLine(
                    $"  {step.Step} takes {Wording.Duration(step.Median)} ({Wording.Number(step.Count)} times); {Wording.Duration(step.ClusterMedian)} on the cluster's "
                    + $"{Wording.Nodes(step.Nodes)}, {step.Score.ToString("0.#", CultureInfo.InvariantCulture)} robust standard deviations less");
            }

            foreach (var entry in suspect.LatestFailures)
                writer.WriteLine($"  {Wording.Moment(entry.Start)} {entry.Operation} {entry.Fault} {Printable.Text(entry.Error ?? "")}");
            writer.WriteLine();
        }
    }

    private static string Probability(double probability) => probability >= 0.0001
        ? probability.ToString("0.####", CultureInfo.InvariantCulture)
        : "less than 0.0001";
}
