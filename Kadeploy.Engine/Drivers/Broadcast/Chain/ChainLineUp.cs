namespace Kadeploy.Engine.Drivers.Broadcast.Chain;

/// <summary>Decides when the members that have come are lined up, and where those stand that come later. Belongs to its run, under the run's lock.</summary>
/// <param name="lines">The members of each chain in their order.</param>
/// <param name="options">How the broadcast goes.</param>
/// <param name="time">The clock.</param>
internal sealed class ChainLineUp(IReadOnlyList<IReadOnlyList<ChainMember>> lines, ChainOptions options, TimeProvider time)
{
    // Nobody is waited for longer than this once others are there; agents answer within a tenth of a second.
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);
    private readonly HashSet<uint> _joined = [];
    private readonly HashSet<uint> _lost = [];
    private readonly int _expected = lines.Sum(static line => line.Count);
    private long _first;
    private long _last;

    /// <summary>Gets who gets blocks from whom; null before members are lined up.</summary>
    public ChainShape? Shape { get; private set; }

    /// <summary>Notes that a member has come.</summary>
    public void Joined(uint member)
    {
        _last = time.GetTimestamp();
        if (_joined.Count == 0) _first = _last;
        _joined.Add(member);
        _lost.Remove(member);
        if (Shape is { } shape && !shape.Contains(member)) shape.AddLate(member);
    }

    /// <summary>Notes that a member does not come, or not any more.</summary>
    public void Lose(uint member)
    {
        _lost.Add(member);
        if (Shape is { } shape && shape.Contains(member)) shape.Remove(member);
    }

    /// <summary>Lines members up when all have come that still can, or the others have waited long enough.</summary>
    public void FormWhenDue()
    {
        if (Shape is not null || _joined.Count == 0) return;
        var all = _joined.Count + _lost.Count(member => !_joined.Contains(member)) >= _expected;
        if (!all && time.GetElapsedTime(_last) < Quiet && time.GetElapsedTime(_first) < Longest) return;
        Shape = new(
            lines.Select(line => (IReadOnlyList<uint>)[.. line.Select(static member => member.Number).Where(number => _joined.Contains(number) && !_lost.Contains(number))])
                .Where(static line => line.Count > 0),
            Math.Max(1, options.Arity));
    }

    /// <summary>Says whether one of some members is neither late nor moved to the end.</summary>
    public bool HasMain(IEnumerable<uint> members) => Shape is { } shape && members.Any(member => shape.Contains(member) && !shape.IsAside(member) && !shape.IsLate(member));
}
