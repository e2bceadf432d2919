namespace Kadeploy.Engine.Stores.Sqlite.Log;

/// <summary>Small numbers in few bytes: 7 bits a byte, the lowest first, with 128 added to each but the last.</summary>
internal static class Varint
{
    /// <summary>The most bytes that a number takes.</summary>
    public const int Longest = 10;

    /// <summary>Writes a number.</summary>
    /// <param name="value">The number.</param>
    /// <param name="target">Where to; at least <see cref="Longest"/> bytes.</param>
    /// <returns>How many bytes it took.</returns>
    public static int Write(ulong value, Span<byte> target)
    {
        var length = 0;
        while (value >= 0x80)
        {
            target[length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        target[length++] = (byte)value;
        return length;
    }

    /// <summary>Reads a number and goes on behind it.</summary>
    /// <param name="source">The bytes; moved behind the number.</param>
    /// <returns>The number.</returns>
    /// <exception cref="FormatException">The bytes end within a number.</exception>
    public static ulong Read(ref ReadOnlySpan<byte> source)
    {
        ulong value = 0;
        for (var i = 0; i < source.Length && i < Longest; i++)
        {
            value |= (ulong)(source[i] & 0x7F) << (7 * i);
            if (source[i] >= 0x80) continue;
            source = source[(i + 1)..];
            return value;
        }

        throw new FormatException("numbers in the log are cut off");
    }
}
