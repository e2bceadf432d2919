using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Kadeploy.Engine.BootServices;
using Kadeploy.Engine.Drivers.Files;
using Kadeploy.Engine.Tests.Drivers.Processes;
using Xunit;

namespace Kadeploy.Engine.Tests.Drivers.Files;

public sealed class FileSourceTests : IDisposable
{
    private readonly ScratchFolder _folder = new();
    private readonly FileSource _files;

    public FileSourceTests() => _files = new(_folder["state"], TimeProvider.System);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _files.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_local_file_is_used_where_it_is_and_its_digest_follows_its_content()
    {
        var path = _folder.Write("image", "first");
        var location = new Uri(path);
        Assert.Equal(new SourceFile(path, 5, DigestOf("first")), await _files.FetchAsync(location, null, Token));
        _folder.Write("other", "other");
        File.SetLastWriteTimeUtc(_folder["other"], File.GetLastWriteTimeUtc(path));
        File.Move(_folder["other"], path, overwrite: true);
        Assert.Equal(DigestOf("other"), (await _files.FetchAsync(location, null, Token)).Sha256);
    }

    [Fact]
    public async Task A_digest_is_remembered_by_the_next_process()
    {
        var location = new Uri(_folder.Write("image", "first"));
        await _files.FetchAsync(location, null, Token);
        var note = Assert.Single(Directory.GetFiles(_folder["state"], "*.digest"));
        var text = await File.ReadAllTextAsync(note, Token);
        await File.WriteAllTextAsync(note, new string('0', 64) + text[64..], Token);
        using var next = new FileSource(_folder["state"], TimeProvider.System);
        Assert.Equal(new string('0', 64), (await next.FetchAsync(location, null, Token)).Sha256);
    }

    [Fact]
    public async Task A_local_file_that_is_another_than_was_recorded_is_refused()
    {
        var location = new Uri(_folder.Write("image", "first"));
        var failure = await Assert.ThrowsAsync<OperationFailedException>(() => _files.FetchAsync(location, DigestOf("second"), Token));
        Assert.Equal(FaultCodes.ImageDigest, failure.Code);
    }

    [Fact]
    public async Task What_is_missing_is_told_before_and_when_it_is_fetched()
    {
        var location = new Uri(_folder["nowhere"]);
        Assert.Contains(_folder["nowhere"], await _files.FindProblemAsync(location, Token), StringComparison.Ordinal);
        Assert.Contains("folder", await _files.FindProblemAsync(new(_folder.Path), Token), StringComparison.Ordinal);
        Assert.Contains("http", await _files.FindProblemAsync(new("ftp://host/x"), Token), StringComparison.Ordinal);
        Assert.Equal(FaultCodes.SourceFile, (await Assert.ThrowsAsync<OperationFailedException>(() => _files.FetchAsync(location, null, Token))).Code);
    }

    [Fact]
    public async Task A_file_is_fetched_once_however_many_ask_and_not_again_while_it_is_the_same()
    {
        Directory.CreateDirectory(_folder["www"]);
        _folder.Write("www/image", "content");
        var answers = new List<ServedFile>();
        await using var server = Serve(answers.Add);
        var location = new Uri($"http://{server.EndPoints[0]}/image");
        Assert.Null(await _files.FindProblemAsync(location, Token));
        var files = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _files.FetchAsync(location, null, Token)));
        Assert.Equal("content", await File.ReadAllTextAsync(Assert.Single(files.Distinct()).Path, Token));
        var sent = answers.Sum(static each => each.Bytes);
        Assert.InRange(sent, 7, 7 * 20); // those who come after the end of the first ask again
        Assert.Equal(files[0], await _files.FetchAsync(location, DigestOf("content"), Token));
        Assert.Equal(sent, answers.Sum(static each => each.Bytes));
        Assert.Empty(Directory.GetFiles(_folder["state"], "*.part"));
    }

    [Fact]
    public async Task A_file_that_was_not_found_on_a_server_is_a_problem()
    {
        Directory.CreateDirectory(_folder["www"]);
        await using var server = Serve(null);
        var location = new Uri($"http://{server.EndPoints[0]}/nothing");
        Assert.Contains("404", await _files.FindProblemAsync(location, Token), StringComparison.Ordinal);
        Assert.Contains("404", (await Assert.ThrowsAsync<OperationFailedException>(() => _files.FetchAsync(location, null, Token))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fetched_file_that_is_another_than_was_recorded_is_refused()
    {
        Directory.CreateDirectory(_folder["www"]);
        _folder.Write("www/image", "content");
        await using var server = Serve(null);
        var location = new Uri($"http://{server.EndPoints[0]}/image");
        Assert.Equal(FaultCodes.ImageDigest, (await Assert.ThrowsAsync<OperationFailedException>(
            () => _files.FetchAsync(location, DigestOf("else"), Token))).Code);
    }

    [Fact]
    public async Task A_connection_that_breaks_is_resumed_where_it_broke()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var heads = new List<string>();
        var serving = Task.Run(async () =>
        {
            foreach (var answer in new[]
            {
                "HTTP/1.1 200 OK\r\nETag: \"v1\"\r\nContent-Length: 10\r\n\r\n01234",
                "HTTP/1.1 206 Partial Content\r\nETag: \"v1\"\r\nContent-Range: bytes 5-9/10\r\nContent-Length: 5\r\n\r\n56789",
            })
            {
                using var client = await listener.AcceptTcpClientAsync(Token);
                using var stream = client.GetStream();
                var buffer = new byte[4096];
                heads.Add(Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer, Token)));
                await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), Token);
            }
        }, Token);
        var file = await _files.FetchAsync(new($"http://{listener.LocalEndpoint}/x"), DigestOf("0123456789"), Token);
        await serving;
        Assert.Equal(10, file.Length);
        Assert.Contains("Range: bytes=5-", heads[1], StringComparison.Ordinal);
        Assert.Contains("If-Range: \"v1\"", heads[1], StringComparison.Ordinal);
    }

    private static string DigestOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private BootFileServer Serve(Action<ServedFile>? ended) => BootFileServer.Start(
        new()
        {
            Root = _folder["www"], Addresses = [IPAddress.Loopback], Port = 0,
            Ended = each =>
            {
                if (ended is not null) lock (_folder) ended(each);
            },
        },
        TimeProvider.System);
}
