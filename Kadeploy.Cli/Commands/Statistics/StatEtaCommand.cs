using System.CommandLine;
using Kadeploy.Cli.Help;
using Kadeploy.Cli.Output;
using Kadeploy.Cli.Output.Charts;
using Kadeploy.Cli.Output.Statistics;

namespace Kadeploy.Cli.Commands.Statistics;

/// <summary><c>kadeploy stat eta</c>.</summary>
internal sealed class StatEtaCommand : StatisticsCommand
{
    private readonly Argument<OperationId?> _id = new("ID")
    {
        Description = "The operation that is to be estimated, by those before it.", Arity = ArgumentArity.ZeroOrOne, CustomParser = static result => OptionParsing.Operation(result),
    };

    private readonly Option<string?> _cluster = new("-c", "--cluster") { HelpName = "CLUSTER", Description = "The cluster, when there is no operation yet." };

    private readonly Option<string?> _environment = new("-e", "--environment") { HelpName = "ENV", Description = "The environment: a name, or name:version. Default: any." };

    private readonly Option<int> _nodes = new("-n", "--nodes")
    {
        HelpName = "N", Description = "How many nodes, from 1 to 100000. Default: 1.", DefaultValueFactory = static _ => 1, CustomParser = static result => OptionParsing.Integer(result, 1, 100_000),
    };

    private readonly Option<bool> _simulated = new("--simulated") { Description = "Look at operations on simulated nodes instead of those on real ones." };

    public StatEtaCommand(CommandContext context)
        : base(context, "eta", "estimate how long a deployment takes", charts: true)
    {
        Arguments.Add(_id);
        foreach (var option in new Option[] { _cluster, _environment, _nodes, _simulated }) Options.Add(option);
        AddCommonOptions();
    }

    public override ManualPage Manual => new(
        [$"kadeploy stat eta ID|-c CLUSTER [-e ENV] [-n N] [--simulated] {Format.Synopsis}"],
        [
            $"Estimates by what the latest nodes of the cluster took that ended well, at most {EstimateBasis.MostNodes} of them: those with the same environment, or with any where there are "
            + $"fewer than {EstimateBasis.FewestNodes}. It is what 'kadeploy deploy' shows as the time that is left. Failures are not foretold.",
            "The estimate of an operation goes through its plan, with the limits of how much goes on at once; without one, it is drawn from whole deployments.",
        ],
        [
            new("kadeploy stat eta -c graphene -e debian13 -n 40", "How long will forty nodes take?"),
            new("kadeploy stat eta D-019a0000-0000-7000-8000-000000000000", "How long should this operation have taken?"),
        ],
        ["kadeploy stat", "kadeploy stat steps", "kadeploy deploy"]);

    protected override Question Read(ParseResult arguments, List<string> problems)
    {
        var (id, cluster) = (arguments.GetValue(_id), arguments.GetValue(_cluster));
        if (id is null && cluster is null) problems.Add("of what? Name an operation, or a cluster with --cluster");
        if (id is not null && (cluster is not null || arguments.GetValue(_environment) is not null)) problems.Add("an operation has its own clusters and environment; name either it or them");
        return async (_, statistics, output, cancellationToken) =>
        {
            var estimate = id is { } operation
                ? await statistics.EstimateAsync(operation, cancellationToken)
                : await statistics.EstimateAsync(cluster!, arguments.GetValue(_environment), arguments.GetValue(_nodes), arguments.GetValue(_simulated), cancellationToken);
            if (Format.Draw(arguments, Context, () => ChartOf(estimate))) return;
            if (output.Format == SheetFormat.Table) Write(estimate, output.Writer);
            if (output.Format == SheetFormat.Json)
            {
                await output.WriteAsync([estimate], [], EstimateLine.Of, static lines => lines.EstimateLine, "");
                return;
            }

            StepFigures[] steps = [.. estimate?.Clusters.SelectMany(static basis => basis.Steps) ?? []];
            if (output.Format == SheetFormat.Csv || steps.Length > 0)
                await output.WriteAsync(steps, Columns, static step => new DurationLine(step), static lines => lines.DurationLine, "");
        };
    }

    private static List<SheetColumn<StepFigures>> Columns { get; } =
    [
        .. GroupColumns.Of<StepFigures>(StatisticsKeys.Cluster, static step => step.Group),
        SheetColumn<StepFigures>.OfText("step", "Step", static step => step.Step?.ToString()),
        SheetColumn<StepFigures>.OfNumber("failed", "Failed", static step => step.Failed),
        .. DurationColumns.Of<StepFigures>(static step => step.Durations),
    ];

    private static Chart ChartOf(DurationEstimate? estimate) => DurationCharts.Medians(
        estimate is null ? "No estimate" : $"About {Wording.Duration(estimate.Duration)}, based on {Wording.Number(estimate.BasedOn)} earlier",
        estimate?.Clusters.SelectMany(static basis => basis.Steps) ?? [], static step => step.Step?.ToString() ?? "");

    private static void Write(DurationEstimate? estimate, TextWriter writer)
    {
        if (estimate is null)
        {
            writer.WriteLine("There is no estimate: nothing like it has ended well yet.");
            return;
        }

        writer.WriteLine($"About {Wording.Duration(estimate.Duration)}; half of the nodes after {Wording.Duration(estimate.Median)}.");
        foreach (var basis in estimate.Clusters)
        {
            var with = basis.Environment is { } environment ? $"with {Printable.Text(environment)}" : "with any environment";
            writer.WriteLine($"Based on {Wording.Number(basis.Nodes)} earlier on {Printable.Text(basis.Cluster)} {with}, the latest of {Wording.Moment(basis.Latest)}.");
        }
    }
}
