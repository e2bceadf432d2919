using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Kadeploy.Agent.Linux;
using Kadeploy.Protocol;

namespace Kadeploy.Agent.Commands;

/// <summary>A program that runs, or whose end has not been fetched yet; it does not depend on any connection.</summary>
/// <remarks>Two threads serve it: one waits for its end, one moves its streams. They are no pool's: a pool would lend them for minutes.</remarks>
internal sealed unsafe class RunningCommand
{
    private const int StackSize = 256 * 1024;
    private const int PatienceAfterTerm = 5000;
    private const int PatienceAfterExit = 300;

    private readonly Lock _gate = new();
    private readonly ChildProcess _child;
    private readonly OutputRing[] _rings = [new(), new()];
    private readonly LineTail _tail = new();
    private readonly Queue<ReadOnlyMemory<byte>> _input = new();
    private readonly StringBuilder _progressLine = new();
    private readonly long _inputLength;
    private readonly int _wakeRead;
    private readonly int _wakeWrite;
    private readonly Action<RunningCommand, ExitReport> _ended;

    private CommandFeed? _feed;
    private (CommandEnd End, int Status)? _result;
    private long _inputReceived;
    private long _inputTaken;
    private int _inputOffset;
    private int _inputDescriptor;
    private bool _cancelled;
    private long _killAt = long.MaxValue;
    private (long Done, long Total) _progress;
    private ExitReport? _exit;
    private bool _closed;
    private bool _wasAttached;

    private RunningCommand(RunRequest request, ChildProcess child, (int Read, int Write) wake, Action<RunningCommand, ExitReport> ended)
    {
        (Id, _inputLength, _child, _ended, _inputDescriptor) = (request.Id, request.InputLength, child, ended, child.Input);
        (_wakeRead, _wakeWrite) = wake;
    }

    public string Id { get; }

    public int Process => _child.Id;

    /// <summary>Starts a program.</summary>
    /// <param name="request">Which.</param>
    /// <param name="ended">Is told the end, once, on a thread of the command.</param>
    /// <param name="error">The system's error number when it could not be started.</param>
    public static RunningCommand? Start(RunRequest request, Action<RunningCommand, ExitReport> ended, out int error)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (global::System.Collections.DictionaryEntry each in Environment.GetEnvironmentVariables())
            environment[(string)each.Key] = (string?)each.Value ?? "";
        environment["KADEPLOY_PROGRESS_FD"] = Wire.ProgressDescriptor.ToString(CultureInfo.InvariantCulture);
        for (var i = 0; i < request.Environment.Length; i += 2) environment[request.Environment[i]] = request.Environment[i + 1];
        var wake = stackalloc int[2];
        if (Libc.Pipe(wake, Libc.CloseOnExec | Libc.NonBlocking) != 0)
        {
            error = Marshal.GetLastPInvokeError();
            return null;
        }

