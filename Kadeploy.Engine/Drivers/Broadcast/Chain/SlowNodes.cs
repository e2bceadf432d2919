namespace Kadeploy.Engine.Drivers.Broadcast.Chain;

/// <summary>Finds members that deliver markedly less than they could get. It knows no network; time is handed in.</summary>
/// <remarks>
/// For each member it keeps a debt: what it fell behind that part of its source's progress which it should at least keep up with. A pause that is made up for
/// leaves none. A member is slow when the debt is a matter of time and memory, not of a moment, and it stays slow for a moment longer. That is only judged of members that say
/// regularly where they are and do not wait for a processor; of others only what they do in some seconds counts.
/// </remarks>
/// <param name="threshold">The part of its source's speed that a member has to keep up with, from 0 to 1; 0 finds nobody slow.</param>
internal sealed class SlowNodes(double threshold)
{
    private const long LeastDebt = 1024 * 1024;
    private const int MostLate = 12;
    private static readonly TimeSpan DebtTime = TimeSpan.FromMilliseconds(80);
    private static readonly TimeSpan GapTime = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Regular = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan While = TimeSpan.FromSeconds(3);
    private readonly Dictionary<uint, Track> _tracks = [];

    /// <summary>Notes where a member says that it is.</summary>
    /// <param name="member">The member.</param>
    /// <param name="bytes">How many bytes it has from the beginning on.</param>
    /// <param name="lateMilliseconds">For how long it got no processor since the note before.</param>
    /// <param name="source">Its source; 0 is the server.</param>
    /// <param name="now">The time since the broadcast began.</param>
    public void Note(uint member, long bytes, int lateMilliseconds, uint source, TimeSpan now)
    {
        var own = TrackOf(member);
        var above = source == 0 ? null : TrackOf(source);
        if (own.Source != source) (own.Source, own.SourceBytes, own.Debt, own.Since) = (source, above?.Bytes ?? 0, 0, null);
        var step = bytes - own.Bytes;
        own.Note(bytes, lateMilliseconds > MostLate, now);
        if (above is null) return;
        own.Debt = Math.Max(0, own.Debt + (long)(threshold * (above.Bytes - own.SourceBytes)) - step);
        own.SourceBytes = above.Bytes;
    }

    /// <summary>Says whether a member is slow.</summary>
    /// <param name="member">The member.</param>
    /// <param name="ringBytes">How much memory its source has for what it has not got yet.</param>
    /// <param name="now">The time since the broadcast began.</param>
    public bool IsSlow(uint member, long ringBytes, TimeSpan now)
    {
        if (threshold <= 0 || !_tracks.TryGetValue(member, out var own) || !_tracks.TryGetValue(own.Source, out var above)) return false;
        var gap = above.Bytes - own.Bytes;
        var most = Math.Clamp((long)(above.Best * DebtTime.TotalSeconds), LeastDebt, Math.Max(LeastDebt, ringBytes / 4));
        if (own.Debt < most) own.Since = null;
        else own.Since ??= (now, own.Bytes);
        if (own.Since is not { } since) return false;
        if (gap < Math.Min(ringBytes / 2, above.Best * GapTime.TotalSeconds)) return false;
        var waited = now - since.At;
        var patience = IsRegular(own, now) && IsRegular(above, now) ? Moment : While;
        if (waited < patience || (patience == While && gap < ringBytes / 4)) return false;
        return (own.Bytes - since.Bytes) / waited.TotalSeconds < threshold * above.Best;
    }

    /// <summary>Gives how fast a member has been lately, in bytes a second.</summary>
    public double RateOf(uint member) => _tracks.TryGetValue(member, out var track) ? track.Rate : 0;

    /// <summary>Says whether a member says regularly where it is, and does not wait for a processor.</summary>
    public bool IsRegular(uint member, TimeSpan now) => _tracks.TryGetValue(member, out var track) && IsRegular(track, now);

    private static bool IsRegular(Track track, TimeSpan now) => now - track.At < Regular && now - track.IrregularAt > Regular + Regular;

    private Track TrackOf(uint member)
    {
        if (!_tracks.TryGetValue(member, out var track)) _tracks[member] = track = new();
        return track;
    }

    private sealed class Track
    {
        private static readonly TimeSpan Memory = TimeSpan.FromSeconds(1);
        private readonly Queue<(TimeSpan At, long Bytes)> _past = new();

        public long Bytes { get; private set; }

        public TimeSpan At { get; private set; }

        /// <summary>Gets when it last was silent for long, or waited for a processor.</summary>
        public TimeSpan IrregularAt { get; private set; } = -Memory;

        /// <summary>Gets the rate of the last second.</summary>
        public double Rate { get; private set; }

        /// <summary>Gets the best rate over about a second so far, which fades slowly.</summary>
        public double Best { get; private set; }

        public uint Source { get; set; }

        public long SourceBytes { get; set; }

        public long Debt { get; set; }

        public (TimeSpan At, long Bytes)? Since { get; set; }

        public void Note(long bytes, bool isLate, TimeSpan now)
        {
            if (isLate || (At > TimeSpan.Zero && now - At > Regular)) IrregularAt = now;
            (Bytes, At) = (bytes, now);
            _past.Enqueue((now, bytes));
            while (_past.Count > 2 && now - _past.Peek().At > Memory) _past.Dequeue();
            var (at, then) = _past.Peek();
            // The first moments tell little.
            if (now - at < Moment) return;
            Rate = (bytes - then) / (now - at).TotalSeconds;
            Best = Math.Max(Rate, Best * 0.99);
        }
    }
}
