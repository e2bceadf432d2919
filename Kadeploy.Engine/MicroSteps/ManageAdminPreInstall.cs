namespace Kadeploy.Engine.MicroSteps;

/// <summary>Prepares the disk by the environment's own script, or else by the administrator's.</summary>
internal sealed class ManageAdminPreInstall() : InstallScripts(FaultCodes.Preinstall)
{
    /// <inheritdoc/>
    protected override IEnumerable<InstallScript> Archives(DeploymentContext context) =>
        context.Request.Environment.Preinstall is { } own ? [own] : context.Cluster.AdminPreinstalls;
}
