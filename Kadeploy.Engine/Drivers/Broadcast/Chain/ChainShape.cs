using Kadeploy.Protocol.Broadcast;

namespace Kadeploy.Engine.Drivers.Broadcast.Chain;

/// <summary>Who gets blocks from whom. It knows no network and no clock.</summary>
/// <remarks>Every member has one parent, at last the server; a member that is passed by goes to the end and is nobody's parent any more.</remarks>
internal sealed class ChainShape
{
    private readonly Dictionary<uint, uint> _parents = [];
    private readonly List<List<uint>> _lines = [];
    private readonly HashSet<uint> _aside = [];
    private readonly HashSet<uint> _late = [];
    private uint _lastLate;

    /// <summary>Makes the shape.</summary>
    /// <param name="lines">The members of each chain in their order.</param>
    /// <param name="arity">How many children a member has at most.</param>
    public ChainShape(IEnumerable<IReadOnlyList<uint>> lines, int arity)
    {
        foreach (var line in lines)
        {
            var members = line.ToList();
            _lines.Add(members);
            for (var i = 0; i < members.Count; i++) _parents[members[i]] = i == 0 ? ChainWire.Server : members[(i - 1) / arity];
        }
    }

    /// <summary>Gets the members.</summary>
    public IEnumerable<uint> Members => _parents.Keys;

    /// <summary>Says whether a member was moved to the end.</summary>
    public bool IsAside(uint member) => _aside.Contains(member);

    /// <summary>Says whether a member came when others were under way.</summary>
    public bool IsLate(uint member) => _late.Contains(member);

    /// <summary>Says whether a member takes part.</summary>
    public bool Contains(uint member) => _parents.ContainsKey(member);

    /// <summary>Gives a member's source.</summary>
    public uint ParentOf(uint member) => _parents[member];

    /// <summary>Gives the members whose source a member is.</summary>
    public IEnumerable<uint> ChildrenOf(uint member) => _parents.Where(each => each.Value == member).Select(static each => each.Key);

    /// <summary>Gives a member's sources, nearest first, without the server.</summary>
    public List<uint> SourcesOf(uint member)
    {
        var sources = new List<uint>();
        for (var at = _parents[member]; at != ChainWire.Server && sources.Count < ChainWire.MostSources; at = _parents[at]) sources.Add(at);
        return sources;
    }

    /// <summary>Gives a member's place: the number of members between it and the server, itself included.</summary>
    public int PlaceOf(uint member)
    {
        var place = 1;
        for (var at = _parents[member]; at != ChainWire.Server; at = _parents[at]) place++;
        return place;
    }

    /// <summary>Moves a member to the end: its children get its parent.</summary>
    public void SetAside(uint member)
    {
        if (!_parents.TryGetValue(member, out var parent) || !_aside.Add(member)) return;
        foreach (var child in ChildrenOf(member).ToArray()) _parents[child] = parent;
        if (_lastLate == member) _lastLate = 0;
        _late.Remove(member);
        var line = _lines.Find(each => each.Remove(member));
        _parents[member] = line is { Count: > 0 } ? line[^1] : ChainWire.Server;
    }

    /// <summary>Takes a member out that will not come back.</summary>
    public void Remove(uint member)
    {
        SetAside(member);
        // It may have become the end of a line itself meanwhile.
        foreach (var child in ChildrenOf(member).ToArray()) _parents[child] = _parents[member];
        _parents.Remove(member);
        _aside.Remove(member);
    }

    /// <summary>Adds a member that comes late: behind those that came late before it, else at the end of the shortest line.</summary>
    public void AddLate(uint member)
    {
        if (_parents.ContainsKey(member)) return;
        _parents[member] = _lastLate != 0 ? _lastLate : _lines.Where(static line => line.Count > 0).OrderBy(static line => line.Count).FirstOrDefault() is { } line ? line[^1] : ChainWire.Server;
        _late.Add(member);
        _lastLate = member;
    }

    /// <summary>Says whether a member stands where the chains proper end: it was moved there, or is the first of those that came late.</summary>
    public bool IsBehind(uint member) => _aside.Contains(member) || (_late.Contains(member) && !_late.Contains(_parents[member]));
}
