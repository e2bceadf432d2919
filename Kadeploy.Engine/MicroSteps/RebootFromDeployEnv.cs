namespace Kadeploy.Engine.MicroSteps;

/// <summary>Lets the deployment environment reboot the node.</summary>
internal sealed class RebootFromDeployEnv() : CommandStep<StepContext>(FaultCodes.Command)
{
    /// <inheritdoc/>
    public override async Task<NodeFacts?> RunAsync(StepContext context, CancellationToken cancellationToken)
    {
        var facts = await RunningSystemProbe.IdentifyAsync(context, cancellationToken).ConfigureAwait(false);
        await base.RunAsync(context, cancellationToken).ConfigureAwait(false);
        return facts;
    }

    /// <inheritdoc/>
    protected override IEnumerable<NodeCommand> Commands(StepContext context) => [Program(context, NodePrograms.Reboot)];
}
