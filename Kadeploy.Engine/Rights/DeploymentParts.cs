using System.Collections.Immutable;
using Kadeploy.Engine.MicroSteps;

namespace Kadeploy.Engine.Rights;

/// <summary>Says for which devices a deployment needs a right.</summary>
internal static class DeploymentParts
{
    /// <summary>Names what receives the image.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cluster">The cluster whose nodes are deployed.</param>
    /// <returns>The disk or partition, by the path by which it is written. Every device, where the path is known only on the node itself, because the
    /// cluster finds its disk by a rule. Of images that fill several partitions, each of them and the one that is booted.</returns>
    /// <remarks>Partition tables, swap and temporary space are the cluster's layout, which the administrator has laid down.</remarks>
    public static ImmutableArray<RightPart> Of(DeploymentRequest request, Cluster cluster)
    {
        if (request.Environment.Multipart) return OfSeveral(request.Environment);
        if (request.BlockDevice is null && cluster.DiskRule is not null) return [RightPart.Any];
        return [Part(DeployTarget.Of(request, cluster))];
    }

    /// <summary>Names what an image of several partitions fills, and what is booted of it.</summary>
    private static ImmutableArray<RightPart> OfSeveral(KaEnvironment environment)
    {
        if (environment.Partitions.IsDefaultOrEmpty || environment.Boot.BlockDevice is not { } disk) return [RightPart.Any];
        return
        [
            .. environment.Partitions.Select(static partition => Part(new(partition.Device, null))).Prepend(Part(new(disk, environment.Boot.Partition))).Distinct(),
        ];
    }

    // A path that is none is refused by the planner; until then it is nobody's.
    private static RightPart Part(DeployTarget target) =>
        RightPart.TryParse(target.Disk, null, out _) && RightPart.TryParse(target.Device, null, out var part) ? part : RightPart.Any;
}
