using System.Buffers.Binary;
using System.Text;

namespace Kadeploy.Engine.Images;

/// <summary>Tells by its first bytes what a boot file is.</summary>
internal static class BootFileKinds
{
    /// <summary>How many bytes at the beginning of a file are looked at.</summary>
    public const int Head = 64 * 1024;

    /// <summary>Tells what kernel a file is.</summary>
    /// <param name="head">Its first bytes.</param>
    /// <returns>Words for users, the processor (null when it is not told) and the kernel's version (empty when it is not told); null for what is no kernel.</returns>
    public static (string What, string? Architecture, string Version)? Kernel(ReadOnlySpan<byte> head)
    {
        // Linux: Documentation/arch/x86/boot.rst
        if (head.Length > 0x210 && head[0x202..0x206].SequenceEqual("HdrS"u8))
        {
            var version = Version(head, BinaryPrimitives.ReadUInt16LittleEndian(head[0x20E..]) + 0x200);
            var is64 = BinaryPrimitives.ReadUInt16LittleEndian(head[0x206..]) >= 0x20C && head.Length > 0x238 && (head[0x236] & 1) != 0;
            return ($"Linux kernel {version}".TrimEnd(), is64 ? "x86_64" : null, version);
        }

        // Linux: Documentation/arch/arm64/booting.rst and riscv/boot-image-header.rst
        if (head.Length > 64 && head[56..60].SequenceEqual("ARM\x64"u8)) return ("Linux kernel", "aarch64", "");
        if (head.Length > 64 && head[56..60].SequenceEqual("RSC\x05"u8)) return ("Linux kernel", "riscv64", "");
        if (Executable(head) is { } elf) return ("kernel (ELF)", elf, "");
        if (head.StartsWith("MZ"u8)) return head.IndexOf("zimg"u8) is 4 ? ("compressed EFI kernel", Machine(head), "") : ("EFI program", Machine(head), "");
        return head.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]) ? ("compressed kernel (gzip)", null, "") : null;
    }

    /// <summary>Tells what kind of initial RAM disk a file is.</summary>
    /// <param name="head">Its first bytes.</param>
    /// <returns>Words for users; null for what no kernel reads.</returns>
    public static string? Initrd(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith("070701"u8) || head.StartsWith("070702"u8)) return "initial RAM disk (cpio)";
        if (head.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B])) return "initial RAM disk (gzip)";
        if (head.StartsWith((ReadOnlySpan<byte>)[0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0])) return "initial RAM disk (xz)";
        if (head.StartsWith((ReadOnlySpan<byte>)[0x28, 0xB5, 0x2F, 0xFD])) return "initial RAM disk (zstd)";
        if (head.StartsWith((ReadOnlySpan<byte>)[0x02, 0x21, 0x4C, 0x18]) || head.StartsWith((ReadOnlySpan<byte>)[0x04, 0x22, 0x4D, 0x18])) return "initial RAM disk (lz4)";
        if (head.StartsWith("BZh"u8)) return "initial RAM disk (bzip2)";
        if (head.StartsWith((ReadOnlySpan<byte>)[0x5D, 0, 0])) return "initial RAM disk (lzma)";
        return head.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'L', (byte)'Z', (byte)'O']) ? "initial RAM disk (lzo)" : null;
    }

    /// <summary>Tells for which processors a program is.</summary>
    /// <param name="head">Its first bytes.</param>
    /// <returns>Such as <c>x86_64</c>; null for what is no ELF file, or an unknown one.</returns>
    public static string? Executable(ReadOnlySpan<byte> head)
    {
        if (head.Length < 20 || !head.StartsWith("\x7FELF"u8)) return null;
        var machine = head[5] == 2 ? BinaryPrimitives.ReadUInt16BigEndian(head[18..]) : BinaryPrimitives.ReadUInt16LittleEndian(head[18..]);
        return machine switch
        {
            3 => "i386", 21 => head[5] == 2 ? "ppc64" : "ppc64le", 22 => "s390x", 40 => "arm", 62 => "x86_64", 183 => "aarch64", 243 => "riscv64", 258 => "loongarch64", _ => null,
        };
    }

    private static string Version(ReadOnlySpan<byte> head, int offset)
    {
        if (offset <= 0x200 || offset >= head.Length) return "";
        var text = head[offset..Math.Min(offset + 64, head.Length)];
        var end = text.IndexOfAny((byte)0, (byte)' ');
        var version = end <= 0 ? "" : Encoding.ASCII.GetString(text[..end]);
        return version.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '+' or '~') ? version : "";
    }

    // PE/COFF: the machine stands behind the signature, to which offset 0x3C points.
    private static string? Machine(ReadOnlySpan<byte> head)
    {
        if (head.Length < 0x40) return null;
        var offset = BinaryPrimitives.ReadInt32LittleEndian(head[0x3C..]);
        if (offset < 0 || offset + 6 > head.Length || !head[offset..].StartsWith("PE\0\0"u8)) return null;
        return BinaryPrimitives.ReadUInt16LittleEndian(head[(offset + 4)..]) switch { 0x8664 => "x86_64", 0xAA64 => "aarch64", 0x14C => "i386", 0x5064 => "riscv64", _ => null };
    }
}
