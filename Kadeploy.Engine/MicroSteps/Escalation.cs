using System.Collections.Immutable;

namespace Kadeploy.Engine.MicroSteps;

/// <summary>Tries harder and harder until one level works: Kadeploy's escalation.</summary>
internal static class Escalation
{
    /// <summary>Chooses the levels to try.</summary>
    /// <param name="available">Those that a node's driver knows.</param>
    /// <param name="from">The softest that is wanted.</param>
    /// <returns>Softest first; the hardest that there is when all are softer.</returns>
    public static ImmutableArray<PowerLevel> Levels(ImmutableArray<PowerLevel> available, PowerLevel from)
    {
        var levels = available.Where(level => level >= from).Order().ToImmutableArray();
        return levels.IsEmpty && !available.IsEmpty ? [available.Max()] : levels;
    }

    /// <summary>Tries.</summary>
    /// <param name="node">The node.</param>
    /// <param name="what">What is tried, such as "reboot".</param>
    /// <param name="levels">The levels in their order; at least one.</param>
    /// <param name="attempt">What is done at a level.</param>
    /// <returns>A task that ends with the first level that works.</returns>
    /// <exception cref="OperationFailedException">No level does.</exception>
    public static async Task RunAsync(NodeName node, string what, ImmutableArray<PowerLevel> levels, Func<PowerLevel, Task> attempt)
    {
        var refusals = new List<(string Problem, PowerLevel Level)>();
        OperationFailedException? last = null;
        foreach (var level in levels)
        {
            try
            {
                await attempt(level).ConfigureAwait(false);
                return;
            }
            catch (OperationFailedException refused)
            {
                last = refused;
                refusals.Add((refused.Message.Replace($"node {node}: ", "", StringComparison.Ordinal), level));
            }
        }

        // What stands in the way of all levels is said once.
        var reasons = refusals.GroupBy(static refusal => refusal.Problem, static refusal => refusal.Level)
            .Select(static reason => $"{string.Join(", ", reason)}: {reason.Key}");
        throw new OperationFailedException(last!.Code, $"node {node}: no {what} at any level ({string.Join("; ", reasons)})", last) { Evidence = last.Evidence };
    }
}
