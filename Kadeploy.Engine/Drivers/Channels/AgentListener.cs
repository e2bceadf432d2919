using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Kadeploy.Protocol;

namespace Kadeploy.Engine.Drivers.Channels;

/// <summary>Takes the calls of agents: one listener for all nodes of all operations of an engine.</summary>
internal sealed class AgentListener : IAsyncDisposable
{
    private const int MostCancellations = 64;
    private readonly AgentListenerOptions _options;
    private readonly TimeProvider _time;
    private readonly X509Certificate2 _certificate;
    private readonly SslServerAuthenticationOptions _tls;
    private readonly AgentTokens _tokens;
    private readonly Socket _socket;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<long, Task> _calls = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<NodeName, AgentConnection> _connections = [];
    private readonly Dictionary<NodeName, TaskCompletionSource> _arrivals = [];
    private readonly Dictionary<NodeName, List<(string BootId, string Id)>> _cancellations = [];
    private readonly Task _accepting;
    private long _lastCall;
    private int _greetings;

    private AgentListener(AgentListenerOptions options, TimeProvider time)
    {
        (_options, _time) = (options, time);
        _certificate = AgentCertificate.LoadOrCreate(options.StateDirectory, time);
        Fingerprint = AgentCertificate.FingerprintOf(_certificate);
        _tls = new()
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(_certificate, null, offline: true),
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ClientCertificateRequired = false,
        };
        _tokens = new(Path.Combine(options.StateDirectory, "agents"));
        _socket = new(options.EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (options.EndPoint.Address.Equals(IPAddress.IPv6Any)) _socket.DualMode = true;
            // No ReuseAddress: .NET makes SO_REUSEPORT of it, and a second engine would get half of the calls. For old connections bind sees to it.
            _socket.Bind(options.EndPoint);
            _socket.Listen(4096);
        }
        catch (SocketException problem)
        {
            _socket.Dispose();
            _certificate.Dispose();
            throw new DriverUnusableException(
                FaultCodes.DriverMissing, $"agents cannot be listened for on {options.EndPoint}: {problem.Message}; free the port or configure another", problem);
        }

