using System.Globalization;

namespace Kadeploy.Engine.MicroSteps;

/// <summary>Turns a partition table into what <see cref="NodePrograms.Partition"/> is told.</summary>
internal static class PartitionPlan
{
    private const long Mebibyte = 1L << 20;

    /// <summary>The first number of a partition inside the extended one of a master boot record.</summary>
    private const int FirstLogical = 5;

    /// <summary>Gives the scheme's name.</summary>
    /// <param name="table">The table.</param>
    /// <returns><c>gpt</c> or <c>mbr</c>.</returns>
    public static string Scheme(PartitionTable table) => table.Scheme == PartitionScheme.Gpt ? "gpt" : "mbr";

    /// <summary>Gives the partitions.</summary>
    /// <param name="table">The table.</param>
    /// <returns><c>NUMBER:KIND:BYTES</c> each, without bytes for what is left.</returns>
    public static IEnumerable<string> Entries(PartitionTable table) => table.Partitions.Select(static partition =>
        string.Create(CultureInfo.InvariantCulture, $"{partition.Number}:{Kind(partition.Kind)}:{partition.Bytes}"));

    /// <summary>Gives how large a disk has to be.</summary>
    /// <param name="table">The table.</param>
    /// <returns>Bytes: all sizes, what alignment takes, and the smallest partition where one takes what is left.</returns>
    public static long Bytes(PartitionTable table)
    {
        // Logical partitions lie in the extended one; where that has no size of its own, they say it.
        var isMbr = table.Scheme == PartitionScheme.Mbr;
        var extendedIsSized = table.Partitions.Any(static partition => partition is { Kind: PartitionKind.Extended, Bytes: not null });
        var counted = table.Partitions.Where(partition =>
            isMbr && partition.Number >= FirstLogical ? !extendedIsSized : partition.Kind != PartitionKind.Extended || extendedIsSized);
        return counted.Sum(static partition => partition.Bytes ?? Mebibyte) + ((table.Partitions.Length + 2) * Mebibyte);
    }

    private static string Kind(PartitionKind kind) => kind switch
    {
        PartitionKind.Linux => "linux",
        PartitionKind.Swap => "swap",
        PartitionKind.EfiSystem => "efi",
        PartitionKind.BiosBoot => "bios",
        PartitionKind.Extended => "extended",
        PartitionKind.Windows => "windows",
        _ => throw new InvalidOperationException($"'{kind}' is no kind of partition"),
    };
}
