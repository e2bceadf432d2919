using Kadeploy.Agent.Hardware;
using Kadeploy.Agent.Linux;
using Kadeploy.Protocol.Broadcast;

namespace Kadeploy.Agent.Chain;

/// <summary>How a node's part in a broadcast ended.</summary>
internal enum ChainEnd
{
    /// <summary>Everything is written and right.</summary>
    Done,

    /// <summary>The server could not be reached at all; nothing was written.</summary>
    NoServer,

    /// <summary>It began, and then no source could be reached any more.</summary>
    BrokenOff,

    /// <summary>The writer failed.</summary>
    WriterFailed,

    /// <summary>What the server sends is not the image.</summary>
    WrongImage,
}

/// <summary>This node's part in a broadcast: one thread that takes blocks from its source, passes them on, and has them written.</summary>
internal sealed unsafe class ChainNode : IDisposable
{
    private const int TickMilliseconds = 50;
    private const int ServerMilliseconds = 15_000;
    private const int MostRefusals = 3;
    private const int GreetingMilliseconds = 4000;
    private const int ReconnectMilliseconds = 1000;
    private const int LingerMilliseconds = 30_000;
    private const int FirstCallMilliseconds = 2000;
    private const int StuckMilliseconds = 2000;
    private const long HistoryBytes = 8 * 1024 * 1024;
    private const long AheadBytes = 8 * 1024 * 1024;
    private const int MostPolled = ReaderLimit + 8;
    private const int ReaderLimit = 64;

    private readonly ChainSettings _settings;
    private readonly BlockPool _pool;
    private readonly BlockWindow _window;
    private readonly PageStore _pages;
    private readonly BlockIntake _intake;
    private readonly Upstream _upstream;
    private readonly RepairDesk _repairs;
    private readonly ReaderDesk _readers;
    private readonly Pace _pace;
    private readonly int _wakeup;
    private readonly long _history;
    private readonly long _ahead;
    private readonly Action<long, long> _progress;
    private readonly List<Link> _polled = new(MostPolled);
    private ControlLink? _control;
    private ImageSink? _sink;
    private SourceLink? _trial;
    private (long From, uint Count, long Began) _tried;
    private long _now;
    private long _began;
    private long _lastTick;
    private long _reportAt;
    private long _controlAt;
    private long _stuckSince;
    private long _stuckAt = -1;
    private long _endedAt;
    private int _reportEvery = 200;
    private readonly Lateness _lateness = new();
    private long _late;
    private int _refusals;
    private bool _hasMet;
    private bool _isHeld;
    private bool _wasHeld;

    /// <summary>Makes it.</summary>
    /// <param name="settings">The broadcast.</param>
    /// <param name="progress">Is told how many bytes are written, and of how many.</param>
    /// <exception cref="IOException">There is no memory, or no port.</exception>
    public ChainNode(ChainSettings settings, Action<long, long> progress)
    {
        (_settings, _progress) = (settings, progress);
        _pool = new(settings.RingBytes > 0 ? settings.RingBytes : RingSize.OfThisNode(), settings.Head.BlockSize, settings.IsSealed);
        _window = new(settings.Head, _pool);
        _pages = new(settings.Head);
        _intake = new(settings, _pool, _window, _pages) { Wrong = OnWrong };
        _upstream = new(settings, _intake, _window, OnBypassed, OnAsked);
        _repairs = new(settings, _intake, _window);
        _readers = new(settings, _pool, _window, _pages);
        _pace = new(settings.BytesPerSecond, settings.Head.BlockSize);
        _wakeup = Storage.EventCounter(0, Libc.NonBlocking | Libc.CloseOnExec);
        _history = Math.Min(_pool.Slots / 4, Math.Max(2, HistoryBytes / settings.Head.BlockSize));
        _ahead = Math.Max(4, AheadBytes / settings.Head.BlockSize);
    }

