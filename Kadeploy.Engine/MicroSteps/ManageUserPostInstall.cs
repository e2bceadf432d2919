namespace Kadeploy.Engine.MicroSteps;

/// <summary>Runs the environment's scripts on what was deployed, one archive after the other.</summary>
internal sealed class ManageUserPostInstall() : CommandStep(FaultCodes.Postinstall)
{
    /// <inheritdoc/>
    protected override IEnumerable<NodeCommand> Commands(StepContext context) =>
        context.Request.Environment.Postinstalls
            .Select(postinstall => Script(context, NodePrograms.RunArchive, InstallScripts.Arguments(postinstall)));
}
