using System.Runtime.CompilerServices;
using Kadeploy.Engine.Statistics;

namespace Kadeploy.Engine.Stores.Sqlite.Log;

/// <summary>The durations of a group's steps.</summary>
/// <remarks>Durations are first collected in the order in which they come, and then given to the steps many at once: with thousands of groups, each look at a
/// tally would have to wait for the memory.</remarks>
/// <param name="steps">Above the highest number of a step.</param>
/// <param name="exact">Whether every duration is kept.</param>
internal sealed class StepTallies(int steps, bool exact)
{
    private const int MostCollected = 512;

    private DurationTally?[] _durations = [];
    private int[] _failed = [];
    private long[] _collected = new long[8]; // the step's number, and below it the duration
    private int _count;

    /// <summary>Adds the durations of a row.</summary>
    /// <param name="durations">The durations as on disk.</param>
    /// <param name="wanted">The steps that count, by number.</param>
    public void Add(ReadOnlySpan<byte> durations, bool[] wanted)
    {
        MakeRoom(durations.Length / 2); // each takes two bytes or more
        var (collected, count, at) = (_collected, _count, 0);
        while (at < durations.Length)
        {
            var step = Number(durations, ref at);
            var milliseconds = Number(durations, ref at);
            if ((uint)(step >> 1) >= (uint)wanted.Length || !wanted[step >> 1]) continue;
            if ((step & 1) == 0) collected[count++] = ((long)(step >> 1) << 32) | (uint)milliseconds;
            else Fail(step >> 1);
        }

        _count = count;
    }

    /// <summary>Adds a duration.</summary>
    /// <param name="step">The step's number.</param>
    /// <param name="milliseconds">The duration.</param>
    public void Add(int step, int milliseconds)
    {
        MakeRoom(1);
        _collected[_count++] = ((long)step << 32) | (uint)milliseconds;
    }

    /// <summary>Adds a histogram.</summary>
    /// <param name="step">The step's number.</param>
    /// <param name="failed">How many attempts failed.</param>
    /// <param name="count">As in <see cref="DurationTally.Add(long, long, int, int, ReadOnlySpan{BinCount})"/>.</param>
    /// <param name="total">As there.</param>
    /// <param name="minimum">As there.</param>
    /// <param name="maximum">As there.</param>
    /// <param name="bins">As there.</param>
    public void Add(int step, long failed, long count, long total, int minimum, int maximum, ReadOnlySpan<BinCount> bins)
    {
        Of(step).Add(count, total, minimum, maximum, bins);
        _failed[step] += (int)failed;
    }

    /// <summary>Adds what was counted of other rows.</summary>
    /// <param name="others">The tallies, which must not be used any more.</param>
    public void Add(StepTallies others)
    {
        Distribute();
        others.Distribute();
        if (others._durations.Length == 0) return;
        if (_durations.Length == 0)
        {
            (_durations, _failed) = (others._durations, others._failed);
            return;
        }

        for (var step = 0; step < _durations.Length; step++)
        {
            _failed[step] += others._failed[step];
            if (others._durations[step] is not { } theirs) continue;
            if (_durations[step] is { } mine) mine.Add(theirs);
            else _durations[step] = theirs;
        }
    }

    /// <summary>Gives all steps that were attempted.</summary>
    /// <returns>Their numbers, how often they failed, and what the others took.</returns>
    public IEnumerable<(int Step, long Failed, DurationTally Durations)> All()
    {
        Distribute();
        _collected = [];
        for (var step = 0; step < _durations.Length; step++)
            if (_durations[step] is { } durations) yield return (step, _failed[step], durations);
    }

    // Most steps take one byte.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Number(ReadOnlySpan<byte> bytes, ref int at)
    {
        if (at < bytes.Length && bytes[at] < 0x80) return bytes[at++];
        return LongNumber(bytes, ref at);
    }

    private static int LongNumber(ReadOnlySpan<byte> bytes, ref int at)
    {
        var (value, shift) = (0, 0);
        while (at < bytes.Length)
        {
            var part = bytes[at++];
            value |= (part & 0x7F) << shift;
            if (part < 0x80) return value;
            shift += 7;
        }

        throw new FormatException("numbers in the log are cut off");
    }

    private void MakeRoom(int more)
    {
        if (_count + more <= _collected.Length) return;
        if (_count >= MostCollected / 2) Distribute();
        if (_count + more > _collected.Length) Array.Resize(ref _collected, Math.Max(_count + more, _collected.Length * 2));
    }

    private void Distribute()
    {
        foreach (var each in _collected.AsSpan(0, _count)) Of((int)(each >> 32)).Add((int)each);
        _count = 0;
    }

    private DurationTally Of(int step)
    {
        if (_durations.Length == 0) (_durations, _failed) = (new DurationTally?[steps], new int[steps]);
        return _durations[step] ??= new(exact);
    }

    private void Fail(int step)
    {
        Of(step); // a step is told of even when every attempt failed
        _failed[step]++;
    }
}
