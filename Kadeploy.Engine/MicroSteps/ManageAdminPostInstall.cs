namespace Kadeploy.Engine.MicroSteps;

/// <summary>Runs the administrator's scripts on what was deployed.</summary>
internal sealed class ManageAdminPostInstall() : InstallScripts(FaultCodes.Postinstall)
{
    /// <inheritdoc/>
    protected override IEnumerable<InstallScript> Archives(DeploymentContext context) => context.Cluster.AdminPostinstalls;
}
