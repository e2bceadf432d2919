using System.Runtime.InteropServices;
using System.Threading.Channels;

namespace Kadeploy.Cli.Consoles;

/// <summary>The terminal in raw mode, for as long as this lives; it is put back also when the process is ended meanwhile, except by a kill that no process sees.</summary>
internal sealed class RawTerminal : IRawTerminal
{
    private const int MostKeys = 4096;

    private readonly ITerminalModes _modes;
    private readonly Channel<ReadOnlyMemory<byte>> _keys = Channel.CreateUnbounded<ReadOnlyMemory<byte>>();
    private readonly List<PosixSignalRegistration> _signals = [];
    private readonly Lock _gate = new();
    private bool _restored;

    /// <summary>Takes the terminal.</summary>
    /// <param name="modes">Its modes, as they were found.</param>
    /// <exception cref="IOException">It cannot be taken.</exception>
    public RawTerminal(ITerminalModes modes)
    {
        _modes = modes;
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
            throw;
        }
    }

    public async Task<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken)
    {
        while (await _keys.Reader.WaitToReadAsync(cancellationToken))
            if (_keys.Reader.TryRead(out var keys)) return keys;
        return ReadOnlyMemory<byte>.Empty;
    }

    public void Dispose()
    {
        Restore();
        AppDomain.CurrentDomain.ProcessExit -= OnEnd;
        AppDomain.CurrentDomain.UnhandledException -= OnEnd;
        foreach (var signal in _signals) signal.Dispose();
        _signals.Clear();
        _keys.Writer.TryComplete();
    }

    private void OnEnd(object? sender, EventArgs e) => Restore();

    private void Leave(PosixSignalContext signal)
    {
        signal.Cancel = true; // whoever reads keys ends in order
        Restore();
        _keys.Writer.TryComplete();
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

    // The thread that waits for a key cannot be called back; it is a background thread and ends with the process.
    private void Read()
    {
        try
        {
            using var input = _modes.OpenKeys();
            while (true)
            {
                var keys = new byte[MostKeys];
                var count = input.Read(keys);
                if (count == 0 || !_keys.Writer.TryWrite(keys.AsMemory(0, count))) break;
            }
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            // The terminal is gone.
        }

        _keys.Writer.TryComplete();
    }
}
