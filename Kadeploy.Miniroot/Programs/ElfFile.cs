using System.Buffers.Binary;
using System.Text;

namespace Kadeploy.Miniroot.Programs;

/// <summary>What a program or library asks of the loader (System V ABI, 64 bits, little endian).</summary>
/// <param name="Needed">The names of the libraries it needs (DT_NEEDED).</param>
/// <param name="SearchPath">Where it wants them looked for first (DT_RUNPATH, DT_RPATH).</param>
/// <param name="Interpreter">Its loader, or null for libraries.</param>
internal sealed record ElfFile(IReadOnlyList<string> Needed, IReadOnlyList<string> SearchPath, string? Interpreter)
{
    private const int Load = 1, Dynamic = 2, Interpret = 3;
    private const long NeededTag = 1, StringsTag = 5, RpathTag = 15, RunpathTag = 29;

    private static ReadOnlySpan<byte> Magic => [0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1];

    /// <summary>Reads a file.</summary>
    /// <returns>Null when it is no 64-bit ELF file.</returns>
    /// <exception cref="InvalidDataException">It is a broken one.</exception>
    public static ElfFile? Read(ReadOnlySpan<byte> file)
    {
        if (!file.StartsWith(Magic) || file.Length < 64) return null;
        try
        {
            return ReadSegments(file);
        }
        catch (ArgumentOutOfRangeException broken)
        {
            throw new InvalidDataException("the ELF file is cut short or damaged", broken);
        }
    }

    private static ElfFile ReadSegments(ReadOnlySpan<byte> file)
    {
        var table = (int)Long(file, 32);
        var (size, count) = (Short(file, 54), Short(file, 56));
        var loads = new List<(long Address, long Offset, long Size)>();
        var (dynamic, dynamicSize, interpreter) = (0, 0, (string?)null);
        for (var i = 0; i < count; i++)
        {
            var header = file.Slice(table + (i * size), 56);
            var (offset, address, length) = (Long(header, 8), Long(header, 16), Long(header, 32));
            switch (BinaryPrimitives.ReadInt32LittleEndian(header))
            {
                case Load: loads.Add((address, offset, length)); break;
                case Dynamic: (dynamic, dynamicSize) = ((int)offset, (int)length); break;
                case Interpret: interpreter = Text(file, (int)offset); break;
                default: break;
            }
        }

        var entries = new List<(long Tag, long Value)>();
        for (var at = dynamic; at + 16 <= dynamic + dynamicSize; at += 16) entries.Add((Long(file, at), Long(file, at + 8)));
        if (entries.Count == 0) return new([], [], interpreter);
        var stringsAddress = entries.First(static entry => entry.Tag == StringsTag).Value;
        var holder = loads.Find(load => stringsAddress >= load.Address && stringsAddress < load.Address + load.Size);
        var strings = (int)(stringsAddress - holder.Address + holder.Offset);
        var texts = new List<string>();
        var paths = new List<string>();
        foreach (var (tag, value) in entries)
        {
            if (tag == NeededTag) texts.Add(Text(file, strings + (int)value));
            if (tag is RpathTag or RunpathTag) paths.AddRange(Text(file, strings + (int)value).Split(':', StringSplitOptions.RemoveEmptyEntries));
        }

        return new(texts, paths, interpreter);
    }

    private static long Long(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]);

    private static int Short(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static string Text(ReadOnlySpan<byte> bytes, int at)
    {
        var text = bytes[at..];
        return Encoding.UTF8.GetString(text[..text.IndexOf((byte)0)]);
    }
}
