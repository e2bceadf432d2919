namespace Kadeploy.Engine.MicroSteps;

/// <summary>Mounts the partition for temporary files.</summary>
internal sealed class MountTmpPart : MountStep
{
    /// <inheritdoc/>
    protected override (string Device, string Directory) Target(DeploymentContext context)
    {
        var number = context.Cluster.TemporaryPartition
            ?? throw new InvalidOperationException($"{nameof(MountTmpPart)} was planned without a partition");
        return (DeployTarget.PartitionDevice(context.Target.Disk, number), NodePaths.TemporaryDirectory);
    }
}
