using System.Net.Sockets;
using Kadeploy.Protocol.Broadcast;

namespace Kadeploy.Engine.Drivers.Broadcast.Chain;

/// <summary>Watches over one broadcast: who is slow, who is gone, who gets blocks from whom, and how far all are.</summary>
internal sealed class ChainWatch(ChainRun run, IReadOnlyDictionary<uint, ChainMember> members, ChainLineUp lineUp, Lock gate, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LostFor = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan GoesPast = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan SilentFor = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FirstTrial = TimeSpan.FromMilliseconds(300);
    private const long TrialBytes = 512 * 1024;
    private const int LeastTimesTrial = 32;
    private const int MostTold = 64;
    private const int TrialsNeeded = 2;

    private readonly SlowNodes _slow = new(run.Options.SlowBelow);
    private readonly SemaphoreSlim _news = new(0, 1);
    private readonly HashSet<uint> _passed = [];
    private readonly HashSet<uint> _leftovers = [];
    private long _began;
    private TimeSpan _nextTrial = FirstTrial;
    private TimeSpan _told;
    private uint _lists;

    /// <summary>Gets what was counted.</summary>
    public ChainTally Tally { get; } = new();

    /// <summary>Says that something has changed.</summary>
    public void Wake()
    {
        try
        {
            if (_news.CurrentCount == 0) _news.Release();
        }
        catch (Exception late) when (late is SemaphoreFullException or ObjectDisposedException)
        {
            // Somebody else said so at the same instant, or nobody listens any more.
        }
    }

    /// <summary>Watches until the token fires.</summary>
    public async Task RunAsync(Action<BroadcastProgress> progress, CancellationToken cancellationToken)
    {
        _began = time.GetTimestamp();
        while (!cancellationToken.IsCancellationRequested)
        {
            List<(ChainMember Member, LinkFrame Type, long Index, byte[] Content)> letters = [];
            BroadcastProgress? told;
            lock (gate)
            {
                DropLost();
                lineUp.FormWhenDue();
                if (lineUp.Shape is { } shape) Look(shape, letters);
                told = Progress();
            }

            run.Measure(Tick);
            if (told is not null) progress(told);
            foreach (var letter in letters) await SendAsync(letter.Member, letter.Type, letter.Index, letter.Content, cancellationToken).ConfigureAwait(false);
            await WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Says whether members of the chains proper still need the server's time. The caller holds the lock.</summary>
    public bool HasMain() => lineUp.Shape is { } shape && shape.Members.Any(number => members[number] is { HasEnded: false } member
        && member.Report.Position < run.Manifest.Head.Blocks && !shape.IsAside(number) && !shape.IsLate(number) && !_leftovers.Contains(number));

    /// <summary>Takes word that a member went past its source. The caller holds the lock.</summary>
    public void Bypassed(ChainMember by, uint source, BypassReason reason)
    {
        if (!members.TryGetValue(source, out var passed) || reason == BypassReason.Left) return;
        // What has everything may go when nobody needs it, and whoever comes too late finds it gone.
        if (passed.HasEnded) return;
        // Who still says where it is, is not dead: perhaps one cannot reach the other, and that is for a second time to show.
        var isSilent = passed.Control is null || time.GetElapsedTime(passed.HeardAt) > SilentFor;
        if (!passed.Accusers.Add(by.Number) || isSilent || reason == BypassReason.Corrupt) Pass(passed, by, reason);
        Wake();
    }

    /// <summary>Takes word of a wrong block. The caller holds the lock.</summary>
    public void Corrupt(ChainMember by, uint source, long block)
    {
        _ = (by, block);
        if (members.TryGetValue(source, out var culprit)) Tally.AddWrong(culprit.Node.Name);
    }

    /// <summary>Takes the result of a trial: whether the server is much faster than the first member, from which this one gets its blocks. The caller holds
    /// the lock.</summary>
    public void Tried(ChainMember by, Trial trial)
    {
        if (lineUp.Shape is not { } shape || !shape.Contains(by.Number) || shape.ParentOf(by.Number) is var first && (first == ChainWire.Server || shape.ParentOf(first) != ChainWire.Server)) return;
        var direct = trial.Count * (double)run.Manifest.Head.BlockSize / Math.Max(1, trial.Microseconds) * 1_000_000;
        var through = Math.Max(_slow.RateOf(first), _slow.RateOf(by.Number));
        var now = time.GetElapsedTime(_began);
        // What the first member has and others do not take is not what it lacks; and a burst tells nothing where processors are what is short.
        var keeps = (members[first].Report.Position - by.Report.Position) * run.Manifest.Head.BlockSize;
        if (members[first].Report.IsHeld || keeps > 4 * TrialBytes) return;
        var isFaster = direct * run.Options.SlowBelow * 0.8 > through && by.Report.WriterBusy < 500 && _slow.IsRegular(first, now) && _slow.IsRegular(by.Number, now);
        by.Trials = isFaster ? by.Trials + 1 : 0;
        if (by.Trials >= TrialsNeeded) Pass(members[first], by, BypassReason.Slow);
        else if (isFaster) _nextTrial = now;
    }

    /// <inheritdoc/>
    public void Dispose() => _news.Dispose();

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        using var tick = new CancellationTokenSource(Tick, time);
        // Fires for: the end of the broadcast; the next tick.
        using var either = CancellationTokenSource.CreateLinkedTokenSource(tick.Token, cancellationToken);
        await ((Task)_news.WaitAsync(either.Token)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void DropLost()
    {
        foreach (var member in members.Values)
            if (member is { Control: null, LostAt: { } lost } && time.GetElapsedTime(lost) > LostFor) lineUp.Lose(member.Number);
    }

    private void Look(ChainShape shape, List<(ChainMember Member, LinkFrame Type, long Index, byte[] Content)> letters)
    {
        var now = time.GetElapsedTime(_began);
        var live = shape.Members.Select(number => members[number]).ToArray();
        foreach (var member in live.Where(static member => member.HasNews))
        {
            member.HasNews = false;
            // What it gets from the server meanwhile, because its source does not hold it any more, comes over the same link.
            var bytes = (member.Report.Position + member.Report.Beyond) * run.Manifest.Head.BlockSize;
            _slow.Note(member.Number, bytes, member.Report.LateMilliseconds, shape.ParentOf(member.Number), now);
        }

        FindSilent(shape, live);
        foreach (var member in live) FindSlow(shape, member, now);
        if (now >= _nextTrial && live.Length > 1) Try(shape, live, now, letters);
        var sources = live.Select(member => shape.ParentOf(member.Number)).ToHashSet();
        foreach (var member in live.Where(static member => member.Control is not null))
        {
            var list = new SourceList(_lists + 1, IsLeftover(shape, member), ReportInterval, [.. shape.SourcesOf(member.Number).Select(number => AddressOf(members[number]))])
            {
                HasReaders = sources.Contains(member.Number),
            };
            // It stays where it is until those behind it have gone past, so that what they need is kept there.
            if (member.PassedAt is { } passedAt && time.GetElapsedTime(passedAt) < GoesPast) continue;
            if (member.Sources is { } known && known.IsAside == list.IsAside && known.HasReaders == list.HasReaders && known.Members.SequenceEqual(list.Members)) continue;
            _lists++;
            member.Sources = list;
            letters.Add((member, LinkFrame.Sources, 0, list.ToBytes()));
        }
    }

    private ushort ReportInterval => (ushort)Math.Clamp(members.Count * 2, 100, 2000);

    private static SourceMember AddressOf(ChainMember member) => new(member.Number, member.Address!.Address.ToString(), (ushort)member.Address.Port);

    // A member that says nothing while others do is frozen, or out of reach. When all are silent, it is this machine that is busy.
    private void FindSilent(ChainShape shape, ChainMember[] live)
    {
        var ages = live.Where(static member => member is { Control: not null, HasEnded: false }).Select(member => time.GetElapsedTime(member.HeardAt)).Order().ToArray();
        if (ages.Length == 0) return;
        // Of two, the livelier one is the measure.
        var usual = ages[(ages.Length - 1) / 2];
        var limit = SilentFor + (usual * 4) + TimeSpan.FromMilliseconds(ReportInterval);
        foreach (var member in live)
        {
            if (member is { Control: not null, HasEnded: false } && !shape.IsAside(member.Number) && time.GetElapsedTime(member.HeardAt) > limit)
                Pass(member, null, BypassReason.Frozen);
        }
    }

    private void FindSlow(ChainShape shape, ChainMember member, TimeSpan now)
    {
        var source = shape.ParentOf(member.Number);
        if (source == ChainWire.Server || member.HasEnded || member.Report.Position >= run.Manifest.Head.Blocks || _leftovers.Contains(member.Number)) return;
        if (!_slow.IsSlow(member.Number, members[source].RingBytes, now)) return;
        var children = shape.ChildrenOf(member.Number).ToArray();
        // Those behind it would be close to it if they waited for it.
        var gap = members[source].Report.Position - member.Report.Position;
        if (children.Length > 0 && children.All(child => member.Report.Position - members[child].Report.Position > gap / 4)) return;
        // At the end it holds back nobody but its source, which will not be kept from going on.
        if (children.Length == 0) _leftovers.Add(member.Number);
        // When those behind it write no faster themselves, it holds nobody back; and when many are slow, it is not they who are.
        else if (children.Any(child => members[child].Report.WriterBusy < 500) && _passed.Count <= members.Count / 8) Pass(member, null, BypassReason.Slow);
    }

    // What is far behind the end of a chain gets its blocks from the server, when the chains proper do not need its time.
    private bool IsLeftover(ChainShape shape, ChainMember member)
    {
        if (_leftovers.Contains(member.Number)) return true;
        if (!shape.IsBehind(member.Number)) return false;
        var source = shape.ParentOf(member.Number);
        var behind = source == ChainWire.Server ? 0 : (members[source].Report.Position - member.Report.Position) * run.Manifest.Head.BlockSize;
        return source == ChainWire.Server || behind > members[source].RingBytes / 2;
    }

    // Nobody can tell whether the first member is slow or the server: only who tries.
    private void Try(ChainShape shape, ChainMember[] live, TimeSpan now, List<(ChainMember Member, LinkFrame Type, long Index, byte[] Content)> letters)
    {
        if (run.Options.SlowBelow <= 0) return;
        foreach (var member in live)
        {
            var first = shape.ParentOf(member.Number);
            if (first == ChainWire.Server || shape.ParentOf(first) != ChainWire.Server || shape.IsBehind(member.Number) || member.Control is null || member.HasEnded) continue;
            if (members[first].Report is { Position: 0 } || members[first].Report.Position >= run.Manifest.Head.Blocks) continue;
            var bytes = Math.Clamp((long)(_slow.RateOf(first) * 0.025), TrialBytes, 16 * TrialBytes);
            // When so little is left, nothing is gained by knowing.
            if ((run.Manifest.Head.Blocks - members[first].Report.Position) * run.Manifest.Head.BlockSize < LeastTimesTrial * bytes) continue;
            var count = (uint)Math.Clamp((bytes + run.Manifest.Head.BlockSize - 1) / run.Manifest.Head.BlockSize, 1, Math.Min(1024, run.Manifest.Head.Blocks));
            letters.Add((member, LinkFrame.Try, run.Manifest.Head.Blocks - count, new Trial(count, 0).ToBytes()));
            _nextTrial = now + now;
        }
    }

    private void Pass(ChainMember passed, ChainMember? by, BypassReason reason)
    {
        if (lineUp.Shape is not { } shape || !shape.Contains(passed.Number) || shape.IsAside(passed.Number)) return;
        shape.SetAside(passed.Number);
        passed.PassedAt = time.GetTimestamp();
        if (_passed.Add(passed.Number)) Tally.Add(new(passed.Node.Name, by?.Node.Name, Wording(reason)));
    }

    private static BypassCause Wording(BypassReason reason) => reason switch
    {
        BypassReason.Frozen => BypassCause.Frozen,
        BypassReason.Corrupt => BypassCause.Corrupt,
        BypassReason.Slow => BypassCause.Slow,
        _ => BypassCause.Dead,
    };

    private async Task SendAsync(ChainMember member, LinkFrame type, long index, byte[] content, CancellationToken cancellationToken)
    {
        try
        {
            // A frozen member does not take its post; the others are not to wait for that.
            using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(200), time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            if (member.Control is { } link) await link.NotifyAsync(type, index, content, either.Token).ConfigureAwait(false);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            lock (gate) member.Sources = null;
        }
    }

    private BroadcastProgress? Progress()
    {
        var now = time.GetElapsedTime(_began);
        var interval = TimeSpan.FromSeconds(Math.Max(1, members.Count / (double)MostTold));
        if (now - _told < interval) return null;
        var seconds = (now - _told).TotalSeconds;
        _told = now;
        return new(run.Manifest.Head.Length, [.. members.Values.OrderBy(static member => member.Number).Select(member => Progress(member, seconds))]);
    }

    private NodeTransfer Progress(ChainMember member, double seconds)
    {
        var shape = lineUp.Shape;
        var rate = (long)((member.Report.Written - member.ToldBytes) / seconds);
        member.ToldBytes = member.Report.Written;
        var state = member.IsDone ? TransferState.Done
            : member.HasEnded || member is { Control: null, LostAt: not null } ? TransferState.Lost
            : member.Control is null || shape is null ? TransferState.Waiting
            : shape.Contains(member.Number) && shape.IsAside(member.Number) ? TransferState.Aside
            : member.Report.Position >= run.Manifest.Head.Blocks ? TransferState.Writing
            : TransferState.Receiving;
        var place = shape is not null && shape.Contains(member.Number) ? shape.PlaceOf(member.Number) : 0;
        return new(member.Node.Name, member.Report.Written, Math.Max(0, rate), place, state);
    }
}
