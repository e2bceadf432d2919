using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Kadeploy.Agent.Images;

/// <summary>The answer to one GET: the content of a file from an offset on. Plain HTTP/1.1 on a socket: the framework's client is larger than the agent.</summary>
internal sealed class HttpDownload : IDisposable
{
    private const int LargestHead = 16 * 1024;
    private const int SilenceMilliseconds = 30_000;
    private readonly Socket _socket;
    private readonly byte[] _head;
    private int _headStart;
    private int _headEnd;

    private HttpDownload(Socket socket, byte[] head) => (_socket, _head) = (socket, head);

    /// <summary>Gets the length of the whole file in bytes.</summary>
    public long Length { get; private set; }

    /// <summary>Gets what tells this version of the file from others; empty when the server does not say.</summary>
    public string Version { get; private set; } = "";

    /// <summary>Gets the offset of the first byte that comes.</summary>
    public long Offset { get; private set; }

    /// <summary>Asks for a file.</summary>
    /// <param name="address">The file.</param>
    /// <param name="offset">From where on.</param>
    /// <exception cref="HttpRefusalException">The server answers, but not with the file.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    /// <exception cref="SocketException">There is none.</exception>
    /// <exception cref="TimeoutException">The server does not answer.</exception>
    public static async Task<HttpDownload> OpenAsync(Uri address, long offset)
    {
        var socket = await Dial.ConnectAsync(address.IdnHost, address.Port, CancellationToken.None).ConfigureAwait(false);
        var download = new HttpDownload(socket, new byte[LargestHead]);
        try
        {
            socket.ReceiveTimeout = socket.SendTimeout = SilenceMilliseconds;
            var range = offset == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"Range: bytes={offset}-\r\n");
            var request = Encoding.ASCII.GetBytes(
                $"GET {address.PathAndQuery} HTTP/1.1\r\nHost: {address.Authority}\r\nUser-Agent: kadeploy-agent\r\nAccept-Encoding: identity\r\n{range}Connection: close\r\n\r\n");
            for (var sent = 0; sent < request.Length;) sent += socket.Send(request.AsSpan(sent));
            download.ReadHead(offset);
            return download;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Reads what comes next.</summary>
    /// <returns>The number of bytes; 0 when the server has closed the connection.</returns>
    /// <exception cref="SocketException">The connection broke or fell silent.</exception>
    public int Read(Span<byte> buffer)
    {
        var left = Math.Min(buffer.Length, _headEnd - _headStart);
        if (left == 0) return _socket.Receive(buffer);
        _head.AsSpan(_headStart, left).CopyTo(buffer);
        _headStart += left;
        return left;
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private void ReadHead(long offset)
    {
        int end;
        while ((end = _head.AsSpan(0, _headEnd).IndexOf("\r\n\r\n"u8)) < 0)
        {
            if (_headEnd == _head.Length) throw new HttpRefusalException("the server's answer has an endless head", isFinal: true);
            var count = _socket.Receive(_head.AsSpan(_headEnd));
            if (count == 0) throw new IOException("the server closed the connection without an answer");
            _headEnd += count;
        }

        _headStart = end + 4;
        var lines = Encoding.Latin1.GetString(_head, 0, end).Split("\r\n");
        var status = Status(lines[0]);
        if (status is not (200 or 206)) throw new HttpRefusalException($"the server answers with status {status}", isFinal: status is not (408 or 429 or >= 500));
        var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines.Skip(1))
        {
            var colon = line.IndexOf(':');
            if (colon > 0) fields[line[..colon]] = line[(colon + 1)..].Trim();
        }

        if (fields.ContainsKey("Transfer-Encoding")) throw new HttpRefusalException("the server sends the file in pieces of its own (Transfer-Encoding), without its length", isFinal: true);
        Version = fields.GetValueOrDefault("ETag", "");
        (Offset, Length) = status == 206 ? Range(fields.GetValueOrDefault("Content-Range", "")) : (0, Number(fields.GetValueOrDefault("Content-Length", "")));
        if (Offset != offset && Offset != 0) throw new HttpRefusalException("the server sends another part of the file than it was asked for", isFinal: true);
    }

    private static int Status(string line) =>
        line.StartsWith("HTTP/1.", StringComparison.Ordinal) && line.Length >= 12 && int.TryParse(line.AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var status)
            ? status : throw new HttpRefusalException("the server does not speak HTTP", isFinal: true);

    // bytes FIRST-LAST/LENGTH
    private static (long First, long Length) Range(string value)
    {
        var (dash, slash) = (value.IndexOf('-'), value.IndexOf('/'));
        if (!value.StartsWith("bytes ", StringComparison.Ordinal) || dash < 0 || slash < dash) throw new HttpRefusalException("the server does not say which part of the file it sends", isFinal: true);
        return (Number(value[6..dash]), Number(value[(slash + 1)..]));
    }

    private static long Number(string value) =>
        long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number : throw new HttpRefusalException("the server does not say how long the file is", isFinal: true);
}

/// <summary>The server answers, but not with what it was asked for.</summary>
/// <param name="message">How, for people.</param>
/// <param name="isFinal">Whether asking again is of no use.</param>
internal sealed class HttpRefusalException(string message, bool isFinal) : Exception(message)
{
    public bool IsFinal => isFinal;
}
