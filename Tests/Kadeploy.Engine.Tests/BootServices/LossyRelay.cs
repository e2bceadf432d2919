using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Kadeploy.Engine.Tests.BootServices;

/// <summary>Stands between clients and a TFTP server, and loses, doubles and swaps packets as its seed decrees.</summary>
internal sealed class LossyRelay : IAsyncDisposable
{
    private readonly IPEndPoint _server;
    private readonly Socket _front;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _tasks = [];
    private readonly ConcurrentDictionary<EndPoint, (Socket Socket, IPEndPoint?[] Transfer)> _clients = new();
    private readonly Random _random;
    private readonly Dictionary<string, (byte[] Packet, Action<byte[]> Send)> _held = [];

    public LossyRelay(IPEndPoint server, int seed)
    {
        (_server, _random, _front) = (server, new(seed), TftpClient.Open(server));
        _tasks.Add(ForwardAsync());
    }

    public IPEndPoint EndPoint => (IPEndPoint)_front.LocalEndPoint!;

    public int Lost { get; private set; }

    public int Doubled { get; private set; }

    public int Swapped { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_tasks);
        foreach (var (socket, _) in _clients.Values) socket.Dispose();
        _front.Dispose();
        _stop.Dispose();
    }

    private async Task ForwardAsync()
    {
        var buffer = new byte[70000];
        while (await ReceiveAsync(_front, buffer) is { } received)
        {
            var (socket, transfer) = _clients.GetOrAdd(received.RemoteEndPoint, client =>
            {
                var (own, known) = (TftpClient.Open(_server), new IPEndPoint?[1]);
                _tasks.Add(BackAsync(client, own, known));
                return (own, known);
            });
            Pass($"to {received.RemoteEndPoint}", buffer[..received.ReceivedBytes], packet => socket.SendTo(packet, transfer[0] ?? _server));
        }
    }

    private async Task BackAsync(EndPoint client, Socket socket, IPEndPoint?[] transfer)
    {
        var buffer = new byte[70000];
        while (await ReceiveAsync(socket, buffer) is { } received)
        {
            transfer[0] ??= (IPEndPoint)received.RemoteEndPoint;
            if (transfer[0]!.Equals(received.RemoteEndPoint)) Pass($"from {client}", buffer[..received.ReceivedBytes], packet => _front.SendTo(packet, client));
        }
    }

    private async Task<SocketReceiveFromResult?> ReceiveAsync(Socket socket, byte[] buffer)
    {
        while (true)
        {
            try
            {
                return await socket.ReceiveFromAsync(buffer, _server, _stop.Token);
            }
            catch (OperationCanceledException)
            {
                return null;
            }
            catch (SocketException)
            {
                // The other side has closed its socket; its partner will find out.
            }
        }
    }

    private void Pass(string way, byte[] packet, Action<byte[]> send)
    {
        lock (_random)
        {
            try
            {
                var chance = _random.NextDouble();
                if (chance < 0.10)
                {
                    Lost++;
                    return;
                }

                if (chance < 0.20 && !_held.ContainsKey(way))
                {
                    _held[way] = (packet, send); // goes after the next one
                    return;
                }

                send(packet);
                if (chance > 0.90)
                {
                    Doubled++;
                    send(packet);
                }

                if (!_held.Remove(way, out var held)) return;
                Swapped++;
                held.Send(held.Packet);
            }
            catch (SocketException)
            {
                // As above.
            }
        }
    }
}
