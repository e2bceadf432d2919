using System.Net;
using Kadeploy.Agent.Linux;
using Kadeploy.Protocol.Broadcast;

namespace Kadeploy.Agent.Chain;

/// <summary>Keeps a source that delivers: goes past those that are dead, frozen or wrong, to the next one upstream and at last to the server.</summary>
/// <param name="settings">The broadcast.</param>
/// <param name="intake">Takes what comes.</param>
/// <param name="window">What is there.</param>
/// <param name="bypassed">Is told whom this node went past, and why.</param>
/// <param name="asked">Is told which member is asked for everything from the first missing block on.</param>
internal sealed class Upstream(ChainSettings settings, BlockIntake intake, BlockWindow window, Action<uint, BypassReason> bypassed, Action<uint> asked) : IDisposable
{
    // The server, which hears all nodes, finds silent ones in about a second; without it, a node waits a little longer before it judges alone.
    private const int ConnectMilliseconds = 1500;
    private const int SilenceMilliseconds = 2000;
    private const int ProbeMilliseconds = 700;
    private const int AvoidMilliseconds = 10_000;
    private const int RetryMilliseconds = 500;
    private const int HopelessMilliseconds = 30_000;
    private const int MostWrongBlocks = 8;
    private const int MostLate = 4;

    private readonly Dictionary<uint, long> _avoided = [];
    private List<(uint Member, IPEndPoint Address)> _targets = [];
    private SourceList? _list;
    private long _retryAt;
    private long _returnAt;
    private long _apartUntil;
    private long _aloneSince;
    private long _heard;

    /// <summary>Gets or sets for how long, in milliseconds, this node has lately got no processor: its neighbours may be as busy.</summary>
    public long Late { get; set; }

    /// <summary>Gets the source in use.</summary>
    public SourceLink? Current { get; private set; }

    /// <summary>Gets the source that is being called.</summary>
    public SourceLink? Candidate { get; private set; }

    /// <summary>Gets a value indicating whether this node is nobody's source for now.</summary>
    public bool IsAside => _list?.IsAside ?? false;

    /// <summary>Gets a value indicating whether this node is the source of others.</summary>
    public bool HasReaders => _list?.HasReaders ?? false;

    /// <summary>Gets since when it is, in milliseconds.</summary>
    public long HasReadersSince { get; private set; }

    /// <summary>Gets a value indicating whether no member could be reached for too long.</summary>
    public bool IsHopeless { get; private set; }

    /// <summary>Takes a list of sources.</summary>
    public void SetSources(SourceList list, long now)
    {
        if (_list is not null && list.Number <= _list.Number) return;
        if (list.HasReaders && !HasReaders) HasReadersSince = now;
        _list = list;
        _targets = [.. list.Members.Select(static each => (each.Number, Address(each))), .. settings.Servers.Select(static each => (ChainWire.Server, each))];
        if (window.Position == settings.Head.Blocks) return;
        var first = Next(0, now);
        Current?.SetAside(list.IsAside);
        // Members are still too far ahead to be of use.
        if (Current is { Member: ChainWire.Server, Failure: null } && now < _apartUntil) return;
        if (Current?.Member == _targets[first].Member)
        {
            Drop(Candidate);
            Candidate = null;
        }
        else if (Candidate?.Member != _targets[first].Member)
        {
            Call(first, now);
        }
    }

    /// <summary>Takes what the source has sent.</summary>
    /// <returns>Whether anything came.</returns>
    public bool Receive() => (Current?.Receive() ?? false) | (Candidate?.Receive() ?? false);

