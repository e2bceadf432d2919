namespace Kadeploy.Engine.Drivers.Consoles;

/// <summary>Keeps the last bytes of a stream of any length. Safe for use by many callers at once.</summary>
/// <param name="size">How many.</param>
internal sealed class ByteTail(int size)
{
    private readonly Lock _gate = new();
    private readonly byte[] _ring = new byte[size];
    private long _total;

    /// <summary>Adds what came.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            _total += Math.Max(0, bytes.Length - size);
            if (bytes.Length > size) bytes = bytes[^size..];
            foreach (var each in bytes) _ring[_total++ % size] = each;
        }
    }

    /// <summary>Gives what is kept.</summary>
    /// <param name="isCut">Whether more had come before it.</param>
    /// <returns>A copy, oldest first.</returns>
    public byte[] Read(out bool isCut)
    {
        lock (_gate)
        {
            isCut = _total > size;
            if (!isCut) return _ring[..(int)_total];
            var start = (int)(_total % size);
            return [.. _ring[start..], .. _ring[..start]];
        }
    }
}
