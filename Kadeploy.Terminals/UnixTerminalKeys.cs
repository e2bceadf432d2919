using System.Runtime.InteropServices;

namespace Kadeploy.Terminals;

/// <summary>The keys of a terminal as POSIX has them. A pipe wakes whoever waits for one.</summary>
internal sealed unsafe partial class UnixTerminalKeys : ITerminalKeys
{
    private const short Input = 1; // POLLIN
    private const int Interrupted = 4; // EINTR
    private const int AgainLinux = 11; // EAGAIN: somebody else has taken the key
    private const int AgainBsd = 35;

    private readonly Lock _gate = new();
    private readonly int _terminal;
    private readonly int _wake;
    private readonly int _waker;
    private bool _stopped;
    private bool _disposed;

    /// <summary>Opens the keys.</summary>
    /// <param name="terminal">The terminal's descriptor; it stays open.</param>
    /// <exception cref="IOException">No pipe can be had.</exception>
    public UnixTerminalKeys(int terminal)
    {
        var ends = stackalloc int[2];
        if (Pipe(ends) != 0) throw new IOException($"keys cannot be waited for: {Marshal.GetLastPInvokeErrorMessage()}");
        (_terminal, _wake, _waker) = (terminal, ends[0], ends[1]);
    }

    public int Read(Span<byte> keys, Func<byte, bool> isLast)
    {
        var count = 0;
        while (Wait(count == 0 ? -1 : 0))
        {
            // After Stop not one key is taken, though the wait may have ended with one just before.
            lock (_gate)
            {
                if (_stopped) return 0;
                byte key;
                var read = Read(_terminal, &key, 1);
                if (read < 0 && Marshal.GetLastPInvokeError() is Interrupted or AgainLinux or AgainBsd) continue;
                if (read <= 0) return count;
                keys[count++] = key;
                if (count == keys.Length || isLast(key)) return count;
            }
        }

        return count;
    }

    public void Stop()
    {
        lock (_gate)
        {
            if (_stopped) return;
            _stopped = true;
            byte any = 0;
            if (!_disposed) _ = Write(_waker, &any, 1);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true;
            _ = Close(_wake);
            _ = Close(_waker);
        }
    }

    /// <summary>Waits for something to read.</summary>
    /// <returns>Whether there is a key, or the end of them; not when keys are read no more, or the time is over.</returns>
    private bool Wait(int milliseconds)
    {
        var waited = stackalloc Waited[2];
        waited[0] = new() { Descriptor = _terminal, Wanted = Input, Happened = 0 };
        waited[1] = new() { Descriptor = _wake, Wanted = Input, Happened = 0 };
        int found;
        do found = Poll(waited, 2, milliseconds);
        while (found < 0 && Marshal.GetLastPInvokeError() == Interrupted);
        return found > 0 && waited[1].Happened == 0;
    }

    // struct pollfd, the same on all systems
    private struct Waited
    {
        public int Descriptor;
        public short Wanted;
        public short Happened;
    }

    [LibraryImport("libc", EntryPoint = "pipe", SetLastError = true)]
    private static partial int Pipe(int* ends);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(Waited* waited, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(int descriptor, byte* bytes, nuint count);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(int descriptor, byte* bytes, nuint count);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
