namespace Kadeploy.Engine.MicroSteps;

/// <summary>Lets the user log in to the deployed system.</summary>
internal sealed class SendKey() : CommandStep(FaultCodes.Command)
{
    /// <inheritdoc/>
    protected override IEnumerable<NodeCommand> Commands(StepContext context) =>
        [Program(context, NodePrograms.AddKeys, $"{NodePaths.ExtractionDirectory}/root/.ssh/authorized_keys") with { StandardInput = context.Request.AuthorizedKeys }];
}
