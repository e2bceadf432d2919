using System.Globalization;

namespace Kadeploy.Engine.MicroSteps;

/// <summary>The disk and the partition that a deployment writes.</summary>
/// <param name="Disk">The disk, as a device path.</param>
/// <param name="Partition">The partition's number; null for the whole disk.</param>
internal sealed record DeployTarget(string Disk, int? Partition)
{
    /// <summary>Gets the device that is written, as a path.</summary>
    public string Device => Partition is { } number ? PartitionDevice(Disk, number) : Disk;

    /// <summary>Moves the target to the disk that the node was found to have.</summary>
    /// <param name="disk">The disk; null before it was looked for.</param>
    /// <returns>The target there.</returns>
    public DeployTarget On(string? disk) => disk is null ? this : this with { Disk = disk };

    /// <summary>Finds out what a request writes on a cluster's nodes.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cluster">The cluster.</param>
    /// <returns>The partition that is asked for, else the whole of the disk that is asked for, else the cluster's partition.</returns>
    public static DeployTarget Of(DeploymentRequest request, Cluster cluster) =>
        new(request.BlockDevice ?? cluster.BlockDevice, request.Partition ?? (request.BlockDevice is null ? cluster.DeployPartition : null));

    /// <summary>Finds out what a request boots on a cluster's nodes.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cluster">The cluster.</param>
    /// <returns>The partition that is asked for, else the cluster's.</returns>
    public static DeployTarget Of(RebootRequest request, Cluster cluster) =>
        new(request.BlockDevice ?? cluster.BlockDevice, request.Partition ?? (request.BlockDevice is null ? cluster.DeployPartition : null));

    /// <summary>Names a partition as Linux does.</summary>
    /// <param name="disk">The disk, as a device path.</param>
    /// <param name="number">The partition's number, from 1.</param>
    /// <returns>For example <c>/dev/sda3</c>, <c>/dev/nvme0n1p3</c> or <c>/dev/disk/by-id/wwn-0x5-part3</c>.</returns>
    public static string PartitionDevice(string disk, int number)
    {
        var separator = disk.StartsWith("/dev/disk/", StringComparison.Ordinal) ? "-part" : char.IsAsciiDigit(disk[^1]) ? "p" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{disk}{separator}{number}");
    }
}
