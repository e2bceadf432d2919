using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using Kadeploy.Engine.BootServices;
using Kadeploy.Engine.Drivers.Processes;
using Xunit;

namespace Kadeploy.Engine.Tests.BootServices;

public sealed class BootFileServerTests : IAsyncDisposable
{
    private readonly BootFiles _files = new();
    private readonly Channel<ServedFile> _ended = Channel.CreateUnbounded<ServedFile>();
    private readonly List<BootFileServer> _servers = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers) await server.DisposeAsync();
        _files.Dispose();
    }

    [Theory]
    [InlineData("GET /513", 200, 0, 513)]
    [InlineData("GET /0", 200, 0, 0)]
    [InlineData("GET http://somewhere/513?x=y", 200, 0, 513)]
    [InlineData("GET /513|Range: bytes=0-0", 206, 0, 1)]
    [InlineData("GET /513|Range: bytes=500-", 206, 500, 13)]
    [InlineData("GET /513|Range: bytes=500-9999", 206, 500, 13)]
    [InlineData("GET /513|Range: bytes=-13", 206, 500, 13)]
    [InlineData("GET /513|Range: bytes=-9999", 206, 0, 513)]
    [InlineData("GET /513|Range: bytes=0-1,3-4", 200, 0, 513)]
    [InlineData("GET /513|Range: bytes=5-2", 200, 0, 513)]
    [InlineData("GET /513|Range: lines=1-2", 200, 0, 513)]
    [InlineData("GET /513|Range: bytes=1-2|If-Range: \"other\"", 200, 0, 513)]
    public async Task Files_and_their_parts_are_served(string request, int status, int offset, int length)
    {
        var (head, body) = await AskAsync(Start(), request);
        Assert.StartsWith($"HTTP/1.1 {status} ", head, StringComparison.Ordinal);
        Assert.Contains($"\r\nContent-Length: {length}\r\n", head, StringComparison.Ordinal);
        Assert.Equal(_files[request.Contains("/0", StringComparison.Ordinal) ? "0" : "513"].AsSpan(offset, length).ToArray(), body);
        Assert.Equal(status == 206, head.Contains($"\r\nContent-Range: bytes {offset}-{offset + length - 1}/513\r\n", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_part_of_an_unchanged_file_is_served_on_condition()
    {
        var server = Start();
        var (head, _) = await AskAsync(server, "GET /513");
        var tag = head.Split("\r\n").Single(static line => line.StartsWith("ETag: ", StringComparison.Ordinal))[6..];
        Assert.StartsWith("HTTP/1.1 206 ", (await AskAsync(server, $"GET /513|Range: bytes=1-2|If-Range: {tag}")).Head, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET /513|Range: bytes=513-", "416")]
    [InlineData("GET /0|Range: bytes=-5", "416")]
    [InlineData("POST /513", "405")]
    [InlineData("DELETE /513", "405")]
    [InlineData("GET /missing", "404")]
    [InlineData("GET /%zz", "400")]
    [InlineData("GET /a%00b", "400")]
    [InlineData("GET *", "400")]
    [InlineData("POST /513|Content-Length: 5", "413")]
    [InlineData("GET /513|Transfer-Encoding: chunked", "413")]
    [InlineData("GET /513|Host: again", "400")]
    [InlineData("GET /513|Bad Name: x", "400")]
    public async Task What_cannot_be_served_is_said(string request, string status) =>
        Assert.StartsWith($"HTTP/1.1 {status} ", (await AskAsync(Start(), request)).Head, StringComparison.Ordinal);

    [Theory]
    [InlineData("GET /513 HTTP/1.1\r\n\r\n", "400")] // RFC 9112 §3.2: no host
    [InlineData("GET /513\r\n\r\n", "400")]
    [InlineData("GET /513 HTTP/2.0\r\nHost: x\r\n\r\n", "505")]
    [InlineData("GET /513 HTTP/1.0\r\n\r\n", "200")]
    [InlineData("\r\n\r\nGET /513 HTTP/1.0\r\n\r\n", "200")]
    [InlineData("GET /513 HTTP/1.0\n\n", "200")]
    [InlineData("GET /5\r13 HTTP/1.0\r\n\r\n", "400")]
    [InlineData("GET /ü HTTP/1.0\r\n\r\n", "400")]
    public async Task Heads_are_read_strictly(string head, string status) =>
        Assert.StartsWith($"HTTP/1.1 {status} ", await RawAsync(Start(), Encoding.UTF8.GetBytes(head)), StringComparison.Ordinal);

    [Fact]
    public async Task A_head_that_does_not_end_is_refused() =>
        Assert.StartsWith("HTTP/1.1 431 ", await RawAsync(Start(), Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nX: " + new string('x', 20_000))[..16384]), StringComparison.Ordinal);

    [Fact]
    public async Task HEAD_says_what_GET_would_and_sends_nothing()
    {
        var text = await RawAsync(Start(), "HEAD /100000 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"u8.ToArray());
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", text, StringComparison.Ordinal);
        Assert.Contains("\r\nContent-Length: 100000\r\n", text, StringComparison.Ordinal);
        Assert.EndsWith("\r\nConnection: close\r\n\r\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_serves_many_requests_even_when_they_come_together()
    {
        var text = await RawAsync(Start(), Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("GET /good-link HTTP/1.1\r\nHost: x\r\n\r\n", 50))
            + "GET /missing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
        Assert.Equal(50, text.Split("\r\n\r\ninside").Length - 1);
        Assert.Contains("HTTP/1.1 404 ", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_outside_of_the_root_is_served()
    {
        var server = Start();
        foreach (var name in BootFiles.Escapes)
        {
            foreach (var path in new[] { name.Replace("\\", "%5c", StringComparison.Ordinal), name.Replace(".", "%2e", StringComparison.Ordinal) })
            {
                var (head, _) = await AskAsync(server, $"GET /{path.Replace(' ', '+')}");
                Assert.True(head.StartsWith("HTTP/1.1 404 ", StringComparison.Ordinal), $"'{path}' was answered by {head[..12]}");
            }
        }
    }

    [Fact]
    public async Task A_hundred_clients_are_served_at_once()
    {
        var server = Start();
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => AskAsync(server, "GET /100000")));
        Assert.All(answers, answer => Assert.Equal(_files["100000"], answer.Body));
    }

    [Fact]
    public async Task Garbage_does_not_stop_the_server()
    {
        var server = Start();
        var random = new Random(5);
        for (var i = 0; i < 300; i++)
        {
            var bytes = "GET /513 HTTP/1.1\r\nHost: x\r\nRange: bytes=1-2\r\nConnection: close\r\n\r\n"u8.ToArray();
            for (var flips = random.Next(6); flips > 0; flips--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            await RawAsync(server, bytes[..random.Next(bytes.Length + 1)]);
        }

        Assert.StartsWith("HTTP/1.1 200 ", (await AskAsync(server, "GET /513")).Head, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silent_client_is_let_go()
    {
        var server = Start(static options => options with { RequestLimit = TimeSpan.FromMilliseconds(50) });
        using var client = new TcpClient();
        await client.ConnectAsync(server, Token);
        Assert.Equal(0, await ReadToEndAsync(client));
    }

    [Fact]
    public async Task A_client_that_takes_nothing_is_let_go()
    {
        _files.Add("big", 50_000_000);
        var server = Start(static options => options with { StallLimit = TimeSpan.FromMilliseconds(100) });
        using var client = new TcpClient { ReceiveBufferSize = 4096 };
        await client.ConnectAsync(server, Token);
        await client.GetStream().WriteAsync("GET /big HTTP/1.0\r\n\r\n"u8.ToArray(), Token);
        Assert.NotNull((await _ended.Reader.ReadAsync(Token)).Failure);
    }

    [Theory]
    [InlineData("-o {file} http://127.0.0.1:{port}/100000", "200 1")]
    [InlineData("-o {file} -C 40000 http://127.0.0.1:{port}/100000", "206 1")]
    [InlineData("-o {file} http://127.0.0.1:{port}/1 -o {file} http://127.0.0.1:{port}/100000", "200 1;200 0")]
    [InlineData("-0 -o {file} http://127.0.0.1:{port}/100000", "200 1")]
    [InlineData("--path-as-is -o /dev/null http://127.0.0.1:{port}/../outside/secret", "404 1")]
    [InlineData("-I -o /dev/null http://127.0.0.1:{port}/100000", "200 1")]
    public async Task The_real_curl_is_served(string arguments, string expected)
    {
        Assert.SkipUnless(ProgramPath.Find("curl") is not null, "curl is not installed (on Debian: apt install curl)");
        var file = Path.Combine(_files.Scratch, "got");
        if (arguments.Contains("-C", StringComparison.Ordinal)) await File.WriteAllBytesAsync(file, _files["100000"][..40000], Token);
        var words = arguments.Replace("{port}", Start().Port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("{file}", file, StringComparison.Ordinal).Split(' ');
        var outcome = await new ProcessRunner(TimeProvider.System).RunAsync(
            new()
            {
                Program = "curl",
                Arguments = ["-sS", "--noproxy", "*", "-w", "%{http_code} %{num_connects}\\n", .. words.Select(static word => (ProcessArgument)word)],
            },
            Token);
        Assert.Equal(expected, string.Join(';', outcome.Output));
        if (arguments.Contains(file, StringComparison.Ordinal) || arguments.Contains("{file}", StringComparison.Ordinal))
            Assert.Equal(_files["100000"], await File.ReadAllBytesAsync(file, Token));
    }

    private IPEndPoint Start(Func<BootFileOptions, BootFileOptions>? change = null)
    {
        var options = new BootFileOptions { Root = _files.Root, Addresses = [IPAddress.Loopback], Port = 0, Ended = ended => _ended.Writer.TryWrite(ended) };
        var server = BootFileServer.Start(change?.Invoke(options) ?? options, TimeProvider.System);
        _servers.Add(server);
        return server.EndPoints[0];
    }

    private static async Task<(string Head, byte[] Body)> AskAsync(IPEndPoint server, string request)
    {
        var lines = request.Split('|');
        var bytes = await RawBytesAsync(server, Encoding.ASCII.GetBytes(
            $"{lines[0]} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{string.Concat(lines.Skip(1).Select(static line => line + "\r\n"))}\r\n"));
        var end = bytes.AsSpan().IndexOf("\r\n\r\n"u8);
        return (Encoding.ASCII.GetString(bytes, 0, end + 4), bytes[(end + 4)..]);
    }

    private static async Task<string> RawAsync(IPEndPoint server, byte[] request) => Encoding.ASCII.GetString(await RawBytesAsync(server, request));

    private static async Task<byte[]> RawBytesAsync(IPEndPoint server, byte[] request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server, Token);
        var stream = client.GetStream();
        using var answer = new MemoryStream();
        try
        {
            await stream.WriteAsync(request, Token);
            client.Client.Shutdown(SocketShutdown.Send);
            await stream.CopyToAsync(answer, Token);
        }
        catch (IOException)
        {
            // A server may break off what it does not like; what it said before counts.
        }

        return answer.ToArray();
    }

    private static async Task<int> ReadToEndAsync(TcpClient client) => await client.GetStream().ReadAsync(new byte[10], Token);
}
