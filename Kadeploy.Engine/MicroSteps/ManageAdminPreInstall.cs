namespace Kadeploy.Engine.MicroSteps;

/// <summary>Prepares the disk by the environment's own script, or else by the administrator's.</summary>
internal sealed class ManageAdminPreInstall() : CommandStep(FaultCodes.Preinstall)
{
    /// <inheritdoc/>
    protected override IEnumerable<NodeCommand> Commands(StepContext context) =>
    [
        context.Request.Environment.Preinstall is { } preinstall
            ? Script(context, NodePrograms.RunArchive, InstallScripts.Arguments(preinstall))
            : Script(context, NodePrograms.AdminScripts, "preinstall"),
    ];
}
