namespace Kadeploy.Engine.MicroSteps;

/// <summary>Runs the environment's scripts on what was deployed.</summary>
internal sealed class ManageUserPostInstall() : InstallScripts(FaultCodes.Postinstall)
{
    /// <inheritdoc/>
    protected override IEnumerable<InstallScript> Archives(DeploymentContext context) => context.Request.Environment.Postinstalls;
}
