using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Kadeploy.Engine.Tests.BootServices;

/// <summary>A client by the book: it acknowledges windows (RFC 7440), repeats itself, and takes packets of one server port only.</summary>
internal static class TftpClient
{
    public static byte[] Request(string file, string mode = "octet", params string[] options) =>
        [0, 1, .. Encoding.UTF8.GetBytes(string.Concat(new[] { file, mode }.Concat(options).Select(static field => field + "\0")))];

    public static Socket Open(IPEndPoint server)
    {
        var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(server.Address, 0));
        return socket;
    }

    /// <summary>Asks once and gives the first answer.</summary>
    public static async Task<byte[]> AskAsync(IPEndPoint server, byte[] packet, CancellationToken cancellationToken)
    {
        using var socket = Open(server);
        await socket.SendToAsync(packet, server, cancellationToken);
        var buffer = new byte[70000];
        var received = await socket.ReceiveFromAsync(buffer, server, cancellationToken);
        return buffer[..received.ReceivedBytes];
    }

    public static async Task<byte[]> GetAsync(
        IPEndPoint server, string file, TimeSpan timeout, CancellationToken cancellationToken, params string[] options)
    {
        using var socket = Open(server);
        var (content, buffer) = (new MemoryStream(), new byte[70000]);
        var (blockSize, window, next, inWindow) = (512, 1, 1L, 0);
        IPEndPoint? transfer = null;
        var last = Request(file, "octet", options);
        var target = server;
        await socket.SendToAsync(last, target, cancellationToken);
        for (var silent = 0; silent < 200;)
        {
            using var expiry = new CancellationTokenSource(timeout);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(expiry.Token, cancellationToken);
            SocketReceiveFromResult received;
            try
            {
                received = await socket.ReceiveFromAsync(buffer, server, either.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                silent++;
                inWindow = 0;
                await socket.SendToAsync(last, target, cancellationToken);
                continue;
            }

            transfer ??= (IPEndPoint)received.RemoteEndPoint;
            if (!transfer.Equals(received.RemoteEndPoint)) continue;
            target = transfer;
            var packet = buffer.AsMemory(0, received.ReceivedBytes);
            switch (packet.Span[1])
            {
                case 6 when next == 1:
                    var fields = Encoding.ASCII.GetString(packet.Span[2..]).Split('\0');
                    for (var i = 0; i + 1 < fields.Length; i += 2)
                    {
                        if (fields[i] == "blksize") blockSize = int.Parse(fields[i + 1], CultureInfo.InvariantCulture);
                        if (fields[i] == "windowsize") window = int.Parse(fields[i + 1], CultureInfo.InvariantCulture);
                    }

                    last = [0, 4, 0, 0];
                    await socket.SendToAsync(last, target, cancellationToken);
                    break;
                case 3:
                    silent = 0;
                    var number = BinaryPrimitives.ReadUInt16BigEndian(packet.Span[2..]);
                    var inOrder = number == (ushort)next;
                    var end = false;
                    if (inOrder)
                    {
                        content.Write(packet.Span[4..]);
                        (next, inWindow, end) = (next + 1, inWindow + 1, packet.Length - 4 < blockSize);
                    }

                    if (inOrder && !end && inWindow < window) break;
                    inWindow = 0;
                    last = [0, 4, (byte)((next - 1) >> 8), (byte)(next - 1)];
                    await socket.SendToAsync(last, target, cancellationToken);
                    if (!end) break;
                    // The last acknowledgement may be lost: a few more keep the server from waiting for nothing.
                    for (var i = 0; i < 5; i++) await socket.SendToAsync(last, target, cancellationToken);
                    return content.ToArray();
                case 5:
                    throw new IOException(Encoding.ASCII.GetString(packet.Span[4..]));
                default:
                    break;
            }
        }

        throw new IOException("the server does not answer");
    }
}