    /// <summary>Takes part until this node has everything and nobody needs it any more.</summary>
    /// <param name="makeSink">Makes what writes the image, once the server is known to be there; null with the reason when it cannot.</param>
    /// <param name="problem">Why it ended, for people.</param>
    public ChainEnd Run(Func<SinkParts, (ImageSink? Sink, string Problem)> makeSink, out string problem)
    {
        problem = "";
        _now = _began = Environment.TickCount64;
        if (!Meet()) return ChainEnd.NoServer;
        (_sink, problem) = makeSink(new(_settings.Head, _pool, _window, _settings.Verifies, Wake));
        if (_sink is null) return ChainEnd.WriterFailed;
        while (true)
        {
            var any = Work();
            if (!any || _now - _lastTick >= TickMilliseconds)
            {
                if (!any) _sink.Flush();
                if (Tick(out var end, out problem)) return end;
                Wait(any ? 0 : TickMilliseconds);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _upstream.Dispose();
        _repairs.Dispose();
        _trial?.Dispose();
        _readers.Dispose();
        _control?.Dispose();
        _sink?.Dispose();
        _intake.Dispose();
        ChildProcess.Close(_wakeup);
    }

    private bool IsReading => !_pace.IsSpent && !_isHeld;

    // The server tells whether this broadcast still is one, before anything is written. One that is busy is given more time than one that refuses.
    private bool Meet()
    {
        while (_control is not { IsOpen: true })
        {
            if (_refusals >= MostRefusals || _now - _began > ServerMilliseconds) return false;
            TendControl();
            Wait(TickMilliseconds);
            _control?.Receive();
            _control?.Send();
        }

        return true;
    }

    private bool Work()
    {
        var any = false;
        var before = Environment.TickCount64;
        NoteLate(before - _now);
        _now = before;
        if (_control is { Failure: null } control)
        {
            control.Now = _now;
            any |= control.Receive();
            any |= control.Send();
        }

        if (IsReading)
        {
            var came = _intake.Bytes;
            _upstream.Current?.Now = _now;
            _upstream.Candidate?.Now = _now;
            any |= _upstream.Receive();
            any |= _repairs.Receive();
            _pace.Spend(_intake.Bytes - came, _now);
        }

        if (_trial is not null) any |= _trial.Receive();
        SendAll();
        any |= _readers.Serve();
        any |= _sink!.Pump(_now);
        MakeRoom();
        return any;
    }

    private void SendAll()
    {
        _upstream.Current?.Send();
        _upstream.Candidate?.Send();
        _repairs.Link?.Now = _now;
        _repairs.Link?.Send();
        _trial?.Send();
    }

    // What is written and passed on is given up soon, so that the same memory, which the processor still knows, is used again; some of it stays for readers
    // that lose their source. Only when there is no room is that given up as well.
    private void MakeRoom()
    {
        var needed = _readers.Needed(_now);
        var limit = Math.Min(_sink!.Written, needed);
        _window.Forget(limit - _history);
        // A reader that takes blocks, only not so fast, is not left behind by more than a part of the memory: what is passed on soon is still in the processor's cache. One
        // that takes nothing for a moment does not hold back the writer.
        _isHeld = _window.Position - _readers.Taking(_now) > _ahead;
        _wasHeld |= _isHeld;
        if (_upstream.Current is { IsPaused: true } || _repairs.Link is { IsPaused: true }) _window.Forget(Math.Min(_sink.Written, needed - _history));
    }

    private bool Tick(out ChainEnd end, out string problem)
    {
        (end, problem, _lastTick) = (ChainEnd.Done, "", _now);
        TendControl();
        _readers.Tend(_now);
        _upstream.Tend(_now, IsReading);
        TendGaps();
        _repairs.Tend(_now);
        TendTrial();
        _pages.Forget(_window.Oldest);
        Report();
        if (_window.Position == _settings.Head.Blocks && _sink!.Written == _settings.Head.Blocks || _sink is PlaceSink && _window.Position == _settings.Head.Blocks) _sink!.Finish();
        return HasEnded(out end, out problem);
    }

    private bool HasEnded(out ChainEnd end, out string problem)
    {
        (end, problem) = (ChainEnd.Done, "");
        if (_sink!.HasEnded && _sink.Problem.Length > 0) (end, problem) = (ChainEnd.WriterFailed, _sink.Problem);
        else if (_repairs.IsServerWrong) (end, problem) = (ChainEnd.WrongImage, "blocks that the server sends have other digests than its manifest says: its copy of the image is damaged");
        else if (_upstream.IsHopeless) (end, problem) = (ChainEnd.BrokenOff, "neither the server nor another node could be reached any more");
        if (end != ChainEnd.Done) return true;
        if (!_sink.HasEnded) return false;
        if (_endedAt == 0) Conclude();
        var patience = _now - _endedAt < LingerMilliseconds && _readers.Readers.Exists(static reader => reader.IsToBeAwaited || !reader.IsOpen);
        // A short image may be here before those have called that are to get it from here.
        patience |= _upstream.HasReaders && !_readers.HasServed && _now - _upstream.HasReadersSince < FirstCallMilliseconds;
        if (patience || _control is { IsOpen: true, Failure: null, IsDrained: false } && _now - _endedAt < ReconnectMilliseconds) return false;
        foreach (var reader in _readers.Readers)
        {
            reader.Leave();
            reader.Send();
        }

        return true;
    }

    private void Conclude()
    {
        _endedAt = _now;
        _progress(_settings.Head.Length, _settings.Head.Length);
        _control?.Tell(LinkFrame.Finished, _settings.Head.Blocks, Root);
        _control?.Send();
    }

    /// <summary>Gets the root digest of what was written; meaningful after <see cref="ChainEnd.Done"/>.</summary>
    public byte[] Root => _settings.Verifies ? _sink!.Root() : new byte[Protocol.Wire.DigestLength];

    private void TendControl()
    {
        if (_control is { Failure: null } open && (open.IsOpen || _now - open.Began < GreetingMilliseconds)) return;
        if (_control?.Failure is not null) _refusals++;
        _control?.Dispose();
        _control = null;
        if (_now < _controlAt) return;
        _controlAt = _now + ReconnectMilliseconds;
        var socket = Sockets.Connect(_settings.Servers[0]);
        if (socket < 0) return;
        _control = new(socket, _settings, new(_readers.Port, (uint)HardwareInventory.FastestLink("/"), Math.Min(_pool.Slots, _ahead) * _settings.Head.BlockSize))
        {
            Sources = list =>
            {
                _reportEvery = Math.Clamp((int)list.ReportMilliseconds, 20, 5000);
                _upstream.SetSources(list, _now);
            },
            Try = BeginTrial,
        };
    }

    private void TendGaps()
    {
        if (_upstream.Current is { HeldFrom: >= 0 } current)
        {
            // What comes beyond the window has no room: then the server, which has everything, is the better source.
            if (current.HeldFrom - _window.Position > _window.Capacity * 3 / 4) _upstream.GoToServer(_now);
            else _repairs.Ask(_window.Position, current.HeldFrom);
            current.ForgetHeld();
        }

        if (_window.Position != _stuckAt || _window.End <= _window.Position) (_stuckAt, _stuckSince) = (_window.Position, _now);
        else if (_now - _stuckSince > StuckMilliseconds)
        {
            // A block that the source has left out, and does not send any more.
            var next = _window.Position;
            while (next < _window.End && !_window.Has(next)) next++;
            _repairs.Ask(_window.Position, next);
            _stuckSince = _now;
        }
    }

    private void BeginTrial(long from, Trial trial)
    {
        if (_trial is not null || trial.Count is 0 or > 1024) return;
        var socket = Sockets.Connect(_settings.Servers[0]);
        if (socket < 0) return;
        _trial = new(socket, _settings, ChainWire.Server, _intake) { IsTrial = true };
        _tried = (Math.Min(from, _settings.Head.Blocks), (uint)Math.Min(trial.Count, _settings.Head.Blocks - from), 0);
    }

    private void TendTrial()
    {
        if (_trial is not { } trial) return;
        trial.Now = _now;
        if (trial.IsOpen && _tried.Began == 0)
        {
            _tried.Began = TimeProvider.System.GetTimestamp();
            trial.Want(new(_tried.From, _tried.From + _tried.Count, true, false));
        }

        var isDone = _tried.Began != 0 && trial.Blocks >= _tried.Count;
        if (!isDone && trial.Failure is null && _now - trial.Began < StuckMilliseconds) return;
        if (isDone)
        {
            var took = TimeProvider.System.GetElapsedTime(_tried.Began).TotalMicroseconds;
            _control?.Tell(LinkFrame.Tried, _tried.From, new Trial(_tried.Count, (uint)Math.Clamp(took, 1, uint.MaxValue)).ToBytes());
        }

        trial.Dispose();
        _trial = null;
    }

    private void Report()
    {
        if (_now < _reportAt || _endedAt != 0) return;
        var since = Math.Max(1, _now - _reportAt + _reportEvery);
        _reportAt = _now + _reportEvery;
        var written = Math.Min(_sink!.Written * _settings.Head.BlockSize, _settings.Head.Length);
        _control?.Tell(LinkFrame.Report, _window.Position, new NodeReport
        {
            Position = _window.Position,
            Beyond = (uint)_window.Beyond,
            Written = written,
            Source = _upstream.Current?.Member ?? uint.MaxValue,
            WriterBusy = (ushort)Math.Clamp(_sink.TakeBusyMilliseconds(_now) * 1000 / since, 0, 1000),
            IsHeld = _wasHeld,
            Resent = _intake.VainBytes,
            LateMilliseconds = (ushort)Math.Min(Math.Max((long)_lateness.Take().TotalMilliseconds, _late), ushort.MaxValue),
        }.ToBytes());
        _wasHeld = _isHeld;
        _late = 0;
        if (!_hasMet || written > 0) _progress(written, _settings.Head.Length);
        _hasMet = true;
    }

    private void OnWrong(long block, uint member)
    {
        Log.Write($"block {block} from member {member} came wrong; it is fetched again");
        _control?.Tell(LinkFrame.Corrupt, block, new MemberNotice(member, BypassReason.Corrupt).ToBytes());
        _repairs.Ask(block, block + 1);
        _repairs.Tend(_now);
    }

    private void OnBypassed(uint member, BypassReason reason) => _control?.Tell(LinkFrame.Bypassed, _window.Position, new MemberNotice(member, reason).ToBytes());

    // What the server sends from here on is not to come twice.
    private void OnAsked(uint member)
    {
        if (member == ChainWire.Server) _repairs.Forget();
    }

    // Waiting for a processor looks like a silent neighbour, or a slow one: both are given more time then.
    private void NoteLate(long milliseconds)
    {
        if (milliseconds <= _late) return;
        _late = milliseconds;
        _upstream.Late = Math.Max(_upstream.Late, milliseconds);
    }

    private void Wake()
    {
        ulong one = 1;
        _ = Libc.Write(_wakeup, (byte*)&one, sizeof(ulong));
    }

    private void Wait(int milliseconds)
    {
        var entries = stackalloc Libc.PollEntry[MostPolled];
        _polled.Clear();
        var links = new PolledLinks(entries, _polled);
        entries[0] = new() { Descriptor = _wakeup, Wanted = Libc.PollIn };
        entries[1] = new() { Descriptor = _readers.Listener, Wanted = Libc.PollIn };
        var sink = _sink?.Descriptor ?? -1;
        entries[2] = new() { Descriptor = sink, Wanted = Libc.PollOut };
        links.Add(_control, reads: true);
        links.Add(_upstream.Current, IsReading);
        links.Add(_upstream.Candidate, reads: true);
        links.Add(_repairs.Link, IsReading);
        links.Add(_trial, reads: true);
        foreach (var reader in _readers.Readers) links.Add(reader, reads: true);
        var limit = Math.Min(milliseconds, _pace.Pause(_now, milliseconds));
        var (began, beganAt) = (Environment.TickCount64, TimeProvider.System.GetTimestamp());
        var ready = Libc.Poll(entries, (nuint)links.Count, limit);
        _lateness.Waited(beganAt);
        _now = Environment.TickCount64;
        NoteLate(_now - began - limit);
        // What has come of a block that was not enough to be woken for.
        if (ready == 0 && milliseconds > 0) _upstream.Current?.CanRead = true;
        if (ready <= 0) return;
        ulong drained;
        if (entries[0].Happened != 0) _ = Libc.Read(_wakeup, (byte*)&drained, sizeof(ulong));
        if (entries[1].Happened != 0) _readers.Accept();
        links.Take();
    }
}
