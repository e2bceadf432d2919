using System.Runtime.InteropServices;
using System.Threading.Channels;

namespace Kadeploy.Terminals;

/// <summary>The terminal in raw mode, for as long as this lives; it is put back also when the process is ended meanwhile, except by a kill that no process sees.</summary>
/// <remarks>Keys that follow those that leave, and all that are typed when this is disposed of, stay in the terminal for whoever reads it next.</remarks>
internal sealed class RawTerminal : IRawTerminal
{
    private const int MostKeys = 4096;

    private readonly ITerminalModes _modes;
    private readonly ITerminalKeys _keys;
    private readonly EscapeSequence.Watcher _leaving;
    private readonly bool _goesOn;
    private readonly Channel<ReadOnlyMemory<byte>> _typed = Channel.CreateUnbounded<ReadOnlyMemory<byte>>();
    private readonly List<PosixSignalRegistration> _signals = [];
    private readonly Lock _gate = new();
    private bool _restored;

    /// <summary>Takes the terminal.</summary>
    /// <param name="modes">Its modes, as they were found.</param>
    /// <param name="escape">The keys that leave, after which nothing is read any more.</param>
    /// <param name="goesOn">Whether the process goes on when a signal takes the terminal away, so that whoever reads keys ends it in order; else it does what it does without this.</param>
    /// <exception cref="IOException">It cannot be taken.</exception>
    public RawTerminal(ITerminalModes modes, EscapeSequence escape, bool goesOn)
    {
        (_modes, _leaving, _goesOn, _keys) = (modes, escape.Watch(), goesOn, modes.OpenKeys());
        AppDomain.CurrentDomain.ProcessExit += OnEnd;
        AppDomain.CurrentDomain.UnhandledException += OnEnd;
        try
        {
            if (!OperatingSystem.IsWindows())
            {
                // When the terminal is gone, its user has left. A shell puts its own modes in place while this is stopped.
                _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGHUP, Leave));
                _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGQUIT, Leave));
                _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGCONT, _ => Again()));
            }

            modes.SetRaw();
            new Thread(Read) { IsBackground = true, Name = "keys" }.Start();
        }
        catch
        {
            Dispose();
            _keys.Dispose();
            throw;
        }
    }

    /// <summary>Takes the terminal of this process.</summary>
    /// <param name="escape">The keys that leave.</param>
    /// <param name="goesOn">Whether the process goes on when a signal takes the terminal away.</param>
    /// <returns>The terminal.</returns>
    /// <exception cref="IOException">It cannot be taken.</exception>
    public static RawTerminal Take(EscapeSequence escape, bool goesOn) =>
        new(OperatingSystem.IsWindows() ? new WindowsTerminalModes() : new UnixTerminalModes(UnixTerminalModes.StandardInput), escape, goesOn);

    public async Task<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken)
    {
        while (await _typed.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            if (_typed.Reader.TryRead(out var keys)) return keys;
        return ReadOnlyMemory<byte>.Empty;
    }

    public void Dispose()
    {
        _keys.Stop();
        Restore();
        AppDomain.CurrentDomain.ProcessExit -= OnEnd;
        AppDomain.CurrentDomain.UnhandledException -= OnEnd;
        foreach (var signal in _signals) signal.Dispose();
        _signals.Clear();
        _typed.Writer.TryComplete();
    }

    private void OnEnd(object? sender, EventArgs e) => Restore();

    private void Leave(PosixSignalContext signal)
    {
        signal.Cancel |= _goesOn;
        _keys.Stop();
        Restore();
        _typed.Writer.TryComplete();
    }

    private void Again()
    {
        lock (_gate)
        {
            if (_restored) return;
            try
            {
                _modes.SetRaw();
            }
            catch (IOException)
            {
                // In the background, a terminal is not to be had; it is asked again when this comes to the front.
            }
        }
    }

    private void Restore()
    {
        lock (_gate)
        {
            if (_restored) return;
            _restored = true;
            _modes.Restore();
        }
    }

    private void Read()
    {
        using (_keys)
        {
            var left = false;
            while (!left)
            {
                var keys = new byte[MostKeys];
                var count = _keys.Read(keys, key => left = _leaving.Next([key], out _));
                if (count == 0 || !_typed.Writer.TryWrite(keys.AsMemory(0, count))) break;
            }
        }

        _typed.Writer.TryComplete();
    }
}
