using System.Numerics;

namespace Kadeploy.Engine.Statistics;

/// <summary>The bins of histograms: as narrow as a millisecond up to 127 ms, and from there on 64 for each doubling.</summary>
/// <remarks>So a bin is never wider than 1/64 of what it holds, and its middle never further off than 1/128
/// (<see cref="DurationFigures.LargestError"/>). Stored histograms count in these bins: they cannot be changed without building those anew.</remarks>
internal static class DurationBuckets
{
    /// <summary>The longest duration, in milliseconds: 24 days. What is longer counts as this long.</summary>
    public const int Longest = int.MaxValue;

    /// <summary>How many bins there are.</summary>
    public const int Count = (24 << Bits) + (2 << Bits);

    private const int Bits = 6;

    /// <summary>Gives the bin of a duration.</summary>
    /// <param name="milliseconds">The duration, from 0.</param>
    /// <returns>The bin's number, from 0.</returns>
    public static int Of(int milliseconds)
    {
        if (milliseconds < 2 << Bits) return milliseconds;
        var shift = BitOperations.Log2((uint)milliseconds) - Bits;
        return (shift << Bits) + (milliseconds >> shift);
    }

    /// <summary>Gives the shortest duration in a bin.</summary>
    /// <param name="bucket">The bin's number.</param>
    /// <returns>Milliseconds.</returns>
    public static long Lowest(int bucket)
    {
        if (bucket < 2 << Bits) return bucket;
        var shift = (bucket >> Bits) - 1;
        return (long)((bucket & ((1 << Bits) - 1)) + (1 << Bits)) << shift;
    }

    /// <summary>Gives the duration that stands for all in a bin.</summary>
    /// <param name="bucket">The bin's number.</param>
    /// <returns>Milliseconds.</returns>
    public static long Middle(int bucket) => (Lowest(bucket) + Lowest(bucket + 1) - 1) / 2;
}
