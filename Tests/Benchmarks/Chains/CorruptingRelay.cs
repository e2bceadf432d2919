using System.Net;
using System.Net.Sockets;
using Kadeploy.TestKit.Chains;

namespace Kadeploy.Benchmarks.Chains;

/// <summary>Stands in the way from one node to the next, and turns one bit in each 100 MB of what passes.</summary>
/// <remarks>The node's own address leads to it there; it reaches the node itself by another address. Checksums of TCP are right on both sides, as they are when a card or
/// its memory is broken.</remarks>
internal sealed class CorruptingRelay : IAsyncDisposable
{
    private const long Distance = 100_000_000;
    private readonly NamespaceNetwork _network;
    private readonly Socket _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private readonly int _node;
    private readonly int _next;
    private long _passed;

    /// <summary>Puts it in the way of a node.</summary>
    public CorruptingRelay(NamespaceNetwork network, int node, int nodes)
    {
        (_network, _node, _next) = (network, node, Math.Min(node + 1, nodes));
        // On the way: the address of the node is the next one's own, and leads here; the relay's connections start at the node itself.
        network.Change(_next, $"addr add {NamespaceNetwork.AddressOf(node)}/32 dev lo\n");
        network.Change(node, $"addr add {Second(node)}/16 dev eth0\n");
        _listener = network.Inside(_next, () =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(NamespaceNetwork.AddressOf(node), 25303));
            socket.Listen(16);
            return socket;
        });
        _accepting = AcceptAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _network.Change(_next, $"addr del {NamespaceNetwork.AddressOf(_node)}/32 dev lo\n");
        _network.Change(_node, $"addr del {Second(_node)}/16 dev eth0\n");
        _stop.Dispose();
    }

    private static IPAddress Second(int node) => new([10, 99, 250, (byte)node]);

    private async Task AcceptAsync()
    {
        var links = new List<Task>();
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                links.Add(PassAsync(await _listener.AcceptAsync(_stop.Token)));
            }
            catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                break;
            }
        }

        await Task.WhenAll(links).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task PassAsync(Socket reader)
    {
        using var near = reader;
        using var far = _network.Inside(_next, () => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        await far.ConnectAsync(new IPEndPoint(Second(_node), 25303), _stop.Token);
        await Task.WhenAny(CopyAsync(near, far, damages: false), CopyAsync(far, near, damages: true));
    }

    private async Task CopyAsync(Socket from, Socket to, bool damages)
    {
        var buffer = new byte[256 * 1024];
        while (await from.ReceiveAsync(buffer, _stop.Token) is var count and > 0)
        {
            // Not in the greeting, whose damage would only close the connection.
            if (damages && (_passed + count) / Distance > _passed / Distance) buffer[count / 2] ^= 4;
            if (damages) _passed += count;
            for (var sent = 0; sent < count;) sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), _stop.Token);
        }
    }
}
