using System.Globalization;
using System.Runtime.CompilerServices;

namespace Kadeploy.Engine.MicroSteps;

/// <summary>Partitions the disk as the cluster wants it.</summary>
internal sealed class CreatePartitionTable() : CommandStep<DeploymentContext>(FaultCodes.Disk)
{
    /// <inheritdoc/>
    protected override async IAsyncEnumerable<NodeCommand> CommandsAsync(
        DeploymentContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (cluster, target) = (context.Cluster, context.Target);
        string[] number = target.Partition is { } partition ? [partition.ToString(CultureInfo.InvariantCulture)] : [];
        if (cluster.PartitionScript is { } script)
        {
            yield return Script(context, await FilesForNodes.SendScriptAsync(context, script, cancellationToken).ConfigureAwait(false));
            yield return Program(context, NodePrograms.Partition, ["--wait", target.Disk, .. number]);
        }
        else
        {
            var table = cluster.PartitionTable ?? throw new DriverUnusableException(
                FaultCodes.Disk, $"cluster {cluster.Name} says neither by partitions nor by a script how disks are partitioned");
            yield return Program(
                context, NodePrograms.Partition,
                [
                    target.Disk, PartitionPlan.Scheme(table), .. number.Length > 0 ? ["--boot", .. number] : number,
                    "--ours", NodePaths.ExtractionDirectory, .. PartitionPlan.Entries(table),
                ]);
        }
    }
}
