namespace Kadeploy.Engine.MicroSteps;

/// <summary>Mounts the partition that receives the environment.</summary>
internal sealed class MountDeployPart : MountStep
{
    /// <inheritdoc/>
    protected override (string Device, string Directory) Target(DeploymentContext context) =>
        (context.Target.Device, NodePaths.ExtractionDirectory);
}
