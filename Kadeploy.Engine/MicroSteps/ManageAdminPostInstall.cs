namespace Kadeploy.Engine.MicroSteps;

/// <summary>Runs the administrator's scripts on what was deployed.</summary>
internal sealed class ManageAdminPostInstall() : CommandStep(FaultCodes.Postinstall)
{
    /// <inheritdoc/>
    protected override IEnumerable<NodeCommand> Commands(StepContext context) =>
        [Script(context, NodePrograms.AdminScripts, "postinstall")];
}
