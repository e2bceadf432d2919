namespace Kadeploy.Engine.MicroSteps;

/// <summary>Lets the user log in to the deployment environment.</summary>
internal sealed class SendKeyInDeployEnv() : CommandStep(FaultCodes.Command)
{
    /// <inheritdoc/>
    protected override IEnumerable<NodeCommand> Commands(StepContext context) =>
        [Program(context, NodePrograms.AddKeys, "/root/.ssh/authorized_keys") with { StandardInput = context.Request.AuthorizedKeys }];
}
