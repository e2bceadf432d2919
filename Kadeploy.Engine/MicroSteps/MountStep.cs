namespace Kadeploy.Engine.MicroSteps;

/// <summary>Mounts a device on a directory.</summary>
internal abstract class MountStep() : CommandStep<DeploymentContext>(FaultCodes.Disk)
{
    /// <summary>Says what is mounted where.</summary>
    /// <param name="context">The node's step.</param>
    /// <returns>The device and the directory.</returns>
    protected abstract (string Device, string Directory) Target(DeploymentContext context);

    /// <inheritdoc/>
    protected sealed override IEnumerable<NodeCommand> Commands(DeploymentContext context)
    {
        var (device, directory) = Target(context);
        return [Program(context, NodePrograms.Mount, device, directory)];
    }
}
