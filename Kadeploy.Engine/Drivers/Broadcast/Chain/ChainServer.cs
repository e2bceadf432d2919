using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Kadeploy.Engine.BootServices;
using Kadeploy.Protocol;

namespace Kadeploy.Engine.Drivers.Broadcast.Chain;

/// <summary>Where the members of all broadcasts call: for word with the server, and for blocks.</summary>
internal sealed class ChainServer : IAsyncDisposable
{
    private const int MostConnections = 20_000;
    private const int MostStrangers = 512;
    private static readonly TimeSpan GreetingTime = TimeSpan.FromSeconds(5);

    private readonly Socket _listener;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, ChainRun> _runs = new(StringComparer.Ordinal);
    private readonly HashSet<Task> _connections = [];
    private readonly Lock _gate = new();
    private readonly Task _accepting;
    private int _strangers;

    private ChainServer(Socket listener, string host, long bytesPerSecond, TimeProvider time)
    {
        (_listener, _time, Host) = (listener, time, host);
        Limit = new(() => bytesPerSecond, time);
        EndPoint = (IPEndPoint)listener.LocalEndPoint!;
        _accepting = AcceptAsync();
    }

    /// <summary>Gets where it listens.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>Gets the address or name by which nodes reach this machine.</summary>
    public string Host { get; }

    /// <summary>Gets what all broadcasts together are kept below.</summary>
    public RateLimit Limit { get; }

    /// <summary>Begins to listen.</summary>
    /// <param name="endPoint">Where; port 0 takes a free one.</param>
    /// <param name="host">The address or name by which nodes reach this machine.</param>
    /// <param name="bytesPerSecond">The most that all broadcasts together send; 0 for no limit.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ConfigurationException">The address or the port cannot be had.</exception>
    public static ChainServer Start(IPEndPoint endPoint, string host, long bytesPerSecond, TimeProvider time) =>
        new(Listening.Bind("the server of broadcasts", [endPoint.Address], endPoint.Port, ProtocolType.Tcp)[0], host, bytesPerSecond, time);

    /// <summary>Lets members of a broadcast in.</summary>
    public void Open(ChainRun run) => _runs[run.Id] = run;

    /// <summary>Lets nobody of a broadcast in any more.</summary>
    public void Close(ChainRun run) => _runs.TryRemove(run.Id, out _);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _accepting.ConfigureAwait(false);
        Task[] connections;
        lock (_gate) connections = [.. _connections];
        await Task.WhenAll(connections).ConfigureAwait(false);
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var socket = await _listener.AcceptAsync(_stop.Token).ConfigureAwait(false);
                lock (_gate)
                {
                    if (_connections.Count >= MostConnections || Volatile.Read(ref _strangers) >= MostStrangers)
                    {
                        socket.Dispose();
                        continue;
                    }

                    Interlocked.Increment(ref _strangers);
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
                // Who called went before it was let in, or there are no files left to open: a moment later there may be.
                await Task.Delay(TimeSpan.FromMilliseconds(100), _time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void Forget(Task task)
    {
        lock (_gate) _connections.Remove(task);
    }

    private async Task ServeAsync(Socket socket)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var isStranger = true;
        try
        {
            socket.NoDelay = true;
            using var link = new ChainLink(socket);
            ChainRun? run;
            using (var limit = new CancellationTokenSource(GreetingTime, _time))
            using (var greeting = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _stop.Token))
                run = await link.GreetAsync(id => _runs.GetValueOrDefault(Convert.ToHexStringLower(id.Span)), greeting.Token).ConfigureAwait(false);
            isStranger = false;
            Interlocked.Decrement(ref _strangers);
            if (run is not null) await run.ServeAsync(link, _stop.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is SocketException or IOException or ProtocolException or OperationCanceledException or ObjectDisposedException)
        {
            // One connection's end is nothing to the others; its broadcast has noted it.
        }
        finally
        {
            if (isStranger) Interlocked.Decrement(ref _strangers);
            socket.Dispose();
        }
    }
}
