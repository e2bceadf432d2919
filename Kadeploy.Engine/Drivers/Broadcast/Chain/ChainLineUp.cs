namespace Kadeploy.Engine.Drivers.Broadcast.Chain;

/// <summary>Decides when the members that have come are lined up, and where those stand that come later. Belongs to its run, under the run's lock.</summary>
/// <param name="lines">The members of each chain in their order.</param>
/// <param name="options">How the broadcast goes.</param>
/// <param name="time">The clock.</param>
internal sealed class ChainLineUp(IReadOnlyList<IReadOnlyList<ChainMember>> lines, ChainOptions options, TimeProvider time)
{
    private const int LongestWait = 10;
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
        if (!all && time.GetElapsedTime(_last) < options.Patience && time.GetElapsedTime(_first) < options.Patience * LongestWait) return;
        Shape = new(
            lines.Select(line => (IReadOnlyList<uint>)[.. line.Select(static member => member.Number).Where(number => _joined.Contains(number) && !_lost.Contains(number))])
                .Where(static line => line.Count > 0),
            Math.Max(1, options.Arity));
    }
}
