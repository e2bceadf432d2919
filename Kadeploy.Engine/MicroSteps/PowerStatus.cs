namespace Kadeploy.Engine.MicroSteps;

/// <summary>Asks the management controller whether the node is on, and changes nothing.</summary>
internal sealed class PowerStatus : NodeMicroStep<PowerContext>
{
    /// <inheritdoc/>
    public override async Task<NodeFacts?> RunAsync(PowerContext context, CancellationToken cancellationToken)
    {
        var (node, power) = (context.Node, context.Drivers.Power);
        if (!power.CapabilitiesOf(node).TellsState)
            throw new DriverUnusableException(FaultCodes.DriverMissing, $"node {node.Name}: nothing is configured that asks for its state");
        var state = await power.GetStateAsync(node, cancellationToken).ConfigureAwait(false);
        return state != PowerState.Unknown
            ? new() { Power = state }
            : throw new OperationFailedException(FaultCodes.PowerRefused, $"node {node.Name}: the answer to the question for its state says neither on nor off");
    }
}
