using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Kadeploy.Agent.Tests.EndToEnd;

/// <summary>Serves one file by HTTP on loopback, as badly as a test wants it.</summary>
internal sealed class ImageServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;

    public ImageServer(byte[] content)
    {
        Content = content;
        _listener.Start();
        _serving = ServeAsync();
    }

    public byte[] Content { get; set; }

    /// <summary>Gets after how many bytes of content a connection breaks; one each, in order; the rest is whole.</summary>
    public ConcurrentQueue<int> Breaks { get; } = new();

    public bool KnowsRanges { get; set; } = true;

    public string Status { get; set; } = "200 OK";

    public ConcurrentQueue<string> Requests { get; } = new();

    public string Address => $"http://{_listener.LocalEndpoint}/s3cret/image.tar?x=1";

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _serving;
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                await AnswerAsync(client);
            }
            catch (Exception problem) when (problem is OperationCanceledException or IOException)
            {
                if (_stop.IsCancellationRequested) return;
            }
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        var request = await reader.ReadLineAsync(_stop.Token) ?? "";
        var offset = 0;
        while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 } line)
            if (line.StartsWith("Range: bytes=", StringComparison.Ordinal)) offset = int.Parse(line[13..].TrimEnd('-'), CultureInfo.InvariantCulture);
        Requests.Enqueue($"{request} {offset}");
        if (!KnowsRanges) offset = 0;
        var head = Status != "200 OK" ? $"HTTP/1.1 {Status}\r\nContent-Length: 0\r\n\r\n"
            : offset == 0 ? $"HTTP/1.1 200 OK\r\nContent-Length: {Content.Length}\r\n\r\n"
            : $"HTTP/1.1 206 Partial Content\r\ncontent-range: bytes {offset}-{Content.Length - 1}/{Content.Length}\r\nContent-Length: {Content.Length - offset}\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head), _stop.Token);
        if (Status != "200 OK") return;
        var rest = Content.AsMemory(offset);
        await stream.WriteAsync(Breaks.TryDequeue(out var bytes) ? rest[..Math.Min(bytes, rest.Length)] : rest, _stop.Token);
    }
}
