namespace Kadeploy.Engine.Time;

/// <summary>Draws chance that is the same for ever: on every machine, in every version, in whatever order it is drawn.</summary>
/// <remarks>FNV-1a over the parts, mixed by the finaliser of SplitMix64 (Steele, Lea, Flood 2014). <see cref="Random"/> promises none of
/// this, and <see cref="HashCode"/> changes with each process. Changing a line here changes every simulated cluster: tests pin some values.
/// </remarks>
internal readonly struct StableHash
{
    private const ulong OffsetBasis = 0xCBF29CE484222325;
    private const ulong Prime = 0x100000001B3;

    private readonly ulong _state;

    private StableHash(ulong state) => _state = state;

    /// <summary>Begins with a seed.</summary>
    /// <param name="seed">Any number.</param>
    /// <returns>A hash to which parts are added.</returns>
    public static StableHash Of(int seed) => new StableHash(OffsetBasis).Add(seed);

    /// <summary>Adds a number.</summary>
    /// <param name="part">Any number.</param>
    /// <returns>The hash with the part.</returns>
    public StableHash Add(int part)
    {
        var state = _state;
        var rest = (uint)part;
        for (var i = 0; i < 4; i++, rest >>= 8) state = (state ^ (rest & 0xFF)) * Prime;
        return new(state);
    }

    /// <summary>Adds a text, with its end, so that "ab" and "c" differ from "a" and "bc".</summary>
    /// <param name="part">Any text.</param>
    /// <returns>The hash with the part.</returns>
    public StableHash Add(ReadOnlySpan<char> part)
    {
        var state = _state;
        foreach (var c in part)
        {
            state = (state ^ (byte)c) * Prime;
            state = (state ^ (byte)(c >> 8)) * Prime;
        }

        return new StableHash(state).Add(part.Length);
    }

    /// <summary>Gives all 64 bits.</summary>
    /// <returns>A number in which every part has changed every bit.</returns>
    public ulong ToBits()
    {
        var mixed = _state + 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>Gives a fraction.</summary>
    /// <returns>From 0 to just below 1, evenly.</returns>
    public double ToFraction() => (ToBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Gives an index.</summary>
    /// <param name="count">How many there are; at least 1.</param>
    /// <returns>From 0 to <paramref name="count"/> − 1, evenly.</returns>
    public int ToIndex(int count) => (int)Math.BigMul(ToBits(), (ulong)count, out _);
}
