using System.Buffers.Binary;
using System.Globalization;

namespace Kadeploy.Engine.Images;

/// <summary>What is found on the bytes of a disk or a partition while they stream by: the partition table, and the file systems.</summary>
/// <param name="Table">The kind of partition table; empty for a partition.</param>
/// <param name="Parts">The partitions, or the one file system of a partition.</param>
/// <param name="HasBootCode">Whether the first sector has a program.</param>
/// <param name="Length">How many bytes there are.</param>
internal sealed record DiskImage(string Table, IReadOnlyList<DiskPart> Parts, bool HasBootCode, long Length)
{
    private const int Sector = 512;
    private const int Head = 1 << 20;

    /// <summary>How much of each partition is looked at: as far as the signatures of file systems lie.</summary>
    private const int PartHead = 0x11000;

    private const int MostParts = 128;

    /// <summary>Reads a whole image.</summary>
    /// <param name="image">The image, unpacked.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What was found.</returns>
    public static async Task<DiskImage> ReadAsync(Stream image, CancellationToken cancellationToken)
    {
        var head = new byte[Head];
        var position = (long)await image.ReadAtLeastAsync(head, Head, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        head = head[..(int)position];
        var (table, parts) = Partitions(head);
        if (table.Length == 0) return new("", [new(0, 0, 0, "", FileSystem(head))], HasCode(head), await SkipAsync(image, position, cancellationToken).ConfigureAwait(false));
        var found = new List<DiskPart>();
        foreach (var part in parts.OrderBy(static part => part.Start))
        {
            var first = new byte[PartHead];
            var kept = 0;
            if (part.Start < position)
            {
                // Of what was read already.
                var from = head.AsSpan((int)Math.Min(part.Start, head.Length));
                kept = Math.Min(from.Length, first.Length);
                from[..kept].CopyTo(first);
            }
            else
            {
                position = await SkipToAsync(image, position, part.Start, cancellationToken).ConfigureAwait(false);
            }

            if (position >= part.Start && kept < first.Length && position == part.Start + kept)
            {
                var count = await image.ReadAtLeastAsync(first.AsMemory(kept), first.Length - kept, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
                position += count;
                kept += count;
            }

            found.Add(part with { FileSystem = FileSystem(first.AsSpan(0, kept)) });
        }

        return new(table, [.. found.OrderBy(static part => part.Number)], HasCode(head), await SkipAsync(image, position, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Tells a file system by its signature.</summary>
    /// <param name="head">The first bytes of a partition.</param>
    /// <returns>Such as <c>ext4</c>; empty when it is unknown.</returns>
    public static string FileSystem(ReadOnlySpan<byte> head)
    {
        if (Has(head, 0x438, [0x53, 0xEF])) return Extended(head);
        if (Has(head, 0, "XFSB"u8)) return "xfs";
        if (Has(head, 0x10040, "_BHRfS_M"u8)) return "btrfs";
        if (Has(head, 3, "NTFS    "u8)) return "ntfs";
        if (Has(head, 3, "EXFAT   "u8)) return "exfat";
        if (Has(head, 0x52, "FAT32"u8) || Has(head, 0x36, "FAT1"u8)) return "vfat";
        if (Has(head, 0, "hsqs"u8)) return "squashfs";
        if (Has(head, 0x400, [0x10, 0x20, 0xF5, 0xF2])) return "f2fs";
        if (Has(head, 0x8001, "CD001"u8)) return "iso9660";
        if (Has(head, 0, "LUKS"u8)) return "encrypted (LUKS)";
        if (Has(head, 0x218, "LVM2 001"u8)) return "LVM";
        return Has(head, 4086, "SWAPSPACE2"u8) ? "swap" : "";
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        if (Table.Length == 0) return Parts[0].FileSystem;
        return Parts.Count == 0 ? $"{Table} without partitions" : $"{Table}: {string.Join(", ", Parts)}";
    }

    private static (string Table, IReadOnlyList<DiskPart> Parts) Partitions(ReadOnlySpan<byte> head)
    {
        if (head.Length < Sector || head[510] != 0x55 || head[511] != 0xAA) return ("", []);
        if (Has(head, Sector, "EFI PART"u8)) return ("GPT", Gpt(head, Sector));
        if (Has(head, 4096, "EFI PART"u8)) return ("GPT", Gpt(head, 4096));
        // The first sector of a FAT or NTFS partition ends like a partition table.
        if (FileSystem(head).Length > 0) return ("", []);
        var parts = new List<DiskPart>();
        for (var i = 0; i < 4; i++)
        {
            var entry = head.Slice(446 + (16 * i), 16);
            if (entry[0] is not (0 or 0x80)) return ("", []);
            var (type, start, length) = (entry[4], BinaryPrimitives.ReadUInt32LittleEndian(entry[8..]), BinaryPrimitives.ReadUInt32LittleEndian(entry[12..]));
            if (type == 0 || length == 0) continue;
            parts.Add(new(i + 1, (long)start * Sector, (long)length * Sector, Type(type), ""));
        }

        return parts.Count == 0 ? ("", []) : ("MBR", parts);
    }

    // UEFI 2.10, 5.3.2 and 5.3.3
    private static List<DiskPart> Gpt(ReadOnlySpan<byte> head, int sector)
    {
        var header = head[sector..];
        var table = BinaryPrimitives.ReadInt64LittleEndian(header[72..]) * sector;
        var (count, size) = (BinaryPrimitives.ReadInt32LittleEndian(header[80..]), BinaryPrimitives.ReadInt32LittleEndian(header[84..]));
        var parts = new List<DiskPart>();
        if (size is < 128 or > 4096 || table < sector) return parts;
        for (var i = 0; i < Math.Min(count, MostParts) && table + ((long)size * (i + 1)) <= head.Length; i++)
        {
            var entry = head.Slice((int)table + (size * i), 128);
            var type = new Guid(entry[..16]);
            var (first, last) = (BinaryPrimitives.ReadInt64LittleEndian(entry[32..]), BinaryPrimitives.ReadInt64LittleEndian(entry[40..]));
            if (type == Guid.Empty || first <= 0 || last < first || last > long.MaxValue / sector - 1) continue;
            parts.Add(new(i + 1, first * sector, (last - first + 1) * sector, Type(type), ""));
        }

        return parts;
    }

    private static string Extended(ReadOnlySpan<byte> head)
    {
        // ext4: doc/html of e2fsprogs; extents and 64 bits are of ext4, a journal is of ext3.
        var (compatible, incompatible) = (BinaryPrimitives.ReadUInt32LittleEndian(head[0x45C..]), BinaryPrimitives.ReadUInt32LittleEndian(head[0x460..]));
        return (incompatible & 0x2C0) != 0 ? "ext4" : (compatible & 4) != 0 ? "ext3" : "ext2";
    }

    private static bool Has(ReadOnlySpan<byte> head, int offset, ReadOnlySpan<byte> magic) => head.Length >= offset + magic.Length && (offset != 0x438 || head.Length > 0x464) && head[offset..].StartsWith(magic);

    private static bool HasCode(ReadOnlySpan<byte> head) => head.Length >= Sector && head[..440].ContainsAnyExcept((byte)0);

    private static string Type(byte type) => type switch
    {
        0x82 => "swap", 0x83 => "Linux", 0x8E => "LVM", 0xEF => "EFI system", 0x05 or 0x0F or 0x85 => "extended", 0x07 => "NTFS", 0x0B or 0x0C or 0x06 or 0x0E => "FAT",
        _ => type.ToString("x2", CultureInfo.InvariantCulture),
    };

    private static string Type(Guid type) => type.ToString("D").ToUpperInvariant() switch
    {
        "C12A7328-F81F-11D2-BA4B-00A0C93EC93B" => "EFI system",
        "21686148-6449-6E6F-744E-656564454649" => "BIOS boot",
        "0FC63DAF-8483-4772-8E79-3D69D8477DE4" => "Linux",
        "4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709" => "Linux root x86_64",
        "B921B045-1DF0-41C3-AF44-4C6F280D3FAE" => "Linux root aarch64",
        "0657FD6D-A4AB-43C4-84E5-0933C84B4F4F" => "swap",
        "E6D6D379-F507-44C2-A23C-238F2A3DF928" => "LVM",
        "EBD0A0A2-B9E5-4433-87C0-68B6B72699C7" => "basic data",
        "E3C9E316-0B5C-4DB8-817D-F92DF00215AE" => "Microsoft reserved",
        var other => other[..8],
    };

    private static async Task<long> SkipToAsync(Stream image, long position, long target, CancellationToken cancellationToken)
    {
        var buffer = new byte[1 << 20];
        while (position < target)
        {
            var count = await image.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, target - position)), cancellationToken).ConfigureAwait(false);
            if (count == 0) break;
            position += count;
        }

        return position;
    }

    private static Task<long> SkipAsync(Stream image, long position, CancellationToken cancellationToken) => SkipToAsync(image, position, long.MaxValue, cancellationToken);
}

/// <summary>A partition.</summary>
/// <param name="Number">Its number, from 1; 0 for an image that is one.</param>
/// <param name="Start">Where it begins, in bytes.</param>
/// <param name="Length">How many bytes it has.</param>
/// <param name="Type">What the table says it is for.</param>
/// <param name="FileSystem">What is on it; empty when that is unknown.</param>
internal sealed record DiskPart(int Number, long Start, long Length, string Type, string FileSystem)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number} {Type}{(FileSystem.Length > 0 ? $" ({FileSystem})" : "")}");
}
