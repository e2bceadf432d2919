namespace Kadeploy.Engine.MicroSteps;

/// <summary>Makes the swap partition.</summary>
internal sealed class FormatSwapPart() : CommandStep<DeploymentContext>(FaultCodes.Disk)
{
    /// <inheritdoc/>
    protected override IEnumerable<NodeCommand> Commands(DeploymentContext context)
    {
        var number = context.Cluster.SwapPartition
            ?? throw new InvalidOperationException($"{nameof(FormatSwapPart)} was planned without a partition");
        return [Program(context, "mkswap", DeployTarget.PartitionDevice(context.Target.Disk, number))];
    }
}
