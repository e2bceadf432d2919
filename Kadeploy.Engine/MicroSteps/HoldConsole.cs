namespace Kadeploy.Engine.MicroSteps;

/// <summary>Holds the line to the node's console for as long as its user wants it.</summary>
/// <remarks>Not repeatable: when the process has ended, so has the user's terminal.</remarks>
internal sealed class HoldConsole : NodeMicroStep<ConsoleContext>
{
    /// <inheritdoc/>
    public override async Task<NodeFacts?> RunAsync(ConsoleContext context, CancellationToken cancellationToken)
    {
        if (context.Attempt is not { InstanceAttempt: 1, Attempt: 1 })
            throw new OperationFailedException(FaultCodes.ConsoleLeft, $"node {context.Node.Name}: the process in which {context.Request.User} had the console has ended");
        var lines = context.Drivers.Lines ?? throw new DriverUnusableException(FaultCodes.DriverMissing, $"node {context.Node.Name}: no console is configured");
        await lines.HoldAsync(context.Node, context.Request, context.Attempt.Operation, cancellationToken).ConfigureAwait(false);
        return null;
    }
}
