using System.Collections.Immutable;
using Kadeploy.Engine.Forecasting;
using Kadeploy.Engine.Stores;

namespace Kadeploy.Engine.Statistics;

/// <summary>Estimates what operations take, by what the latest nodes took.</summary>
internal sealed class Estimates(IStatisticsStore log)
{
    /// <summary>Estimates for a plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="before">Only nodes that started before count; null for all.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The estimate; null when a micro-step of the plan's first instances was never done.</returns>
    public async Task<DurationEstimate?> OfPlanAsync(OperationPlan plan, DateTimeOffset? before, CancellationToken cancellationToken)
    {
        var environment = Operations.Of(plan).Environment is { Length: > 0 } installed ? EnvironmentText.Shorten(installed) : null;
        var bases = ImmutableArray.CreateBuilder<EstimateBasis>();
        var tallies = new Dictionary<string, IReadOnlyDictionary<LoggedStep, DurationTally>>(StringComparer.Ordinal);
        foreach (var cluster in plan.Clusters)
        {
            var (basis, tally) = await RecentAsync(
                new(plan.Kind, plan.Simulation is not null, cluster.Cluster.Name, environment, before, EstimateBasis.MostNodes), cancellationToken).ConfigureAwait(false);
            if (basis is null) return null;
            bases.Add(basis);
            tallies[cluster.Cluster.Name] = tally.Steps.Where(static step => step.Durations.Count > 0).ToDictionary(static step => step.Step!, static step => step.Durations);
        }

        if (bases.Count == 0 || LogOracle.For(plan, tallies) is not { } oracle) return null;
        var forecast = PlanForecast.Of(plan, oracle.Foretell);
        var ends = forecast.Nodes.Select(static node => node.Duration).Order().ToArray();
        return new(forecast.Duration, ends[(ends.Length - 1) / 2], bases.ToImmutable());
    }

    /// <summary>Estimates without a plan.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="environment">The environment; null for any.</param>
    /// <param name="nodes">How many nodes.</param>
    /// <param name="simulated">Whether they are simulated.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The estimate, or null.</returns>
    public async Task<DurationEstimate?> OfNodesAsync(
        string cluster, string? environment, int nodes, bool simulated, CancellationToken cancellationToken)
    {
        if (nodes < 1) throw new ConfigurationException($"an operation on {nodes} nodes takes no time; at least 1 node is needed");
        var (basis, tally) = await RecentAsync(
            new(OperationKind.Deployment, simulated, cluster, environment, null, EstimateBasis.MostNodes), cancellationToken).ConfigureAwait(false);
        if (basis is null) return null;
        var ends = tally.Whole.Quantiles(nodes);
        return new(ends[^1], ends[(ends.Length - 1) / 2], [basis]);
    }

    /// <summary>Finds what an estimate is based on: nodes with the same environment, or with any when those are too few.</summary>
    private async Task<(EstimateBasis? Basis, RecentTally Tally)> RecentAsync(RecentQuery recent, CancellationToken cancellationToken)
    {
        var tally = await log.TallyRecentAsync(recent, cancellationToken).ConfigureAwait(false);
        if (tally.Nodes < EstimateBasis.FewestNodes && recent.Environment is not null)
        {
            recent = recent with { Environment = null };
            tally = await log.TallyRecentAsync(recent, cancellationToken).ConfigureAwait(false);
        }

        if (tally.Latest is not { } latest) return (null, tally);
        var steps = tally.Steps.Select(static step => new StepFigures
        {
            Group = step.Group, Step = step.Step, Failed = step.Failed, Durations = step.Durations.Figures(),
        });
        return (new(recent.Cluster, recent.Environment, tally.Nodes, latest, [.. steps]), tally);
    }
}
