using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Kadeploy.TestKit;

/// <summary>An HTTP server on the loopback that says what a test wants, also what no server should say.</summary>
internal sealed class FaultyServer : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _closing = new();
    private readonly ConcurrentQueue<Asked> _requests = new();
    private readonly ConcurrentBag<Task> _serving = [];
    private readonly Task _accepting;

    public FaultyServer(IPAddress? address = null)
    {
        _listener = new(address ?? IPAddress.Loopback, 0);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Gets or sets what is answered to a request; it writes whatever it likes, and the connection is closed after it.</summary>
    public Func<Asked, Stream, Task> Answer { get; set; } = static (_, stream) => WriteAsync(stream, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");

    /// <summary>Gets all requests, in their order.</summary>
    public IReadOnlyList<Asked> Requests => [.. _requests];

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public Uri At(string path) => new($"http://{_listener.LocalEndpoint}/{path}");

    public static Task WriteAsync(Stream stream, string text) => stream.WriteAsync(Encoding.UTF8.GetBytes(text)).AsTask();

    /// <summary>Answers as a good server does, with conditions and ranges.</summary>
    public static Func<Asked, Stream, Task> Serves(Func<byte[]> content, Func<string> tag) => async (asked, stream) =>
    {
        var (bytes, etag) = (content(), tag());
        if (asked.Headers.GetValueOrDefault("if-none-match") == etag)
        {
            await WriteAsync(stream, $"HTTP/1.1 304 Not Modified\r\nETag: {etag}\r\nConnection: close\r\n\r\n");
            return;
        }

        var from = asked.From is { } start && asked.Headers.GetValueOrDefault("if-range") == etag ? start : 0;
        await WriteAsync(stream, from > 0
            ? $"HTTP/1.1 206 Partial Content\r\nETag: {etag}\r\nContent-Range: bytes {from}-{bytes.Length - 1}/{bytes.Length}\r\nContent-Length: {bytes.Length - from}\r\nConnection: close\r\n\r\n"
            : $"HTTP/1.1 200 OK\r\nETag: {etag}\r\nContent-Length: {bytes.Length}\r\nConnection: close\r\n\r\n");
        if (asked.Method == "GET") await stream.WriteAsync(bytes.AsMemory((int)from));
    };

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_serving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _closing.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_closing.Token);
                _serving.Add(ServeAsync(client));
            }
        }
        catch (Exception closed) when (closed is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                using var stream = client.GetStream();
                var head = new StringBuilder();
                var buffer = new byte[1];
                while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
                {
                    if (await stream.ReadAsync(buffer, _closing.Token) == 0) return;
                    head.Append((char)buffer[0]);
                }

                var asked = new Asked(head.ToString());
                _requests.Enqueue(asked);
                await Answer(asked, stream).WaitAsync(_closing.Token);
                client.Client.Shutdown(SocketShutdown.Send);
            }
            catch (Exception gone) when (gone is IOException or SocketException or OperationCanceledException)
            {
            }
        }
    }
}

/// <summary>A request.</summary>
internal sealed class Asked
{
    public Asked(string head)
    {
        var lines = head.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        (Method, Path) = (lines[0].Split(' ')[0], lines[0].Split(' ')[1]);
        Headers = lines.Skip(1).Select(static line => line.Split(": ", 2)).ToDictionary(static pair => pair[0].ToLowerInvariant(), static pair => pair[1]);
    }

    public string Method { get; }

    public string Path { get; }

    public Dictionary<string, string> Headers { get; }

    /// <summary>Gets where the range begins that is asked for.</summary>
    public long? From => Headers.TryGetValue("range", out var range) ? long.Parse(range["bytes=".Length..].TrimEnd('-'), System.Globalization.CultureInfo.InvariantCulture) : null;
}
