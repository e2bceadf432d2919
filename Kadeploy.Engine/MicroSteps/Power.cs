namespace Kadeploy.Engine.MicroSteps;

/// <summary>Switches the node on or off through its management controller, harder and harder until it is.</summary>
/// <remarks>A node that is already what it is to be is left alone, so that the step may be repeated.</remarks>
internal sealed class Power : NodeMicroStep<PowerContext>
{
    /// <summary>Switches on.</summary>
    public const string On = nameof(PowerState.On);

    /// <summary>Switches off.</summary>
    public const string Off = nameof(PowerState.Off);

    /// <inheritdoc/>
    public override async Task<NodeFacts?> RunAsync(PowerContext context, CancellationToken cancellationToken)
    {
        var (node, power) = (context.Node, context.Drivers.Power);
        var wanted = context.Step.Variant switch
        {
            On => PowerState.On,
            Off => PowerState.Off,
            _ => throw new InvalidOperationException($"'{context.Step.Variant}' is no variant of {nameof(Power)}"),
        };
        var capabilities = power.CapabilitiesOf(node);
        var levels = Escalation.Levels(wanted == PowerState.On ? capabilities.OnLevels : capabilities.OffLevels, context.Request.Level);
        if (levels.IsEmpty) throw new DriverUnusableException(
            FaultCodes.DriverMissing, $"node {node.Name}: nothing is configured that switches it {context.Step.Variant!.ToLowerInvariant()}");
        if (capabilities.TellsState && await power.GetStateAsync(node, cancellationToken).ConfigureAwait(false) == wanted) return new() { Power = wanted };
        var state = PowerState.Unknown;
        await Escalation.RunAsync(
            node.Name, $"power {context.Step.Variant!.ToLowerInvariant()}", levels,
            async level =>
            {
                await power.SetStateAsync(node, wanted, level, context.Attempt, cancellationToken).ConfigureAwait(false);
                state = await power.WaitForStateAsync(node, wanted, cancellationToken).ConfigureAwait(false);
            }).ConfigureAwait(false);
        return new() { Power = state == PowerState.Unknown ? wanted : state };
    }
}