    /// <summary>Looks after the source.</summary>
    /// <param name="now">The time, in milliseconds.</param>
    /// <param name="isReading">Whether this node takes what comes; else the source is not to blame for silence.</param>
    public void Tend(long now, bool isReading)
    {
        // It fades in a few seconds.
        Late -= (Late + 31) / 32;
        if (_list is null) return;
        if (window.Position == settings.Head.Blocks)
        {
            Dispose();
            return;
        }

        TendCandidate(now);
        if (Current is { } current)
        {
            if (!isReading || current.IsPaused) current.Rest(now);
            if (Fault(current, now) is { } reason) Bypass(current, reason, now);
            else if (Candidate is null && _targets[Next(0, now)].Member != current.Member && now >= _returnAt) Return(now);
        }

        // A source that only opens connections, and sends nothing, is none.
        if (intake.Bytes != _heard || Current is { Failure: null } lasting && now - lasting.Began > AvoidMilliseconds) (_heard, _aloneSince) = (intake.Bytes, 0);
        if (Current is not null || Candidate is not null) return;
        if (_aloneSince == 0) _aloneSince = now;
        if (now - _aloneSince > HopelessMilliseconds) IsHopeless = true;
        else if (now >= _retryAt) Call(Next(0, now), now);
    }

    /// <summary>Goes to the server: what the source still has is too far ahead to be of use.</summary>
    public void GoToServer(long now)
    {
        _returnAt = _apartUntil = now + HopelessMilliseconds;
        // What it would still send comes from the server, too.
        Drop(Current);
        Current = null;
        if (Candidate?.Member != ChainWire.Server) Call(_targets.FindIndex(static each => each.Member == ChainWire.Server), now);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Drop(Current);
        Drop(Candidate);
        (Current, Candidate) = (null, null);
    }

    private static IPEndPoint Address(SourceMember member) =>
        IPAddress.TryParse(member.Address, out var address) ? new(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, member.Port)
            : throw new Protocol.ProtocolException("a source has no address");

    private void TendCandidate(long now)
    {
        if (Candidate is not { } candidate) return;
        if (candidate.IsOpen && candidate.Failure is null)
        {
            Drop(Current);
            (Current, Candidate) = (candidate, null);
            candidate.Want(new(window.Position, settings.Head.Blocks, false, IsAside));
            asked(candidate.Member);
        }
        else if (candidate.Failure is not null || now - candidate.Began > ConnectMilliseconds + (Late * MostLate))
        {
            Candidate = null;
            Bypass(candidate, BypassReason.Dead, now);
        }
    }

    private BypassReason? Fault(SourceLink source, long now)
    {
        if (source.IsLeaving) return BypassReason.Left;
        if (source.Failure is not null) return BypassReason.Dead;
        if (source.WrongBlocks > MostWrongBlocks && source.Member != ChainWire.Server) return BypassReason.Corrupt;
        if (now - source.LastHeard <= SilenceMilliseconds + (Late * MostLate)) return null;
        if (source.ProbedAt == 0) source.Probe();
        return now - source.ProbedAt > ProbeMilliseconds + (Late * MostLate) ? BypassReason.Frozen : null;
    }

    private void Bypass(SourceLink source, BypassReason reason, long now)
    {
        if (source.Failure is { } failure) Log.Write($"source {source.Member}: {failure}");
        var at = _targets.FindIndex(each => each.Member == source.Member);
        if (Current == source) Current = null;
        Drop(source);
        _returnAt = now + AvoidMilliseconds;
        _avoided[source.Member] = now + AvoidMilliseconds;
        if (source.Member != ChainWire.Server) bypassed(source.Member, reason);
        else _retryAt = now + RetryMilliseconds;
        if (Current is null && Candidate is null && now >= _retryAt) Call(Next(at + 1, now), now);
    }

    // The next one that is not known to be of no use; the server always is the last.
    private int Next(int from, long now)
    {
        for (var i = Math.Max(0, from); i < _targets.Count; i++)
            if (_targets[i].Member == ChainWire.Server || !_avoided.TryGetValue(_targets[i].Member, out var until) || now >= until) return i;
        return _targets.Count - 1;
    }

    // Who was passed by may be well again, and its own source serves two until then.
    private void Return(long now)
    {
        _returnAt = now + AvoidMilliseconds;
        Call(Next(0, now), now);
    }

    private void Call(int target, long now)
    {
        Drop(Candidate);
        Candidate = null;
        var socket = Sockets.Connect(_targets[target].Address);
        if (socket < 0) _retryAt = now + RetryMilliseconds;
        else Candidate = new(socket, settings, _targets[target].Member, intake);
    }

    private static void Drop(SourceLink? link)
    {
        link?.Abandon();
        link?.Dispose();
    }
}
