using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Kadeploy.Lab.Nodes;

/// <summary>The serial port of a namespace node: what its process writes goes to the log and to whoever is connected (the BMC, for serial over
/// LAN); what they type goes to the process. QEMU machines have such a port themselves.</summary>
internal sealed class SerialConsole : IDisposable
{
    private readonly Lock _gate = new();
    private readonly FileStream _log;
    private readonly TcpListener _listener;
    private Stream? _input;
    private NetworkStream? _watcher;

    /// <summary>Opens the port.</summary>
    /// <param name="port">A TCP port of the loopback interface.</param>
    /// <param name="log">The log file.</param>
    public SerialConsole(int port, string log)
    {
        _log = new(log, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        _listener = new(IPAddress.Loopback, port);
        _listener.Start();
    }

    /// <summary>Connects the port to a machine that was just started.</summary>
    /// <param name="process">The machine.</param>
    /// <returns>A task that ends with its first output, or with the machine.</returns>
    public Task Attach(Process process)
    {
        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate) _input = process.StandardInput.BaseStream;
        _ = PumpAsync(process.StandardOutput.BaseStream, first); // ends with the process, and reports nothing but bytes
        _ = PumpAsync(process.StandardError.BaseStream, first);
        return first.Task;
    }

    /// <summary>Types.</summary>
    /// <param name="text">The bytes.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>A task.</returns>
    public async Task SendAsync(ReadOnlyMemory<byte> text, CancellationToken cancellationToken)
    {
        Stream? input;
        lock (_gate) input = _input;
        if (input is null) return;
        try
        {
            await input.WriteAsync(text, cancellationToken).ConfigureAwait(false);
            await input.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException)
        {
            // A machine that is off hears nothing.
        }
    }

    /// <summary>Serves watchers, one at a time as a serial line does; the newest wins.</summary>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>A task.</returns>
    public async Task ServeAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var client = await _listener.AcceptTcpClientAsync(cancellationToken).ConfigureAwait(false);
            var stream = client.GetStream();
            lock (_gate)
            {
                _watcher?.Dispose();
                _watcher = stream;
            }

            _ = ListenAsync(stream, cancellationToken); // ends with the connection
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        _log.Dispose();
        _watcher?.Dispose();
    }

    private async Task ListenAsync(NetworkStream watcher, CancellationToken cancellationToken)
    {
        var buffer = new byte[1024];
        try
        {
            while (await watcher.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is var read and > 0)
                await SendAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The watcher went away, or another came.
        }
    }

    private async Task PumpAsync(Stream output, TaskCompletionSource first)
    {
        var buffer = new byte[4096];
        try
        {
            while (await output.ReadAsync(buffer, CancellationToken.None).ConfigureAwait(false) is var read and > 0)
            {
                lock (_gate) _log.Write(buffer, 0, read);
                Show(buffer.AsSpan(0, read));
                first.TrySetResult();
            }
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException)
        {
            // The machine is off.
        }

        first.TrySetResult();
    }

    private void Show(ReadOnlySpan<byte> text)
    {
        NetworkStream? watcher;
        lock (_gate) watcher = _watcher;
        try
        {
            watcher?.Write(text);
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException)
        {
            // Nobody watches any more; the log has it.
        }
    }
}
