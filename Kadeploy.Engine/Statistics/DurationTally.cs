using System.Collections.Immutable;

namespace Kadeploy.Engine.Statistics;

/// <summary>Durations, counted.</summary>
/// <remarks>An exact tally keeps every duration. Another keeps the bins of the first hundred or so, then a count for each bin between the shortest and
/// the longest: 256 bytes for few durations, a few hundred to 7,000 for however many. Not safe for use by several threads at once.</remarks>
/// <param name="exact">Whether every duration is kept.</param>
internal sealed class DurationTally(bool exact)
{
    private const int FewBins = 128;
    private const int Slack = 16;

    private readonly bool _exact = exact;
    private int[] _values = []; // exact: the durations
    private ushort[] _bins = []; // few: their bins
    private int[]? _counts; // many: counts of the bins from _first on
    private int _first;
    private long _total;

    /// <summary>Gets how many durations there are.</summary>
    public long Count { get; private set; }

    /// <summary>Gets their sum in milliseconds.</summary>
    public long Total => _total;

    /// <summary>Gets the shortest in milliseconds.</summary>
    public int Minimum { get; private set; } = int.MaxValue;

    /// <summary>Gets the longest in milliseconds.</summary>
    public int Maximum { get; private set; }

    /// <summary>Counts a duration.</summary>
    /// <param name="milliseconds">The duration, from 0.</param>
    public void Add(int milliseconds)
    {
        if (milliseconds < Minimum) Minimum = milliseconds;
        if (milliseconds > Maximum) Maximum = milliseconds;
        _total += milliseconds;
        if (_exact)
        {
            if (Count == _values.Length) Array.Resize(ref _values, Math.Max(16, _values.Length * 2));
            _values[Count++] = milliseconds;
        }
        else
        {
            AddBin(DurationBuckets.Of(milliseconds));
        }
    }

    /// <summary>Adds what was counted elsewhere.</summary>
    /// <param name="count">How many durations; 0 adds nothing.</param>
    /// <param name="total">Their sum.</param>
    /// <param name="minimum">The shortest.</param>
    /// <param name="maximum">The longest.</param>
    /// <param name="bins">How many are in which bin.</param>
    /// <exception cref="InvalidOperationException">This tally keeps every duration.</exception>
    public void Add(long count, long total, int minimum, int maximum, ReadOnlySpan<BinCount> bins)
    {
        if (_exact) throw new InvalidOperationException("an exact tally takes durations only");
        if (count == 0) return;
        Minimum = Math.Min(Minimum, minimum);
        Maximum = Math.Max(Maximum, maximum);
        _total += total;
        if (_counts is null) Spread(bins[0].Bin);
        Count += count;
        foreach (var (bin, several) in bins)
        {
            MakeRoom(bin);
            _counts![bin - _first] += (int)several;
        }
    }

    /// <summary>Adds what another tally counted.</summary>
    /// <param name="other">The other.</param>
    /// <exception cref="InvalidOperationException">One of them keeps every duration.</exception>
    public void Add(DurationTally other)
    {
        if (_exact || other._exact) throw new InvalidOperationException("exact tallies are not added up");
        if (other._counts is { } counts)
        {
            if (_counts is null) Spread(other._first);
            MakeRoom(other._first);
            MakeRoom(other._first + counts.Length - 1);
            var mine = _counts.AsSpan(other._first - _first, counts.Length);
            for (var i = 0; i < counts.Length; i++) mine[i] += counts[i];
            Count += other.Count;
        }
        else
        {
            foreach (var bin in other._bins.AsSpan(0, (int)other.Count)) AddBin(bin);
        }

        Minimum = Math.Min(Minimum, other.Minimum);
        Maximum = Math.Max(Maximum, other.Maximum);
        _total += other._total;
    }

    /// <summary>Gives the bins that hold something.</summary>
    /// <returns>Their numbers, rising, with their counts.</returns>
    public List<BinCount> Bins()
    {
        var bins = new List<BinCount>();
        if (_counts is null && _exact)
        {
            foreach (var value in Sorted()) Append(DurationBuckets.Of(value));
        }
        else if (_counts is null)
        {
            var sorted = _bins.AsSpan(0, (int)Count).ToArray();
            Array.Sort(sorted);
            foreach (var bin in sorted) Append(bin);
        }
        else
        {
            for (var i = 0; i < _counts.Length; i++)
                if (_counts[i] > 0) bins.Add(new(_first + i, _counts[i]));
        }

        return bins;

        void Append(int bin)
        {
            if (bins is [.., var last] && last.Bin == bin) bins[^1] = last with { Count = last.Count + 1 };
            else bins.Add(new(bin, 1));
        }
    }

