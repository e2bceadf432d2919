using System.Globalization;

namespace Kadeploy.Engine.MicroSteps;

/// <summary>Partitions the disk as the cluster wants it.</summary>
internal sealed class CreatePartitionTable() : CommandStep(FaultCodes.Disk)
{
    /// <inheritdoc/>
    protected override IEnumerable<NodeCommand> Commands(StepContext context)
    {
        var target = DeployTarget.Of(context);
        (string Role, int? Number)[] partitions =
        [
            ("deploy", target.Partition), ("swap", context.Cluster.SwapPartition),
            ("prod", context.Cluster.ProductionPartition), ("tmp", context.Cluster.TemporaryPartition),
        ];
        var roles = partitions.Where(static partition => partition.Number is not null)
            .Select(static partition => string.Create(CultureInfo.InvariantCulture, $"{partition.Role}={partition.Number}"));
        return [Script(context, NodePrograms.Partition, [target.Disk, .. roles])];
    }
}
