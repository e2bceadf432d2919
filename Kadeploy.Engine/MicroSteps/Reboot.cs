using System.Collections.Immutable;

namespace Kadeploy.Engine.MicroSteps;

/// <summary>Reboots the node through its management controller, harder and harder until one level is accepted.</summary>
internal sealed class Reboot : INodeMicroStep
{
    /// <summary>Begins with the softest level.</summary>
    public const string Soft = "Soft";

    /// <summary>Begins with a reset.</summary>
    public const string Hard = "Hard";

    /// <inheritdoc/>
    public async Task<NodeFacts?> RunAsync(StepContext context, CancellationToken cancellationToken)
    {
        var facts = await RunningSystemProbe.IdentifyAsync(context, cancellationToken).ConfigureAwait(false);
        var refusals = new List<(string Problem, PowerLevel Level)>();
        OperationFailedException? last = null;
        foreach (var level in Levels(context))
        {
            try
            {
                await context.Drivers.Power.RebootAsync(context.Node, level, context.Attempt, cancellationToken).ConfigureAwait(false);
                return facts;
            }
            catch (OperationFailedException refused)
            {
                last = refused;
                refusals.Add((refused.Message.Replace($"node {context.Node.Name}: ", "", StringComparison.Ordinal), level));
            }
        }

        // What stands in the way of all levels is said once.
        var reasons = refusals.GroupBy(static refusal => refusal.Problem, static refusal => refusal.Level)
            .Select(static reason => $"{string.Join(", ", reason)}: {reason.Key}");
        throw new OperationFailedException(
            last!.Code, $"node {context.Node.Name}: no reboot at any level ({string.Join("; ", reasons)})", last) { Evidence = last.Evidence };
    }

    private static ImmutableArray<PowerLevel> Levels(StepContext context)
    {
        var capabilities = context.Drivers.Power.Capabilities;
        if (capabilities.Levels.IsEmpty) throw new DriverUnusableException(FaultCodes.DriverMissing, capabilities.Missing);

        // A repeated instance begins harder, so that a broken system is not asked softly for ever.
        var from = context.Step.Variant == Hard || context.Attempt.InstanceAttempt > 1 ? PowerLevel.Hard : PowerLevel.Soft;
        var levels = capabilities.Levels.Where(level => level >= from).Order().ToImmutableArray();
        return levels.IsEmpty ? [capabilities.Levels.Max()] : levels;
    }
}