        EndPoint = (IPEndPoint)_socket.LocalEndPoint!;
        _accepting = AcceptAsync(_stop.Token);
    }

    /// <summary>Gets the address at which it listens.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>Gets the SHA-256 of its certificate, as 64 lower-case hexadecimal digits.</summary>
    public string Fingerprint { get; }

    /// <summary>Starts a listener.</summary>
    /// <param name="options">How it is set up.</param>
    /// <param name="time">The clock.</param>
    /// <returns>The listener, which takes calls already.</returns>
    /// <exception cref="DriverUnusableException">The port is taken.</exception>
    /// <exception cref="StoreException">Certificate or tokens cannot be read or written.</exception>
    public static AgentListener Start(AgentListenerOptions options, TimeProvider time) => new(options, time);

    /// <summary>Makes what the next boot of a node must find on its kernel command line; each call makes a new token.</summary>
    /// <param name="node">The node.</param>
    /// <param name="host">The address or name by which the node reaches this machine.</param>
    /// <returns>Three arguments with spaces between them. They hold a secret: they belong into the node's boot profile and nowhere else.</returns>
    /// <exception cref="StoreException">The token cannot be recorded.</exception>
    public string KernelArguments(NodeName node, string host)
    {
        var name = host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"kadeploy.server={name}:{EndPoint.Port} kadeploy.fingerprint={Fingerprint} kadeploy.token={_tokens.Issue(node)}");
    }

    /// <summary>Finds the connection with a node's agent.</summary>
    /// <param name="node">The node.</param>
    /// <returns>The connection, or null when there is none at the moment.</returns>
    public AgentConnection? Find(NodeName node)
    {
        lock (_gate) return _connections.GetValueOrDefault(node);
    }

    /// <summary>Waits for a connection with a node's agent.</summary>
    /// <param name="node">The node.</param>
    /// <param name="accepted">Whether a connection is one that is waited for.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The present connection if it will do, or the first later one that does; notified, not asked for.</returns>
    public async Task<AgentConnection> WaitAsync(NodeName node, Func<AgentConnection, bool> accepted, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task arrival;
            lock (_gate)
            {
                if (_connections.GetValueOrDefault(node) is { Ended.IsCompleted: false } present && accepted(present)) return present;
                if (!_arrivals.TryGetValue(node, out var next)) _arrivals[node] = next = new(TaskCreationOptions.RunContinuationsAsynchronously);
                arrival = next.Task;
            }

            await arrival.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Has a command stopped as soon as its node's agent can be told; at once when it can be now.</summary>
    /// <param name="node">The node.</param>
    /// <param name="bootId">The boot in which the command was given.</param>
    /// <param name="id">What the agent knows the command by.</param>
    public void CancelOnReturn(NodeName node, string bootId, string id)
    {
        AgentConnection? present;
        lock (_gate)
        {
            present = _connections.GetValueOrDefault(node) is { Ended.IsCompleted: false } connection ? connection : null;
            if (present is null)
            {
                if (!_cancellations.TryGetValue(node, out var waiting)) _cancellations[node] = waiting = [];
                // The agent runs at most that many at once, so older ones have ended.
                if (waiting.Count == MostCancellations) waiting.RemoveAt(0);
                waiting.Add((bootId, id));
            }
        }

        // Not waited for: the caller has been told that the end of a cancelled command is not known.
        if (present is not null && present.System.BootId == bootId) _ = CancelAsync(present, id);
    }

    /// <summary>Stops listening and ends all connections; agents go on, and call again.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _socket.Dispose();
        await _accepting.ConfigureAwait(false);
        await Task.WhenAll(_calls.Values).ConfigureAwait(false);
        _certificate.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            Socket caller;
            try
            {
                caller = await _socket.AcceptAsync(stop).ConfigureAwait(false);
            }
            catch (Exception problem) when (problem is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException problem)
            {
                // The caller has gone, or this process has no descriptor left. The latter takes time to pass.
                _options.Report?.Invoke($"a call could not be taken: {problem.Message}");
                await Task.Delay(TimeSpan.FromMilliseconds(100), _time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                continue;
            }

            if (Volatile.Read(ref _greetings) >= _options.MostGreetings)
            {
                caller.Dispose();
                continue;
            }

            Interlocked.Increment(ref _greetings);
            var number = ++_lastCall;
            _calls[number] = ServeAsync(number, caller, stop);
        }
    }

    private async Task ServeAsync(long number, Socket caller, CancellationToken stop)
    {
        // The call must be in the table before it can be taken out.
        await Task.Yield();
        var from = "an unknown address";
        try
        {
            using (caller)
            {
                from = caller.RemoteEndPoint?.ToString() ?? from;
                caller.NoDelay = true;
                using var tls = new SslStream(new NetworkStream(caller, ownsSocket: false));
                using var connection = await GreetAsync(tls, from, stop).ConfigureAwait(false);
                if (connection is null) return;
                string reason;
                try
                {
                    await EnterAsync(connection).ConfigureAwait(false);
                    _options.Report?.Invoke($"node {connection.Node}: agent connected from {from}");
                    reason = await connection.ReceiveAsync(stop).ConfigureAwait(false);
                }
                finally
                {
                    Leave(connection);
                }

                _options.Report?.Invoke($"node {connection.Node}: connection with the agent at {from} ended: {reason}");
            }
        }
        catch (Exception problem) when (problem is IOException or SocketException or AuthenticationException or ObjectDisposedException or OperationCanceledException or StoreException or ChannelLostException)
        {
            if (!stop.IsCancellationRequested) _options.Report?.Invoke($"call from {from}: {problem.Message}");
        }
        finally
        {
            _calls.TryRemove(number, out _);
        }
    }

    // Until the caller has proved who it is, it gets little time and little memory.
    private async Task<AgentConnection?> GreetAsync(SslStream tls, string from, CancellationToken stop)
    {
        using var limit = new CancellationTokenSource(_options.GreetingTime, _time);
        // Fires when the listener stops or the caller is too slow.
        using var greeting = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
        FrameWriter? writer = new(tls);
        try
        {
            await tls.AuthenticateAsServerAsync(_tls, greeting.Token).ConfigureAwait(false);
            var reader = new FrameReader(tls, Peer.Agent);
            var (node, hello, refused) = await JudgeAsync(reader, greeting.Token).ConfigureAwait(false);
            if (refused is not null)
            {
                _options.Report?.Invoke($"call from {from}{(node == default ? "" : $" for node {node}")} refused: {refused.Text}");
                await writer.WriteAsync(refused, greeting.Token).ConfigureAwait(false);
                await tls.ShutdownAsync().ConfigureAwait(false);
                return null;
            }

            await writer.WriteAsync(new Welcome((ushort)Math.Clamp(_options.Silence.TotalSeconds, 1, ushort.MaxValue)), greeting.Token).ConfigureAwait(false);
            var connection = new AgentConnection(node, hello!, _options.Programs, reader, writer, _options.Silence, _time);
            writer = null;
            return connection;
        }
        finally
        {
            Interlocked.Decrement(ref _greetings);
            writer?.Dispose();
        }
    }

    private async Task<(NodeName Node, Hello? Hello, Refused? Refused)> JudgeAsync(FrameReader reader, CancellationToken cancellationToken)
    {
        try
        {
            if (await reader.ReadAsync(cancellationToken).ConfigureAwait(false) is not { } frame) throw new IOException("nothing was said");
            if (frame.Type != FrameType.Hello) throw new ProtocolException("the first frame is no hello");
            var hello = Hello.Parse(frame.Payload.Span);
            if (hello.Version != Wire.Version)
                return (default, null, new(RefusalReason.Version, $"the agent speaks version {hello.Version} of the protocol, this engine {Wire.Version}; rebuild the deployment environment"));
            var reason = _tokens.Admit(hello, out var node);
            return (node, hello, reason switch
            {
                null => null,
                RefusalReason.UsedToken => new(RefusalReason.UsedToken, "the token was used by another boot; write the node's boot profile again and reboot it"),
                _ => new(RefusalReason.UnknownToken, "the token is not known here; write the node's boot profile again and reboot it"),
            });
        }
        catch (ProtocolException problem)
        {
            return (default, null, new(RefusalReason.Protocol, problem.Message));
        }
    }

    private async Task EnterAsync(AgentConnection connection)
    {
        // Sent before the connection is given to anybody: no new command overtakes the end of an old one.
        foreach (var id in TakeCancellations(connection)) await connection.CancelAsync(id).ConfigureAwait(false);
        TaskCompletionSource? arrival;
        lock (_gate)
        {
            // The same agent has come back before its old connection was found to be dead, or the node has booted.
            if (_connections.TryGetValue(connection.Node, out var old)) old.Close();
            _connections[connection.Node] = connection;
            _arrivals.Remove(connection.Node, out arrival);
        }

        arrival?.TrySetResult();
    }

    private void Leave(AgentConnection connection)
    {
        lock (_gate)
        {
            if (_connections.GetValueOrDefault(connection.Node) == connection) _connections.Remove(connection.Node);
        }
    }

    private string[] TakeCancellations(AgentConnection connection)
    {
        lock (_gate)
        {
            if (!_cancellations.Remove(connection.Node, out var waiting)) return [];
            // What ran in an earlier boot has ended with it.
            return [.. waiting.Where(each => each.BootId == connection.System.BootId).Select(static each => each.Id)];
        }
    }

    private static async Task CancelAsync(AgentConnection connection, string id)
    {
        try
        {
            await connection.CancelAsync(id).ConfigureAwait(false);
        }
        catch (ChannelLostException)
        {
            // It was lost again in this instant.
        }
    }
}
