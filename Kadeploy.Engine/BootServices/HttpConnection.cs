using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Kadeploy.Engine.BootServices;

/// <summary>Answers the requests of one connection, one after the other (RFC 9112 §9.3).</summary>
internal sealed class HttpConnection(Socket socket, IServedFiles files, BootFileOptions options, TimeProvider time)
{
    private const int PartSize = 128 * 1024;

    private readonly EndPoint _client = socket.RemoteEndPoint!;
    private readonly byte[] _head = new byte[HttpRequestHead.LongestHead];
    private int _filled;

    /// <summary>Answers until the client goes, stays silent or makes a mistake.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>A task that ends with the connection.</returns>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await AnswerAsync(cancellationToken).ConfigureAwait(false))
            {
            }

            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception failure) when (failure is SocketException or OperationCanceledException)
        {
            // The client is gone or too slow, or the server stops.
        }
    }

    private async Task<bool> AnswerAsync(CancellationToken cancellationToken)
    {
        if (await ReadHeadAsync(cancellationToken).ConfigureAwait(false) is not { } length) return false;
        var start = time.GetTimestamp();
        HttpRequestHead? head = null;
        var status = length == 0 ? 431 : HttpRequestHead.Read(_head.AsSpan(0, length), out head);
        _head.AsSpan(length, _filled - length).CopyTo(_head);
        _filled -= length;

        if (status != 0 || head is null)
        {
            await RefuseAsync(status, "", keep: false, body: true, cancellationToken).ConfigureAwait(false);
            options.Ended?.Invoke(new(_client, "", 0, time.GetElapsedTime(start), Reason(status)));
            return false;
        }

        var sent = 0L;
        var failure = "the client went away";
        try
        {
            (sent, failure) = await ServeAsync(head, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            options.Ended?.Invoke(new(_client, ServedFile.Printable(head.Path), sent, time.GetElapsedTime(start), failure));
        }

        return head.KeepAlive && failure != Cut;
    }

    private const string Cut = "the file was cut meanwhile";

    private async Task<(long Sent, string? Failure)> ServeAsync(HttpRequestHead head, CancellationToken cancellationToken)
    {
        if (head.Method is not ("GET" or "HEAD"))
        {
            await RefuseAsync(405, "Allow: GET, HEAD\r\n", head.KeepAlive, body: true, cancellationToken).ConfigureAwait(false);
            return (0, Reason(405));
        }

        var get = head.Method == "GET";
        if (files.Open(head.Path) is not { } file)
        {
            await RefuseAsync(404, "", head.KeepAlive, body: get, cancellationToken).ConfigureAwait(false);
            return (0, Reason(404));
        }

        using var closing = file;
        var tag = string.Create(CultureInfo.InvariantCulture, $"\"{file.Length:x}-{file.Written.Ticks:x}\"");
        // RFC 9110 §14.2: a range is for GET alone; §13.1.5: when the file has changed, all of it is sent.
        var wanted = get && (head.IfRange is null || head.IfRange == tag) ? head.Range : null;
        if (ByteRange.Of(wanted, file.Length) is not { } range)
        {
            var field = string.Create(CultureInfo.InvariantCulture, $"Content-Range: bytes */{file.Length}\r\n");
            await RefuseAsync(416, field, head.KeepAlive, body: true, cancellationToken).ConfigureAwait(false);
            return (0, Reason(416));
        }

        var fields = string.Create(CultureInfo.InvariantCulture,
            $"Content-Type: application/octet-stream\r\nAccept-Ranges: bytes\r\nETag: {tag}\r\nLast-Modified: {file.Written:R}\r\n");
        if (range.IsPart)
            fields += string.Create(CultureInfo.InvariantCulture, $"Content-Range: bytes {range.Offset}-{range.Offset + range.Length - 1}/{file.Length}\r\n");
        await SendAsync(Head(range.IsPart ? 206 : 200, range.Length, fields, head.KeepAlive), cancellationToken).ConfigureAwait(false);
        return get ? await SendFileAsync(file, range, cancellationToken).ConfigureAwait(false) : (0, null);
    }

    private async Task<(long Sent, string? Failure)> SendFileAsync(BootFile file, ByteRange range, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(PartSize);
        try
        {
            for (var sent = 0L; sent < range.Length;)
            {
                var part = buffer.AsMemory(0, (int)Math.Min(PartSize, range.Length - sent));
                // The length is said already: a broken connection is the only way left to tell.
                if (!await file.FillAsync(range.Offset + sent, part, cancellationToken).ConfigureAwait(false)) return (sent, Cut);
                await SendAsync(part, cancellationToken).ConfigureAwait(false);
                sent += part.Length;
            }

            return (range.Length, null);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Reads a head: its length, 0 when it is too long, null when the client is done.</summary>
    private async Task<int?> ReadHeadAsync(CancellationToken cancellationToken)
    {
        using var expiry = new CancellationTokenSource(options.RequestLimit, time);
        // Fires for: the server's end; the request's limit.
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, expiry.Token);
        while (true)
        {
            // RFC 9112 §2.2: empty lines before a request are passed over.
            var blank = 0;
            while (blank < _filled && _head[blank] is (byte)'\r' or (byte)'\n') blank++;
            _head.AsSpan(blank, _filled - blank).CopyTo(_head);
            _filled -= blank;
            if (HeadLength(_head.AsSpan(0, _filled)) is { } length) return length;
            if (_filled == _head.Length) return 0;
            var count = await socket.ReceiveAsync(_head.AsMemory(_filled), either.Token).ConfigureAwait(false);
            if (count == 0) return null;
            _filled += count;
        }
    }

    private static int? HeadLength(ReadOnlySpan<byte> bytes)
    {
        var offset = 0;
        while (bytes[offset..].IndexOf((byte)'\n') is var end and >= 0)
        {
            offset += end + 1;
            if (bytes[offset..].StartsWith("\n"u8)) return offset + 1;
            if (bytes[offset..].StartsWith("\r\n"u8)) return offset + 2;
        }

        return null;
    }

    private Task RefuseAsync(int status, string fields, bool keep, bool body, CancellationToken cancellationToken)
    {
        var text = Encoding.ASCII.GetBytes($"{Reason(status)}\n");
        var head = Head(status, text.Length, $"Content-Type: text/plain\r\n{fields}", keep);
        return SendAsync(body ? (byte[])[.. head, .. text] : head, cancellationToken);
    }

    private byte[] Head(int status, long length, string fields, bool keep) => Encoding.ASCII.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"HTTP/1.1 {status} {Reason(status)}\r\nDate: {time.GetUtcNow():R}\r\nContent-Length: {length}\r\n{fields}Connection: {(keep ? "keep-alive" : "close")}\r\n\r\n"));

    private async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        using var expiry = new CancellationTokenSource(options.StallLimit, time);
        // Fires for: the server's end; a client that takes nothing.
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, expiry.Token);
        while (!bytes.IsEmpty) bytes = bytes[await socket.SendAsync(bytes, either.Token).ConfigureAwait(false)..];
    }

    private static string Reason(int status) => status switch
    {
        200 => "OK",
        206 => "Partial Content",
        404 => "Not Found",
        405 => "Method Not Allowed",
        413 => "Content Too Large",
        416 => "Range Not Satisfiable",
        431 => "Request Header Fields Too Large",
        505 => "HTTP Version Not Supported",
        _ => "Bad Request",
    };
}
