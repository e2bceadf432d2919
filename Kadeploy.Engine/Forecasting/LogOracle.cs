using System.Collections.Immutable;
using Kadeploy.Engine.Statistics;
using Kadeploy.Engine.Time;

namespace Kadeploy.Engine.Forecasting;

/// <summary>Foretells that attempts take what they took on the latest nodes, and that none fails.</summary>
/// <remarks>Each node is given another part of the distribution of each step, so that together they are spread as the earlier ones were: of one node the
/// median, of a hundred each per cent once, in an order that differs from step to step.</remarks>
internal sealed class LogOracle
{
    private readonly Dictionary<int, ImmutableArray<TimeSpan>> _durations;
    private readonly Dictionary<NodeName, int> _places = [];

    private LogOracle(OperationPlan plan, Dictionary<int, ImmutableArray<TimeSpan>> durations)
    {
        _durations = durations;
        foreach (var cluster in plan.Clusters)
            for (var i = 0; i < cluster.Nodes.Length; i++) _places[cluster.Nodes[i].Name] = i;
    }

    /// <summary>Makes an oracle for a plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="tallies">What steps took, by cluster.</param>
    /// <returns>The oracle; null when a micro-step of the instances that come first was never done.</returns>
    public static LogOracle? For(OperationPlan plan, IReadOnlyDictionary<string, IReadOnlyDictionary<LoggedStep, DurationTally>> tallies)
    {
        var durations = new Dictionary<int, ImmutableArray<TimeSpan>>();
        foreach (var cluster in plan.Clusters)
        {
            foreach (var microStep in cluster.MacroSteps.SelectMany(static macroStep => macroStep.Instances[0].MicroSteps))
            {
                if (microStep.Scope == StepScope.Barrier) continue;
                var step = microStep.Step;
                if (!tallies[cluster.Cluster.Name].TryGetValue(new(step.MacroStep, step.Instance, step.MicroStep), out var tally)) return null;
                durations.Add(step.Ordinal, Shuffled(tally.Quantiles(cluster.Nodes.Length), step));
            }
        }

        return new(plan, durations);
    }

    /// <summary>Foretells an attempt.</summary>
    /// <param name="asked">The attempt.</param>
    /// <returns>Success, after as long as it took on others.</returns>
    public ForecastOutcome Foretell(ForecastAttempt asked) => new(
        ForecastEnd.Succeeds,
        _durations.TryGetValue(asked.Attempt.Step.Ordinal, out var durations) ? durations[_places[asked.Attempt.Node]] : TimeSpan.Zero);

    private static ImmutableArray<TimeSpan> Shuffled(ImmutableArray<TimeSpan> durations, StepReference step)
    {
        var seed = StableHash.Of(step.Ordinal).Add(step.MicroStep.Value);
        return [.. durations.Select((duration, i) => (duration, Key: seed.Add(i).ToBits())).OrderBy(static pair => pair.Key).Select(static pair => pair.duration)];
    }
}
