namespace Kadeploy.Engine.MicroSteps;

/// <summary>Brings the deployment environment's kernel to a node that runs another system.</summary>
internal sealed class SendDeploymentKernel() : CommandStep(FaultCodes.Kexec)
{
    /// <inheritdoc/>
    protected override IEnumerable<NodeCommand> Commands(StepContext context) =>
        [Program(context, NodePrograms.FetchKernel, NodePaths.KexecRepository)];
}
