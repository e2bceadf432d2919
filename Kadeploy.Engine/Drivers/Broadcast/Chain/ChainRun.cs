using System.Net;
using Kadeploy.Engine.Drivers.Files;
using Kadeploy.Protocol;
using Kadeploy.Protocol.Broadcast;
using Microsoft.Win32.SafeHandles;

namespace Kadeploy.Engine.Drivers.Broadcast.Chain;

/// <summary>One broadcast, from the call of its first member to the end of the last one.</summary>
internal sealed class ChainRun : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<uint, ChainMember> _members = [];
    private readonly ChainLineUp _lineUp;
    private readonly ChainServer _server;
    private readonly SafeFileHandle _file;
    private readonly RateLimit _limit;
    private readonly RateLimit _leftovers;
    private readonly ChainWatch _watch;
    private long _mainBytes;
    private long _mainTold;
    private double _mainRate;

    /// <summary>Prepares a broadcast; nobody is let in before <see cref="ChainServer.Open"/>.</summary>
    /// <param name="server">Where members call.</param>
    /// <param name="image">The image's file.</param>
    /// <param name="manifest">Its manifest.</param>
    /// <param name="lines">The nodes of each chain in their order, with their numbers.</param>
    /// <param name="options">How it goes.</param>
    /// <param name="time">The clock.</param>
    public ChainRun(ChainServer server, string image, ImageManifest manifest, IReadOnlyList<IReadOnlyList<ChainMember>> lines, ChainOptions options, TimeProvider time)
    {
        (_server, Manifest, Options, Time) = (server, manifest, options, time);
        Id = Convert.ToHexStringLower(global::System.Security.Cryptography.RandomNumberGenerator.GetBytes(ChainWire.RunLength));
        Key = global::System.Security.Cryptography.RandomNumberGenerator.GetBytes(ChainWire.KeyLength);
        _file = File.OpenHandle(image, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan);
        foreach (var member in lines.SelectMany(static line => line)) _members[member.Number] = member;
        _limit = new(() => options.BytesPerSecond, time);
        _leftovers = new(() => HasMainLinks ? (long)Math.Max(64 * 1024, _mainRate / 50) : 0, time);
        _lineUp = new(lines, options, time);
        _watch = new(this, _members, _lineUp, _gate, time);
    }

    /// <summary>Gets the broadcast's identifier, as hexadecimal digits.</summary>
    public string Id { get; }

    /// <summary>Gets the key of the operation, which only its members know.</summary>
    public ReadOnlyMemory<byte> Key { get; }

    /// <summary>Gets the image.</summary>
    public ImageManifest Manifest { get; }

    /// <summary>Gets how it goes.</summary>
    public ChainOptions Options { get; }

    /// <summary>Gets or sets a value indicating whether nodes compare digests; only measurements do without.</summary>
    public bool Verifies { get; init; } = true;

    /// <summary>Gets the clock.</summary>
    public TimeProvider Time { get; }

    /// <summary>Gets what became of it so far.</summary>
    public ChainTally Tally => _watch.Tally;

    /// <summary>Gets a value indicating whether members of the chains proper still need the server's time.</summary>
    public bool HasMainLinks
    {
        get
        {
            lock (_gate) return _watch.HasMain();
        }
    }

    /// <summary>Makes what encrypts blocks, for one sender: two must not use the same one at once.</summary>
    /// <returns>Null when blocks go in clear.</returns>
    public BlockSeal? MakeSeal() => Options.IsSealed ? new(Key.Span, Manifest.Head.Root()) : null;

    /// <summary>Gives the lines by which a node's agent joins.</summary>
    /// <param name="member">The node.</param>
    /// <returns>Lines for its standard input; they hold the key.</returns>
    public string LinesFor(ChainMember member)
    {
        var host = _server.Host.Contains(':', StringComparison.Ordinal) ? $"[{_server.Host}]" : _server.Host;
        return FormattableString.Invariant(
            $"""
            chain={host}:{_server.EndPoint.Port}
            run={Id}
            key={Convert.ToHexStringLower(Key.Span)}
            node={member.Number}
            head={Convert.ToBase64String(Manifest.Head.Bytes.Span)}
            ring={Options.RingBytes}
            rate={Options.NodeBytesPerSecond}
            port={Options.NodePort}
            sealed={(Options.IsSealed ? 1 : 0)}
            verify={(Verifies ? 1 : 0)}

            """);
    }

    /// <summary>Watches over the broadcast until the token fires: lines members up, finds slow ones, tells progress.</summary>
    /// <param name="progress">Is told how far all are, about once a second; must not wait.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task WatchAsync(Action<BroadcastProgress> progress, CancellationToken cancellationToken) => _watch.RunAsync(progress, cancellationToken);

    /// <summary>Notes that nothing more is expected of a node: its part has ended, well or not.</summary>
    public void Ended(ChainMember member, bool isDone)
    {
        lock (_gate)
        {
            member.HasEnded = true;
            member.IsDone |= isDone;
            // It may reboot now: nobody is to look for it any more.
            _lineUp.Lose(member.Number);
        }
    }

    /// <summary>Serves a member that has called.</summary>
    public async Task ServeAsync(ChainLink link, CancellationToken cancellationToken)
    {
        ChainMember member;
        lock (_gate)
        {
            if (!_members.TryGetValue(link.Call.Caller, out member!)) return;
        }

        if (link.Call.Role == LinkRole.Control)
        {
            await TalkAsync(link, member, cancellationToken).ConfigureAwait(false);
            return;
        }

        using var sender = new BlockSender(link, this, _file);
        await sender.RunAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Says how long to wait before bytes are sent.</summary>
    /// <param name="bytes">How many.</param>
    /// <param name="isLeftover">Whether they are for a member that gets what others leave.</param>
    public TimeSpan Pay(int bytes, bool isLeftover)
    {
        var wait = _limit.Take(bytes);
        var shared = _server.Limit.Take(bytes);
        if (shared > wait) wait = shared;
        var left = isLeftover ? _leftovers.Take(bytes) : TimeSpan.Zero;
        return left > wait ? left : wait;
    }

    /// <summary>Notes what was sent.</summary>
    public void Sent(int bytes, bool isMain)
    {
        _watch.Tally.AddSent(bytes);
        if (isMain) Interlocked.Add(ref _mainBytes, bytes);
    }

    /// <summary>Measures how fast the chains proper are served; to be called in even intervals.</summary>
    public void Measure(TimeSpan interval)
    {
        var bytes = Interlocked.Read(ref _mainBytes);
        _mainRate = (0.7 * _mainRate) + (0.3 * (bytes - _mainTold) / interval.TotalSeconds);
        _mainTold = bytes;
    }

    /// <summary>Says how it went.</summary>
    /// <param name="done">How many nodes have the image.</param>
    /// <param name="duration">How long it took.</param>
    public BroadcastSummary Summarize(int done, TimeSpan duration)
    {
        lock (_gate)
        {
            var rate = (long)(Manifest.Head.Length / Math.Max(0.001, duration.TotalSeconds));
            var links = _members.Values.Where(static member => member.LinkMegabits > 0).Select(static member => (double)member.LinkMegabits).ToArray();
            return new(Manifest.Head.Length, done, duration)
            {
                RootDigest = Manifest.Root,
                BytesPerSecond = rate,
                LinkShare = links.Length == 0 ? null : Math.Min(1, rate * 8 / (links.Min() * 1_000_000)),
                ServerBytes = Tally.SentBytes,
                ResentBytes = _members.Values.Sum(static member => member.Report.Resent),
                Bypasses = Tally.Bypasses,
                Wrong = Tally.Wrong,
            };
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _watch.Dispose();
        _file.Dispose();
    }

    private async Task TalkAsync(ChainLink link, ChainMember member, CancellationToken cancellationToken)
    {
        var (head, content) = await link.ReadAsync(LinkSide.Node, cancellationToken).ConfigureAwait(false);
        if (head.Type != LinkFrame.Join) throw new ProtocolException("a member did not join first");
        var joining = Joining.Parse(content.Span);
        lock (_gate)
        {
            member.Control?.Dispose();
            (member.Control, member.LostAt) = (link, null);
            (member.Address, member.LinkMegabits, member.RingBytes) = (new IPEndPoint(link.Address, joining.Port), joining.LinkMegabits, joining.RingBytes);
            (member.Sources, member.HeardAt) = (null, Time.GetTimestamp());
            _lineUp.Joined(member.Number);
        }

        _watch.Wake();
        try
        {
            while (true)
            {
                (head, content) = await link.ReadAsync(LinkSide.Node, cancellationToken).ConfigureAwait(false);
                lock (_gate) Take(member, head, content.Span);
            }
        }
        finally
        {
            lock (_gate)
            {
                if (member.Control == link) (member.Control, member.LostAt) = (null, Time.GetTimestamp());
            }

            _watch.Wake();
        }
    }

    private void Take(ChainMember member, LinkHeader head, ReadOnlySpan<byte> content)
    {
        member.HeardAt = Time.GetTimestamp();
        switch (head.Type)
        {
            case LinkFrame.Report:
                member.Report = NodeReport.Parse(head, content);
                member.HasNews = true;
                break;
            case LinkFrame.Bypassed:
                var bypassed = MemberNotice.Parse(content);
                _watch.Bypassed(member, bypassed.Member, bypassed.Reason);
                break;
            case LinkFrame.Corrupt:
                _watch.Corrupt(member, MemberNotice.Parse(content).Member, head.Index);
                break;
            case LinkFrame.Finished:
                member.IsDone = member.HasEnded = !Verifies || content.SequenceEqual(Manifest.Head.Root());
                member.Report = member.Report with { Position = Manifest.Head.Blocks, Beyond = 0, Written = Manifest.Head.Length };
                break;
            case LinkFrame.Tried:
                _watch.Tried(member, Trial.Parse(content));
                break;
            default:
                throw new ProtocolException($"a member sent a {head.Type} after it had joined");
        }
    }
}
