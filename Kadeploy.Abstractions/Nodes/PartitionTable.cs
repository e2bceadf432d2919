using System.Collections.Immutable;

namespace Kadeploy;

/// <summary>How a disk is partitioned.</summary>
/// <param name="Scheme">The kind of table.</param>
/// <param name="Partitions">The partitions, in the order in which they lie on the disk.</param>
public sealed record PartitionTable(PartitionScheme Scheme, ImmutableArray<PartitionEntry> Partitions);

/// <summary>One partition.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Kind">What it is for.</param>
/// <param name="Bytes">Its size, a multiple of 1 MiB; null for what is left, which only the last one may take.</param>
public sealed record PartitionEntry(int Number, PartitionKind Kind, long? Bytes);

/// <summary>Kinds of partition tables.</summary>
public enum PartitionScheme
{
    /// <summary>GUID partition table (UEFI 2.10, chapter 5).</summary>
    Gpt,

    /// <summary>The partition table of the master boot record.</summary>
    Mbr,
}

/// <summary>What partitions are for.</summary>
public enum PartitionKind
{
    /// <summary>A Linux file system.</summary>
    Linux,

    /// <summary>Swap space.</summary>
    Swap,

    /// <summary>The EFI system partition.</summary>
    EfiSystem,

    /// <summary>Room for a boot loader on a BIOS with a GUID partition table.</summary>
    BiosBoot,

    /// <summary>A container of partitions 5 and up, in a master boot record.</summary>
    Extended,

    /// <summary>Data of Windows.</summary>
    Windows,
}
