using System.Net.Sockets;

namespace Kadeploy.Agent;

/// <summary>Opens connections.</summary>
internal static class Dial
{
    private static readonly TimeSpan ConnectTime = TimeSpan.FromSeconds(5);

    /// <summary>Connects to a port.</summary>
    /// <param name="host">An address or a name.</param>
    /// <param name="port">The port.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="SocketException">It is refused, or not to be found.</exception>
    /// <exception cref="TimeoutException">There is no answer.</exception>
    public static async Task<Socket> ConnectAsync(string host, int port, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            // Short attempts: a lost SYN is sent again only after seconds that double.
            using var limit = new CancellationTokenSource(ConnectTime, TimeProvider.System);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            await socket.ConnectAsync(host, port, stop.Token).ConfigureAwait(false);
            return socket;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            socket.Dispose();
            throw new TimeoutException("does not answer");
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
