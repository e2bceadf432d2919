namespace Kadeploy.Engine.MicroSteps;

/// <summary>Mounts the partition that receives the environment.</summary>
internal sealed class MountDeployPart : MountStep
{
    /// <inheritdoc/>
    protected override (string Device, string Directory) Target(StepContext context) =>
        (DeployTarget.Of(context).Device, NodePaths.ExtractionDirectory);
}