    /// <summary>Works out the figures.</summary>
    /// <param name="histogram">Whether with the histogram.</param>
    /// <returns>The figures; null when there is no duration.</returns>
    public DurationFigures? Figures(bool histogram = false)
    {
        if (Count == 0) return null;
        var ranks = RanksOf();
        var (low, high) = MedianRanks(Count);
        return new()
        {
            Count = Count,
            Minimum = Span(Minimum),
            Maximum = Span(Maximum),
            Mean = TimeSpan.FromTicks((long)Math.Round((double)_total / Count * TimeSpan.TicksPerMillisecond)),
            P50 = Span(ranks.At(RankOf(50, Count))),
            P90 = Span(ranks.At(RankOf(90, Count))),
            P95 = Span(ranks.At(RankOf(95, Count))),
            P99 = Span(ranks.At(RankOf(99, Count))),
            MedianConfidence = new(Span(ranks.At(low)), Span(ranks.At(high))),
            Error = _exact ? 0 : DurationFigures.LargestError,
            Histogram = histogram
                ? [.. Bins().Select(static bin => new DurationBin(Span(DurationBuckets.Lowest(bin.Bin)), Span(DurationBuckets.Lowest(bin.Bin + 1)), bin.Count))]
                : [],
        };
    }

    /// <summary>Works out the median alone.</summary>
    /// <returns>The median; zero when there is no duration.</returns>
    public TimeSpan Median() => Count == 0 ? TimeSpan.Zero : Span(RanksOf().At(RankOf(50, Count)));

    /// <summary>Gives the durations at several places of the order.</summary>
    /// <param name="count">How many places, evenly spread: the middles of so many equal parts.</param>
    /// <returns>The durations, shortest first.</returns>
    public ImmutableArray<TimeSpan> Quantiles(int count)
    {
        var ranks = RanksOf();
        return [.. Enumerable.Range(0, count).Select(i => Span(ranks.At(Math.Clamp((long)Math.Ceiling((i + 0.5) / count * Count), 1, Count))))];
    }

    /// <summary>Gives the nearest rank of a percentile.</summary>
    /// <param name="percent">From 1 to 100.</param>
    /// <param name="count">How many there are.</param>
    /// <returns>The rank, from 1.</returns>
    internal static long RankOf(int percent, long count) => Math.Max(1, ((count * percent) + 99) / 100);

    /// <summary>Gives the ranks between which the true median lies with 95 % confidence, by the normal approximation of the binomial distribution.</summary>
    /// <param name="count">How many there are.</param>
    /// <returns>Two ranks, from 1.</returns>
    internal static (long Low, long High) MedianRanks(long count)
    {
        if (count < 6) return (1, count); // even the widest interval has less confidence
        var reach = 1.959964 * Math.Sqrt(count) / 2;
        var low = Math.Clamp((long)Math.Floor((count / 2.0) - reach), 1, count);
        return (low, count + 1 - low);
    }

    private static TimeSpan Span(long milliseconds) => TimeSpan.FromTicks(milliseconds * TimeSpan.TicksPerMillisecond);

    private int[] Sorted()
    {
        var sorted = _values.AsSpan(0, (int)Count).ToArray();
        Array.Sort(sorted);
        return sorted;
    }

    private void Spread(int bin)
    {
        var (lowest, highest) = (bin, bin);
        var few = _bins.AsSpan(0, (int)Math.Min(Count, Math.Min(FewBins, _bins.Length)));
        foreach (var each in few) (lowest, highest) = (Math.Min(lowest, each), Math.Max(highest, each));
        _first = Math.Max(0, lowest - Slack);
        _counts = new int[Math.Min(DurationBuckets.Count, highest + Slack) - _first + 1];
        foreach (var each in few) _counts[each - _first]++;
        _bins = [];
    }

    private void AddBin(int bin)
    {
        var index = (int)Count++;
        if (_counts is null && index < FewBins)
        {
            if (index == _bins.Length) Array.Resize(ref _bins, Math.Max(8, _bins.Length * 4));
            _bins[index] = (ushort)bin;
            return;
        }

        if (_counts is null) Spread(bin);
        MakeRoom(bin);
        _counts![bin - _first]++;
    }

    private void MakeRoom(int bin)
    {
        if ((uint)(bin - _first) < (uint)_counts!.Length) return;
        var first = Math.Max(0, Math.Min(_first, bin - Slack));
        var last = Math.Min(DurationBuckets.Count, Math.Max(_first + _counts.Length - 1, bin + Slack));
        var wider = new int[last - first + 1];
        _counts.CopyTo(wider, _first - first);
        (_counts, _first) = (wider, first);
    }

    private Ranks RanksOf() => _counts is not null ? new([], _counts, _first, Minimum, Maximum) : new(_exact ? Sorted() : SortedMiddles(), [], 0, Minimum, Maximum);

    private int[] SortedMiddles()
    {
        var middles = new int[Count];
        var few = _bins.AsSpan(0, (int)Count).ToArray();
        Array.Sort(few);
        for (var i = 0; i < middles.Length; i++) middles[i] = (int)Math.Clamp(DurationBuckets.Middle(few[i]), Minimum, Maximum);
        return middles;
    }

    /// <summary>Finds durations by their place in the order.</summary>
    private readonly struct Ranks(int[] sorted, int[] counts, int first, int minimum, int maximum)
    {
        public long At(long rank)
        {
            if (sorted.Length > 0) return sorted[rank - 1];
            for (var i = 0; i < counts.Length; i++)
            {
                rank -= counts[i];
                if (rank <= 0) return Math.Clamp(DurationBuckets.Middle(first + i), minimum, maximum);
            }

            return maximum;
        }
    }
}

/// <summary>How many durations a bin holds.</summary>
/// <param name="Bin">The bin's number.</param>
/// <param name="Count">How many.</param>
internal readonly record struct BinCount(int Bin, long Count);
