namespace Kadeploy.Engine.MicroSteps;

/// <summary>Waits until everything is on the disk.</summary>
internal sealed class Sync() : CommandStep<StepContext>(FaultCodes.Command)
{
    /// <inheritdoc/>
    protected override IEnumerable<NodeCommand> Commands(StepContext context) => [Program(context, "sync")];
}
