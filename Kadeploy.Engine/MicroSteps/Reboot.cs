using System.Collections.Immutable;

namespace Kadeploy.Engine.MicroSteps;

/// <summary>Reboots the node through its management controller, harder and harder until one level is accepted.</summary>
internal sealed class Reboot : INodeMicroStep
{
    /// <summary>Begins with the softest level.</summary>
    public const string Soft = nameof(PowerLevel.Soft);

    /// <summary>Begins with a reset.</summary>
    public const string Hard = nameof(PowerLevel.Hard);

    /// <summary>Begins with the level that is asked for; the planner puts that in its place.</summary>
    public const string Requested = "Requested";

    /// <inheritdoc/>
    public async Task<NodeFacts?> RunAsync(StepContext context, CancellationToken cancellationToken)
    {
        var levels = Levels(context);
        var facts = await RunningSystemProbe.IdentifyAsync(context, cancellationToken).ConfigureAwait(false);
        await Escalation.RunAsync(
            context.Node.Name, "reboot", levels,
            level => context.Drivers.Power.RebootAsync(context.Node, level, context.Attempt, cancellationToken)).ConfigureAwait(false);
        return facts;
    }

    private static ImmutableArray<PowerLevel> Levels(StepContext context)
    {
        var capabilities = context.Drivers.Power.CapabilitiesOf(context.Node);
        if (capabilities.Levels.IsDefaultOrEmpty) throw new DriverUnusableException(FaultCodes.DriverMissing, capabilities.Missing);
        if (!Enum.TryParse<PowerLevel>(context.Step.Variant, out var from)) throw new InvalidOperationException($"'{context.Step.Variant}' is no variant of {nameof(Reboot)}");

        // A repeated instance begins harder, so that a broken system is not asked softly for ever.
        if (context.Attempt.InstanceAttempt > 1 && from < PowerLevel.Hard) from = PowerLevel.Hard;
        return Escalation.Levels(capabilities.Levels, from);
    }
}