        if (ChildProcess.Start(request.Vector, environment, out error) is { } child) return new(request, child, (wake[0], wake[1]), ended);
        ChildProcess.Close(wake[0]);
        ChildProcess.Close(wake[1]);
        return null;
    }

    /// <summary>Begins to serve it; not before what is known of it has been recorded.</summary>
    public void Serve()
    {
        new Thread(AwaitEnd, StackSize) { IsBackground = true, Name = "wait" }.Start();
        new Thread(MoveStreams, StackSize) { IsBackground = true, Name = "streams" }.Start();
    }

    /// <summary>Makes a feed the only one that follows this command.</summary>
    /// <returns>How much of the input need not be sent again.</returns>
    public long Attach(CommandFeed feed)
    {
        lock (_gate)
        {
            _feed = feed;
            _wasAttached = true;
            feed.Signal();
            Wake();
            return _inputReceived;
        }
    }

    /// <summary>Goes on without a listener.</summary>
    public void Detach(CommandFeed feed)
    {
        lock (_gate)
        {
            if (_feed != feed) return;
            _feed = null;
            Wake();
        }
    }

    /// <summary>Takes a piece of input.</summary>
    public void AddInput(InputChunk chunk)
    {
        lock (_gate)
        {
            if (_exit is not null) return;
            if (chunk.Offset != _inputReceived || chunk.Data.Length > _inputLength - _inputReceived)
                throw new ProtocolException("a piece of input is not the next one");
            if (_inputReceived + chunk.Data.Length - _inputTaken > Wire.InputWindow) throw new ProtocolException("more input came than was allowed");
            _inputReceived += chunk.Data.Length;
            // A program that has closed its input gets none; what comes for it counts as taken.
            if (_inputDescriptor < 0) _inputTaken = _inputReceived;
            else if (chunk.Data.Length > 0) _input.Enqueue(chunk.Data);
            _feed?.Signal();
            Wake();
        }
    }

    /// <summary>Has it stopped: first asked, later forced.</summary>
    public void Cancel()
    {
        lock (_gate)
        {
            if (_cancelled || _exit is not null) return;
            _cancelled = true;
            _killAt = Environment.TickCount64 + PatienceAfterTerm;
            if (_result is null) ChildProcess.Signal(_child.Id, Libc.Sigterm);
            Wake();
        }
    }

    /// <summary>Forces its end, as nobody will ask for it.</summary>
    public void Kill()
    {
        lock (_gate)
        {
            if (_result is null) ChildProcess.Signal(_child.Id, Libc.Sigkill);
        }
    }

    /// <summary>Gives the next thing that a feed has to send.</summary>
    /// <returns>The message, or null when there is nothing at the moment.</returns>
    public IMessage? Next(CommandFeed feed)
    {
        lock (_gate)
        {
            if (_feed != feed) return null;
            for (var which = 0; which < 2; which++)
            {
                var offset = feed.Offsets[which];
                var count = _rings[which].CopyFrom(ref offset, feed.Buffer);
                if (count == 0) continue;
                feed.Offsets[which] = offset + count;
                // There is room again.
                Wake();
                return new OutputChunk(Id, (OutputKind)(which + 1), offset, feed.Buffer.AsMemory(0, count));
            }

            if (feed.InputTaken != _inputTaken)
            {
                feed.InputTaken = _inputTaken;
                return new InputState(FrameType.InputTaken, Id, _inputTaken);
            }

            if (feed.Progress != _progress)
            {
                feed.Progress = _progress;
                return new ProgressReport(Id, _progress.Done, _progress.Total);
            }

            return _exit;
        }
    }

    /// <summary>Forgets the output, when its end has arrived or too many others have ended since.</summary>
    public void Release()
    {
        lock (_gate)
        {
            foreach (var ring in _rings) ring.Release();
        }
    }

    private void AwaitEnd()
    {
        var result = _child.Wait();
        lock (_gate)
        {
            _result = result;
            Wake();
        }
    }

    private void Wake()
    {
        if (_closed) return;
        byte one = 1;
        // A full pipe will wake it too.
        _ = Libc.Write(_wakeWrite, &one, 1);
    }

    private void MoveStreams()
    {
        var buffer = new byte[16 * 1024];
        Span<int> open = [_child.Output, _child.Error, _child.Progress];
        var entries = stackalloc Libc.PollEntry[5];
        while (true)
        {
            var ended = Arrange(entries, open, out var patience);
            if (ended && open[0] < 0 && open[1] < 0) break;
            var ready = Libc.Poll(entries, 5, patience);
            if (ready < 0 && Marshal.GetLastPInvokeError() != Libc.Eintr) break;
            // Something that the program left behind still holds the pipes, and says nothing.
            if (ready == 0 && ended) break;
            if (ready <= 0)
            {
                ForceEnd();
                continue;
            }

            fixed (byte* start = buffer)
            {
                if (entries[3].Happened != 0) while (Libc.Read(_wakeRead, start, buffer.Length) > 0) { }
                for (var i = 0; i < 3; i++)
                    if (entries[i].Happened != 0 && !Receive(i, open[i], start, buffer)) CloseOne(ref open[i]);
            }

            if (entries[4].Happened != 0) SendInput();
            ForceEnd();
        }

        for (var i = 0; i < open.Length; i++) CloseOne(ref open[i]);
        Finish();
    }

    // Chooses what to wait for; a stream whose listener is behind is left alone, so that the program waits for the listener.
    private bool Arrange(Libc.PollEntry* entries, ReadOnlySpan<int> open, out int patience)
    {
        lock (_gate)
        {
            for (var i = 0; i < 3; i++)
            {
                // Its first listener is on its way; only one that was lost is not waited for.
                var heard = i == 2 ? long.MaxValue : _feed is { } feed ? feed.Offsets[i] : _wasAttached ? long.MaxValue : 0;
                var behind = i < 2 && _rings[i].End - heard > OutputRing.Capacity - (16 * 1024);
                entries[i] = new() { Descriptor = behind ? -1 : open[i], Wanted = Libc.PollIn };
            }

            if (_inputDescriptor >= 0 && _inputTaken == _inputLength) CloseOne(ref _inputDescriptor);
            entries[3] = new() { Descriptor = _wakeRead, Wanted = Libc.PollIn };
            entries[4] = new() { Descriptor = _input.Count > 0 ? _inputDescriptor : -1, Wanted = Libc.PollOut };
            var ended = _result is not null;
            var listenerIsBehind = (entries[0].Descriptor < 0 && open[0] >= 0) || (entries[1].Descriptor < 0 && open[1] >= 0);
            patience = ended && !listenerIsBehind ? PatienceAfterExit
                : _cancelled && !ended ? (int)Math.Clamp(_killAt - Environment.TickCount64, 0, PatienceAfterTerm) : -1;
            return ended && !listenerIsBehind;
        }
    }

    private bool Receive(int which, int descriptor, byte* start, byte[] buffer)
    {
        var count = (int)Libc.Read(descriptor, start, buffer.Length);
        if (count <= 0) return count < 0 && Marshal.GetLastPInvokeError() is Libc.Eintr or Libc.Eagain;
        var data = buffer.AsSpan(0, count);
        lock (_gate)
        {
            if (which == 2)
            {
                ReadProgress(data);
            }
            else
            {
                _rings[which].Append(data);
                _tail.Add((OutputKind)(which + 1), data);
            }

            _feed?.Signal();
        }

        return true;
    }

    // Lines of "DONE" or "DONE TOTAL"; anything else is passed over.
    private void ReadProgress(ReadOnlySpan<byte> data)
    {
        foreach (var value in data)
        {
            if (value != (byte)'\n')
            {
                if (_progressLine.Length < 64) _progressLine.Append((char)value);
                continue;
            }

            var words = _progressLine.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
            _progressLine.Clear();
            if (words.Length is 1 or 2 && long.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out var done))
            {
                var total = words.Length == 2 && long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var known) ? known : 0;
                _progress = (done, total);
            }
        }
    }

    private void SendInput()
    {
        lock (_gate)
        {
            if (_inputDescriptor < 0 || !_input.TryPeek(out var piece)) return;
            nint count;
            fixed (byte* start = piece.Span) count = Libc.Write(_inputDescriptor, start + _inputOffset, piece.Length - _inputOffset);
            if (count < 0)
            {
                if (Marshal.GetLastPInvokeError() is Libc.Eintr or Libc.Eagain) return;
                // It has closed its input: that is its right, and the rest is not wanted.
                CloseOne(ref _inputDescriptor);
                _input.Clear();
                _inputTaken = _inputReceived;
            }
            else
            {
                _inputTaken += count;
                _inputOffset += (int)count;
                if (_inputOffset == piece.Length)
                {
                    _inputOffset = 0;
                    _input.Dequeue();
                }
            }

            _feed?.Signal();
        }
    }

    private void ForceEnd()
    {
        lock (_gate)
        {
            if (_cancelled && _result is null && Environment.TickCount64 >= _killAt)
            {
                ChildProcess.Signal(_child.Id, Libc.Sigkill);
                _killAt = Environment.TickCount64 + PatienceAfterTerm;
            }
        }
    }

    private void Finish()
    {
        ExitReport exit;
        lock (_gate)
        {
            CloseOne(ref _inputDescriptor);
            _input.Clear();
            var (end, status) = _result ?? (CommandEnd.Interrupted, 0);
            // What is left of its session must not outlive a cancellation.
            if (_cancelled) ChildProcess.Signal(_child.Id, Libc.Sigkill);
            exit = new(Id, _cancelled ? CommandEnd.Cancelled : end, status, _tail.Lines());
        }

        // Recorded first: the engine may act on the end as soon as it has it.
        _ended(this, exit);
        lock (_gate)
        {
            _exit = exit;
            _closed = true;
            ChildProcess.Close(_wakeRead);
            ChildProcess.Close(_wakeWrite);
            _feed?.Signal();
        }
    }

    private static void CloseOne(ref int descriptor)
    {
        ChildProcess.Close(descriptor);
        descriptor = -1;
    }
}
