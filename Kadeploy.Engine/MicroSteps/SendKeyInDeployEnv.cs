namespace Kadeploy.Engine.MicroSteps;

/// <summary>Lets the user log in to the deployment environment.</summary>
internal sealed class SendKeyInDeployEnv() : CommandStep<BootContext>(FaultCodes.Command)
{
    /// <inheritdoc/>
    protected override IEnumerable<NodeCommand> Commands(BootContext context) =>
        [Program(context, NodePrograms.AddKeys, "/root/.ssh/authorized_keys") with { StandardInput = context.AuthorizedKeys }];
}
