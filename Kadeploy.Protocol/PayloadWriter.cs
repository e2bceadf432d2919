using System.Buffers.Binary;
using System.Text;

namespace Kadeploy.Protocol;

/// <summary>Builds the content of a frame: numbers big-endian, texts in UTF-8 behind their length.</summary>
internal sealed class PayloadWriter
{
    private byte[] _buffer = new byte[1024];

    /// <summary>Gets the number of bytes so far.</summary>
    public int Length { get; private set; }

    /// <summary>Gets what was written.</summary>
    public ReadOnlyMemory<byte> Written => _buffer.AsMemory(0, Length);

    public void Clear() => Length = 0;

    public void Skip(int count) => Take(count).Clear();

    public Span<byte> Start(int count) => _buffer.AsSpan(0, count);

    public void U8(byte value) => Take(1)[0] = value;

    public void U16(ushort value) => BinaryPrimitives.WriteUInt16BigEndian(Take(2), value);

    public void U32(uint value) => BinaryPrimitives.WriteUInt32BigEndian(Take(4), value);

    public void U64(ulong value) => BinaryPrimitives.WriteUInt64BigEndian(Take(8), value);

    public void Fixed(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Take(bytes.Length));

    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        U32((uint)bytes.Length);
        Fixed(bytes);
    }

    public void Text(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        U32((uint)length);
        Encoding.UTF8.GetBytes(text, Take(length));
    }

    public void Texts(IReadOnlyCollection<string> texts)
    {
        U32((uint)texts.Count);
        foreach (var text in texts) Text(text);
    }

    private Span<byte> Take(int count)
    {
        if (_buffer.Length - Length < count) Array.Resize(ref _buffer, Math.Max(Length + count, _buffer.Length * 2));
        var span = _buffer.AsSpan(Length, count);
        Length += count;
        return span;
    }
}
