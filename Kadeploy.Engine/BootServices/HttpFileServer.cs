using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace Kadeploy.Engine.BootServices;

/// <summary>Serves files by HTTP/1.1: GET and HEAD, ranges, connections that stay open (RFC 9110, RFC 9112).</summary>
/// <remarks>Made on sockets: <see cref="HttpListener"/> wants rights for its addresses on Windows, knows no port 0, matches requests by host name, and
/// takes its time limits from no clock of ours; what boot programs ask for is little. Serves from <see cref="Start"/> until it is disposed, which
/// ends what is under way.</remarks>
internal sealed class HttpFileServer : IAsyncDisposable
{
    private readonly BootFileOptions _options;
    private readonly TimeProvider _time;
    private readonly IServedFiles _files;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ImmutableArray<Socket> _sockets;
    private readonly Task[] _listeners;
    private readonly Lock _gate = new();
    private readonly HashSet<Task> _connections = [];

    private HttpFileServer(BootFileOptions options, IServedFiles files, ImmutableArray<Socket> sockets, TimeProvider time)
    {
        (_options, _files, _sockets, _time) = (options, files, sockets, time);
        EndPoints = [.. sockets.Select(static socket => (IPEndPoint)socket.LocalEndPoint!)];
        _listeners = [.. sockets.Select(ListenAsync)];
    }

    /// <summary>Gets where the server listens, in the order of the addresses that were given.</summary>
    public ImmutableArray<IPEndPoint> EndPoints { get; }

    /// <summary>Begins to serve.</summary>
    /// <param name="service">What it is, for messages.</param>
    /// <param name="files">What is served.</param>
    /// <param name="options">Where and how; the folder is not looked at.</param>
    /// <param name="time">The clock of all waits.</param>
    /// <returns>The server, which listens already.</returns>
    /// <exception cref="ConfigurationException">An address or the port cannot be had.</exception>
    public static HttpFileServer Start(string service, IServedFiles files, BootFileOptions options, TimeProvider time) =>
        new(options, files, Listening.Bind(service, options.Addresses, options.Port, ProtocolType.Tcp), time);

    /// <summary>Stops listening and ends what is under way.</summary>
    /// <returns>A task that ends when nothing of it runs any more.</returns>
    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested) return;
        await _stopping.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_listeners).ConfigureAwait(false);
        Task[] connections;
        lock (_gate) connections = [.. _connections];
        await Task.WhenAll(connections).ConfigureAwait(false);
        foreach (var socket in _sockets) socket.Dispose();
        _stopping.Dispose();
    }

    private async Task ListenAsync(Socket listener)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var pause = TimeSpan.FromMilliseconds(100);
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var socket = await listener.AcceptAsync(_stopping.Token).ConfigureAwait(false);
                lock (_gate)
                {
                    if (_connections.Count >= _options.MostConnections)
                    {
                        socket.Dispose();
                        continue;
                    }

                    var task = ServeAsync(socket);
                    _connections.Add(task);
                    _ = task.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
                }
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (SocketException)
            {
                // The client went before it was let in, or there are no files left to open: a moment later there may be.
                if (await PauseAsync(pause).ConfigureAwait(false)) return;
            }
        }
    }

    private async Task<bool> PauseAsync(TimeSpan pause)
    {
        await Task.Delay(pause, _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return _stopping.IsCancellationRequested;
    }

    private void Forget(Task task)
    {
        lock (_gate) _connections.Remove(task);
    }

    private async Task ServeAsync(Socket socket)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        using var closing = socket;
        try
        {
            socket.NoDelay = true;
            await new HttpConnection(socket, _files, _options, _time).RunAsync(_stopping.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is SocketException or IOException)
        {
            // One connection's end is nothing to the others.
        }
    }
}
