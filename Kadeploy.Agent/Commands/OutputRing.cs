namespace Kadeploy.Agent.Commands;

/// <summary>Holds the newest output of a program for a listener that may be away for a while.</summary>
internal sealed class OutputRing
{
    /// <summary>How much is held, in bytes.</summary>
    public const int Capacity = 64 * 1024;

    private byte[]? _bytes;

    /// <summary>Gets how much was ever written.</summary>
    public long End { get; private set; }

    /// <summary>Gets the offset of the oldest byte that is still held.</summary>
    public long Start { get; private set; }

    /// <summary>Adds output; the oldest gives way.</summary>
    public void Append(ReadOnlySpan<byte> data)
    {
        _bytes ??= new byte[Capacity];
        End += data.Length;
        if (data.Length > Capacity) data = data[^Capacity..];
        var at = (int)((End - data.Length) % Capacity);
        var first = Math.Min(data.Length, Capacity - at);
        data[..first].CopyTo(_bytes.AsSpan(at));
        data[first..].CopyTo(_bytes);
        Start = Math.Max(Start, End - Capacity);
    }

    /// <summary>Copies what follows an offset.</summary>
    /// <param name="offset">Where to begin; moved forward when what was there is gone.</param>
    /// <param name="target">Where it goes.</param>
    /// <returns>The number of bytes; 0 when there are no more.</returns>
    public int CopyFrom(ref long offset, Span<byte> target)
    {
        offset = Math.Clamp(offset, Start, End);
        var count = (int)Math.Min(target.Length, End - offset);
        if (count == 0) return 0;
        var at = (int)(offset % Capacity);
        var first = Math.Min(count, Capacity - at);
        _bytes.AsSpan(at, first).CopyTo(target);
        _bytes.AsSpan(0, count - first).CopyTo(target[first..]);
        return count;
    }

    /// <summary>Forgets everything that is held.</summary>
    public void Release()
    {
        _bytes = null;
        Start = End;
    }
}
