using System.Globalization;
using System.Text;

namespace Kadeploy.Miniroot.Trees;

/// <summary>Writes a tree as the kernel reads an initramfs: cpio in the "newc" form (Documentation/driver-api/early-userspace/buffer-format).</summary>
/// <remarks>The same tree gives the same bytes: owner 0, one time, inodes counted, paths in ordinal order.</remarks>
internal static class CpioWriter
{
    private const int Link = 0xA, Regular = 0x8, Folder = 0x4, Character = 0x2;
    private const int BlockSize = 512;

    /// <summary>Writes the tree with its trailer.</summary>
    public static void Write(ImageTree tree, Stream output)
    {
        var counting = new Position(output);
        var inode = 0;
        foreach (var (path, entry) in tree.Entries)
        {
            inode++;
            switch (entry)
            {
                case DirectoryEntry: Member(counting, path, inode, Folder, entry.Mode, 2, default); break;
                case FileEntry file: Member(counting, path, inode, Regular, entry.Mode, 1, file.Content.Read().Span); break;
                case LinkEntry link: Member(counting, path, inode, Link, entry.Mode, 1, Encoding.UTF8.GetBytes(link.Target)); break;
                case DeviceEntry device: Member(counting, path, inode, Character, entry.Mode, 1, default, device.Major, device.Minor); break;
                default: throw new NotSupportedException(entry.GetType().Name);
            }
        }

        Member(counting, "TRAILER!!!", 0, 0, 0, 1, default, time: 0);
        counting.Pad(BlockSize);
    }

    private static void Member(
        Position output, string path, int inode, int kind, UnixFileMode mode, int links, ReadOnlySpan<byte> data, int major = 0, int minor = 0,
        long time = FixedTime.Seconds)
    {
        var name = Encoding.UTF8.GetBytes(path);
        var header = string.Create(
            CultureInfo.InvariantCulture,
            $"070701{inode:X8}{(kind << 12) | (int)mode:X8}{0:X8}{0:X8}{links:X8}{time:X8}{data.Length:X8}{0:X8}{0:X8}{major:X8}{minor:X8}{name.Length + 1:X8}{0:X8}");
        output.Write(Encoding.ASCII.GetBytes(header));
        output.Write(name);
        output.Write([0]);
        output.Pad(4);
        output.Write(data);
        output.Pad(4);
    }

    /// <summary>A stream that knows how far it is, whether or not it can seek.</summary>
    private sealed class Position(Stream stream)
    {
        private long _written;

        public void Write(ReadOnlySpan<byte> bytes)
        {
            stream.Write(bytes);
            _written += bytes.Length;
        }

        public void Pad(int multiple)
        {
            Span<byte> zeros = stackalloc byte[BlockSize];
            zeros.Clear();
            Write(zeros[..(int)((multiple - (_written % multiple)) % multiple)]);
        }
    }
}

/// <summary>The time that every file in an image carries.</summary>
internal static class FixedTime
{
    /// <summary>2020-01-01 00:00 UTC, in seconds since 1970.</summary>
    public const long Seconds = 1_577_836_800;
}
