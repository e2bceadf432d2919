namespace Kadeploy.Engine.MicroSteps;

/// <summary>Makes the file system for temporary files anew.</summary>
internal sealed class FormatTmpPart : FormatStep
{
    /// <inheritdoc/>
    protected override (string Type, string Device) Target(DeploymentContext context)
    {
        if (context.Request.ReformatTemporary is not { } type || context.Cluster.TemporaryPartition is not { } number)
            throw new InvalidOperationException($"{nameof(FormatTmpPart)} was planned without a file system or without a partition");
        return (type, DeployTarget.PartitionDevice(context.Target.Disk, number));
    }
}
