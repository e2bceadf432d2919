using System.Runtime.InteropServices;
using Kadeploy.Engine.Statistics;

namespace Kadeploy.Engine.Stores.Sqlite.Log;

/// <summary>The bins of a histogram as they are kept.</summary>
internal static class HistogramBins
{
    /// <summary>Writes bins.</summary>
    /// <param name="bins">The bins, rising.</param>
    /// <returns>Two numbers for each: how far it is from the one before, and its count.</returns>
    public static byte[] Write(List<BinCount> bins)
    {
        var bytes = new byte[bins.Count * 2 * Varint.Longest];
        var (length, last) = (0, 0);
        foreach (var (bin, count) in bins)
        {
            length += Varint.Write((ulong)(bin - last), bytes.AsSpan(length));
            length += Varint.Write((ulong)count, bytes.AsSpan(length));
            last = bin;
        }

        return bytes[..length];
    }

    /// <summary>Reads bins.</summary>
    /// <param name="bytes">What was written.</param>
    /// <returns>The bins, rising.</returns>
    /// <exception cref="FormatException">It makes no sense.</exception>
    public static ReadOnlySpan<BinCount> Read(ReadOnlySpan<byte> bytes)
    {
        var bins = new List<BinCount>(bytes.Length / 2);
        var bin = 0UL;
        while (!bytes.IsEmpty)
        {
            bin += Varint.Read(ref bytes);
            if (bin >= DurationBuckets.Count) throw new FormatException($"a histogram has no bin {bin}");
            bins.Add(new((int)bin, (long)Varint.Read(ref bytes)));
        }

        return CollectionsMarshal.AsSpan(bins);
    }
}
