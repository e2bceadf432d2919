using System.Buffers.Binary;
using System.Text;

namespace Kadeploy.Protocol;

/// <summary>Takes the content of a frame apart; each limit is checked before anything is allocated.</summary>
internal ref struct PayloadReader(ReadOnlySpan<byte> payload)
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);
    private ReadOnlySpan<byte> _rest = payload;

    public byte U8() => Fixed(1)[0];

    public ushort U16() => BinaryPrimitives.ReadUInt16BigEndian(Fixed(2));

    public uint U32() => BinaryPrimitives.ReadUInt32BigEndian(Fixed(4));

    public ulong U64() => BinaryPrimitives.ReadUInt64BigEndian(Fixed(8));

    /// <summary>Reads an offset or a length that must fit into a signed number.</summary>
    public long Count()
    {
        var value = U64();
        return value <= long.MaxValue ? (long)value : throw new ProtocolException("a number is too large");
    }

    public bool Flag() => U8() switch
    {
        0 => false,
        1 => true,
        _ => throw new ProtocolException("a flag is neither 0 nor 1"),
    };

    public ReadOnlySpan<byte> Fixed(int count)
    {
        if (_rest.Length < count) throw new ProtocolException("a frame is shorter than its content");
        var bytes = _rest[..count];
        _rest = _rest[count..];
        return bytes;
    }

    public ReadOnlySpan<byte> Bytes(int most)
    {
        var length = U32();
        if (length > most) throw new ProtocolException($"a field of {length} bytes is larger than the {most} that are allowed");
        return Fixed((int)length);
    }

    /// <summary>Reads a text without zero bytes, which would end it early where it is handed to the system.</summary>
    public string Text(int longest = Wire.LongestText)
    {
        var bytes = Bytes(longest);
        if (bytes.Contains((byte)0)) throw new ProtocolException("a text holds a zero byte");
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw new ProtocolException("a text is not UTF-8");
        }
    }

    public string[] Texts()
    {
        var count = U32();
        // Each takes at least its length, so a lie about the number cannot make a large array either.
        if (count > Wire.MostTexts || count * 4 > _rest.Length) throw new ProtocolException($"a list of {count} texts is too long");
        var texts = new string[count];
        for (var i = 0; i < texts.Length; i++) texts[i] = Text();
        return texts;
    }

    public readonly void End()
    {
        if (!_rest.IsEmpty) throw new ProtocolException("a frame is longer than its content");
    }
}
