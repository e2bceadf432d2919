using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace Kadeploy.Engine.BootServices;

/// <summary>Serves the files of a folder by TFTP: RFC 1350, with options (2347), block size (2348), timeout and size (2349) and windows (7440).</summary>
/// <remarks>Read only and binary only. Each transfer has a socket of its own, bound to the address that the client asked, since boot ROMs take no answer
/// from another one. Listens from <see cref="Start"/> until it is disposed; disposing ends transfers that are under way.</remarks>
public sealed class TftpServer : IAsyncDisposable
{
    private readonly TftpOptions _options;
    private readonly TimeProvider _time;
    private readonly BootRoot _root;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ImmutableArray<Socket> _sockets;
    private readonly Task[] _listeners;
    private readonly Lock _gate = new();
    private readonly Dictionary<Task, Running> _running = [];

    private TftpServer(TftpOptions options, BootRoot root, ImmutableArray<Socket> sockets, TimeProvider time)
    {
        (_options, _root, _sockets, _time) = (options, root, sockets, time);
        EndPoints = [.. sockets.Select(static socket => (IPEndPoint)socket.LocalEndPoint!)];
        _listeners = [.. sockets.Select(ListenAsync)];
    }

    /// <summary>Gets where the server listens, in the order of the addresses that were given.</summary>
    public ImmutableArray<IPEndPoint> EndPoints { get; }

    /// <summary>Begins to serve.</summary>
    /// <param name="options">What is served, and where.</param>
    /// <param name="time">The clock of all waits.</param>
    /// <returns>The server, which listens already.</returns>
    /// <exception cref="ConfigurationException">The folder is not there, or an address or the port cannot be had.</exception>
    public static TftpServer Start(TftpOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        var root = new BootRoot(options.Root);
        return new(options, root, Listening.Bind("TFTP", options.Addresses, options.Port, ProtocolType.Udp), time);
    }

    /// <summary>Stops listening and ends what is under way.</summary>
    /// <returns>A task that ends when nothing of it runs any more.</returns>
    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested) return;
        await _stopping.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_listeners).ConfigureAwait(false);
        Task[] transfers;
        lock (_gate) transfers = [.. _running.Keys];
        await Task.WhenAll(transfers).ConfigureAwait(false);
        foreach (var socket in _sockets) socket.Dispose();
        _stopping.Dispose();
    }

    private async Task ListenAsync(Socket socket)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var local = (IPEndPoint)socket.LocalEndPoint!;
        var any = new IPEndPoint(local.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        var buffer = new byte[65536];
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var received = await socket.ReceiveMessageFromAsync(buffer, any, _stopping.Token).ConfigureAwait(false);
                Answer(socket, Asked(local.Address, received.PacketInformation), (IPEndPoint)received.RemoteEndPoint, buffer.AsSpan(0, received.ReceivedBytes));
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (SocketException)
            {
                // What one client did (an answer that nobody took, a packet that is too long) is nothing to the others.
            }
        }
    }

    /// <summary>Gives the address that a client has asked.</summary>
    private static IPAddress Asked(IPAddress bound, IPPacketInformation packet)
    {
        if (!bound.Equals(IPAddress.Any) && !bound.Equals(IPAddress.IPv6Any)) return bound;
        var asked = packet.Address;
        if (asked is null || asked.Equals(IPAddress.Broadcast) || asked.IsIPv6Multicast) return bound;
        return asked.IsIPv6LinkLocal ? new(asked.GetAddressBytes(), packet.Interface) : asked;
    }

    private void Answer(Socket socket, IPAddress local, IPEndPoint client, ReadOnlySpan<byte> packet)
    {
        var start = _time.GetTimestamp();
        if (TftpRequest.Read(packet, out var request) is { } refusal)
        {
            Refuse(socket, client, refusal.Error, refusal.Message, "", start);
            return;
        }

        if (request is null) return;
        lock (_gate)
        {
            // The client asks again because our answer is on the way or lost; a transfer that has begun is another matter.
            if (_running.Values.Any(running => !running.Transfer.IsUnderWay && running.Client.Equals(client) && running.Request == request)) return;
            if (_running.Count >= _options.MostTransfers)
            {
                Refuse(socket, client, TftpError.NotDefined, "the server is busy", request.File, start);
                return;
            }
        }

        if (_root.Open(request.File) is not { } file)
        {
            Refuse(socket, client, TftpError.FileNotFound, "no such file", request.File, start);
            return;
        }

        Socket? own = null;
        try
        {
            own = new Socket(client.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            own.Bind(new IPEndPoint(local, 0));
            own.Connect(client);
        }
        catch (SocketException failure)
        {
            own?.Dispose();
            file.Dispose();
            Refuse(socket, client, TftpError.NotDefined, failure.Message, request.File, start);
            return;
        }

        var running = new Running(client, request, new(own, file, request, _options, _time));
        lock (_gate)
        {
            var task = RunAsync(running, own, file, start);
            _running.Add(task, running);
            _ = task.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private void Forget(Task task)
    {
        lock (_gate) _running.Remove(task);
    }

    private async Task RunAsync(Running running, Socket socket, BootFile file, long start)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        using var closing = socket;
        using var closed = file;
        using var limit = new CancellationTokenSource(_options.TransferLimit, _time);
        // Fires for: the server's end; the limit of one transfer.
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token, limit.Token);
        string? failure;
        try
        {
            failure = await running.Transfer.RunAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            failure = limit.IsCancellationRequested ? "the transfer took too long" : "the server was stopped";
        }
        catch (IOException error)
        {
            failure = error.Message;
        }

        _options.Ended?.Invoke(new(
            running.Client, ServedFile.Printable(running.Request.File), running.Transfer.Bytes, _time.GetElapsedTime(start), failure));
    }

    private void Refuse(Socket socket, IPEndPoint client, TftpError error, string message, string path, long start)
    {
        try
        {
            socket.SendTo(TftpPackets.Error(error, message), client); // a datagram: this does not wait
        }
        catch (SocketException)
        {
            // Errors are not sent again (RFC 1350 §7), and neither are those that could not be sent.
        }

        _options.Ended?.Invoke(new(client, ServedFile.Printable(path), 0, _time.GetElapsedTime(start), message));
    }

    private sealed record Running(IPEndPoint Client, TftpRequest Request, TftpTransfer Transfer);
}
