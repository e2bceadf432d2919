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
    /// cluster finds its disk by a rule, and for images that fill several partitions.</returns>
    /// <remarks>Partition tables, swap and temporary space are the cluster's layout, which the administrator has laid down.</remarks>
    public static ImmutableArray<RightPart> Of(DeploymentRequest request, Cluster cluster)
    {
        if (request.Environment.Multipart || (request.BlockDevice is null && cluster.DiskRule is not null)) return [RightPart.Any];
        var target = DeployTarget.Of(request, cluster);
        // A path that is none is refused by the planner; until then it is nobody's.
        return [RightPart.TryParse(target.Disk, null, out _) && RightPart.TryParse(target.Device, null, out var part) ? part : RightPart.Any];
    }
}
