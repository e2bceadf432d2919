using Kadeploy.Engine.Configuration;
using Kadeploy.Engine.Drivers.Files;
using Kadeploy.TestKit;
using Xunit;
using static Kadeploy.Engine.Tests.Drivers.Files.CacheBench;

namespace Kadeploy.Engine.Tests.Drivers.Files;

/// <summary>Files from servers with all faults that servers have.</summary>
public sealed class DownloadTests : IAsyncLifetime
{
    private readonly CacheBench _bench = new();
    private readonly FaultyServer _server = new();
    private readonly byte[] _content = Bytes(3_000_000, 1);
    private FileSource _files = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server.Answer = FaultyServer.Serves(() => _content, static () => "\"v1\"");
        _files = await _bench.OpenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _bench.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_file_is_fetched_once_however_many_ask_in_however_many_processes()
    {
        FileSource[] processes = [_files, await _bench.OpenAsync(), await _bench.OpenAsync()];
        using var all = new DisposableList();
        var fetches = Enumerable.Range(0, 30).Select(i => all.Add(processes[i % 3].Open("ada", [])).FetchAsync(_server.At("image"), null, Token));
        var files = await Task.WhenAll(fetches);
        var file = Assert.Single(files.Distinct());
        Assert.Equal(DigestOf(_content), file.Sha256);
        Assert.Equal(_content, await File.ReadAllBytesAsync(file.Path, Token));
        Assert.Single(_server.Requests, static asked => !asked.Headers.ContainsKey("if-none-match"));
        Assert.Single(Directory.GetDirectories(_bench.Files));
    }

    [Fact]
    public async Task What_was_fetched_is_asked_for_with_a_condition_also_after_a_restart()
    {
        await FetchAsync(_files);
        var again = await FetchAsync(await _bench.OpenAsync());
        Assert.Equal(DigestOf(_content), again.Sha256);
        Assert.Equal("\"v1\"", _server.Requests[^1].Headers["if-none-match"]);
        Assert.Equal(2, _server.Requests.Count);
    }

    [Fact]
    public async Task Without_a_tag_the_time_of_modification_is_the_condition()
    {
        const string Modified = "Thu, 01 Jan 2026 10:00:00 GMT";
        _server.Answer = (asked, stream) => FaultyServer.WriteAsync(stream, asked.Headers.GetValueOrDefault("if-modified-since") == Modified
            ? "HTTP/1.1 304 Not Modified\r\n\r\n"
            : $"HTTP/1.1 200 OK\r\nLast-Modified: {Modified}\r\nContent-Length: 3\r\n\r\nabc");
        await FetchAsync(_files);
        Assert.Equal(DigestOf("abc"), (await FetchAsync(_files)).Sha256);
        Assert.Equal(2, _server.Requests.Count);
    }

    [Fact]
    public async Task A_file_with_a_recorded_digest_is_not_asked_for_again_at_all()
    {
        await FetchAsync(_files);
        using var scope = (await _bench.OpenAsync()).Open("ada", [new("image of a", new("http://nobody.invalid/image")) { Sha256 = DigestOf(_content) }]);
        Assert.Null(await scope.FindProblemAsync(new("http://nobody.invalid/image"), Token));
        Assert.Equal(_content.Length, (await scope.FetchAsync(new("http://nobody.invalid/image"), null, Token)).Length);
        Assert.Single(_server.Requests);
    }

    [Fact]
    public async Task A_changed_file_is_fetched_again_and_the_old_one_stays_for_those_who_use_it()
    {
        using var old = _files.Open("ada", []);
        var before = await old.FetchAsync(_server.At("image"), null, Token);
        var changed = Bytes(2_000_000, 2);
        _server.Answer = FaultyServer.Serves(() => changed, static () => "\"v2\"");
        Assert.Equal(DigestOf(changed), (await FetchAsync(_files)).Sha256);
        Assert.Equal(before, await old.FetchAsync(_server.At("image"), null, Token)); // an operation has one image, not two
        Assert.Equal(_content, await File.ReadAllBytesAsync(before.Path, Token));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_transfer_that_breaks_off_goes_on_where_it_broke(bool tagged)
    {
        var validator = tagged ? "ETag: \"v1\"" : "Last-Modified: Thu, 01 Jan 2026 10:00:00 GMT";
        _server.Answer = async (asked, stream) =>
        {
            var from = (int)(asked.From ?? 0);
            var head = from == 0 ? "200 OK" : $"206 Partial Content\r\nContent-Range: bytes {from}-{_content.Length - 1}/{_content.Length}";
            await FaultyServer.WriteAsync(stream, $"HTTP/1.1 {head}\r\n{validator}\r\nContent-Length: {_content.Length - from}\r\n\r\n");
            await stream.WriteAsync(_content.AsMemory(from, Math.Min(1_000_000, _content.Length - from)), Token);
        };
        Assert.Equal(DigestOf(_content), (await FetchAsync(_files)).Sha256);
        Assert.Equal([null, 1_000_000, 2_000_000], _server.Requests.Select(static asked => asked.From));
        Assert.Equal(tagged ? "\"v1\"" : "Thu, 01 Jan 2026 10:00:00 GMT", _server.Requests[1].Headers["if-range"]);
        Assert.Equal([TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)], _bench.Time.Pauses);
    }

    [Fact]
    public async Task A_file_that_changes_in_the_middle_is_fetched_anew()
    {
        var changed = Bytes(2_500_000, 3);
        _server.Answer = async (asked, stream) =>
        {
            if (_server.Requests.Count == 1)
            {
                await FaultyServer.WriteAsync(stream, $"HTTP/1.1 200 OK\r\nETag: \"v1\"\r\nContent-Length: {_content.Length}\r\n\r\n");
                await stream.WriteAsync(_content.AsMemory(0, 1_000_000), Token);
                return;
            }

            // One server keeps to the condition; another one does not, and sends a part of another file.
            if (_server.Requests.Count == 2)
                await FaultyServer.WriteAsync(stream, $"HTTP/1.1 206 Partial Content\r\nETag: \"v2\"\r\nContent-Range: bytes 1000000-2499999/2500000\r\nContent-Length: 1500000\r\n\r\n");
            else await FaultyServer.Serves(() => changed, static () => "\"v2\"")(asked, stream);
        };
        Assert.Equal(DigestOf(changed), (await FetchAsync(_files)).Sha256);
        Assert.Null(_server.Requests[2].From);
    }

    [Fact]
    public async Task A_server_that_promises_more_than_it_sends_is_asked_again_and_at_last_given_up()
    {
        _server.Answer = static (_, stream) => FaultyServer.WriteAsync(stream, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
        var failure = await Assert.ThrowsAsync<OperationFailedException>(() => FetchAsync(_files));
        Assert.Equal(FaultCodes.SourceFile, failure.Code);
        Assert.Contains("tried 5 times", failure.Message, StringComparison.Ordinal);
        Assert.Equal(5, _server.Requests.Count);
        Assert.Empty(Directory.GetDirectories(_bench.Files)); // what cannot be gone on with is not kept
    }

    [Fact]
    public async Task A_file_of_no_told_length_is_fetched()
    {
        _server.Answer = static (_, stream) => FaultyServer.WriteAsync(stream, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nabcdef");
        Assert.Equal(DigestOf("abcdef"), (await FetchAsync(_files)).Sha256);
    }

    [Fact]
    public async Task A_busy_server_is_asked_again_when_it_says()
    {
        _server.Answer = (asked, stream) => _server.Requests.Count == 1
            ? FaultyServer.WriteAsync(stream, "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 17\r\nContent-Length: 0\r\n\r\n")
            : FaultyServer.Serves(() => _content, static () => "\"v1\"")(asked, stream);
        await FetchAsync(_files);
        Assert.Equal([TimeSpan.FromSeconds(17)], _bench.Time.Pauses);
    }

    [Fact]
    public async Task A_server_that_falls_silent_is_asked_again()
    {
        _bench.Time.LimitsEnd = true;
        var silent = new TaskCompletionSource();
        _server.Answer = async (asked, stream) =>
        {
            if (asked.Method == "GET")
            {
                await FaultyServer.WriteAsync(stream, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
                await silent.Task;
            }
        };
        var failure = await Assert.ThrowsAsync<OperationFailedException>(() => FetchAsync(_files));
        Assert.Matches("nothing came any more for 60 s|no answer for 60 s", failure.Message);
        silent.SetResult();
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_not_asked_for_again()
    {
        _server.Answer = static (_, stream) => FaultyServer.WriteAsync(stream, "HTTP/1.1 404 Not \u0007Found\r\nContent-Length: 0\r\n\r\n");
        var failure = await Assert.ThrowsAsync<OperationFailedException>(() => FetchAsync(_files));
        Assert.Contains("the server answers 404", failure.Message, StringComparison.Ordinal);
        Assert.Single(_server.Requests);
        using var scope = _files.Open("ada", []);
        Assert.Contains("404", await scope.FindProblemAsync(_server.At("image"), Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fetched_file_that_is_another_than_was_recorded_is_refused()
    {
        using var scope = _files.Open("ada", []);
        var failure = await Assert.ThrowsAsync<OperationFailedException>(() => scope.FetchAsync(_server.At("image"), DigestOf("else"), Token));
        Assert.Equal(FaultCodes.ImageDigest, failure.Code);
    }

    [Fact]
    public async Task Mirrors_are_asked_when_an_address_fails_and_not_before()
    {
        await using var mirror = new FaultyServer { Answer = FaultyServer.Serves(() => _content, static () => "\"m\"") };
        _bench.Settings = _bench.Settings with { Mirrors = [new FileMirror(_server.At(""), [new("http://127.0.0.1:1/"), mirror.At("mirrored/")])] };
        var files = await _bench.OpenAsync();
        _server.Answer = static (_, stream) => FaultyServer.WriteAsync(stream, "HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n");
        Assert.Equal(DigestOf(_content), (await FetchAsync(files)).Sha256);
        Assert.Equal("/mirrored/image", Assert.Single(mirror.Requests).Path);
        Assert.Equal(DigestOf(_content), (await FetchAsync(files)).Sha256);
        Assert.Equal("\"m\"", mirror.Requests[1].Headers["if-none-match"]); // its own tag
        Assert.All(_server.Requests, static asked => Assert.False(asked.Headers.ContainsKey("if-none-match")));
        using var scope = files.Open("ada", []);
        Assert.Null(await scope.FindProblemAsync(_server.At("image"), Token));
    }

    [Fact]
    public async Task Who_ends_the_wait_leaves_what_has_come_for_the_next_one()
    {
        var sent = new TaskCompletionSource();
        var wait = new TaskCompletionSource();
        _server.Answer = async (asked, stream) =>
        {
            if (asked.From is not null)
            {
                await FaultyServer.Serves(() => _content, static () => "\"v1\"")(asked, stream);
                return;
            }

            await FaultyServer.WriteAsync(stream, $"HTTP/1.1 200 OK\r\nETag: \"v1\"\r\nContent-Length: {_content.Length}\r\n\r\n");
            await stream.WriteAsync(_content.AsMemory(0, 1_000_000), Token);
            sent.SetResult();
            await wait.Task;
        };
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        using var scope = _files.Open("ada", []);
        var fetching = scope.FetchAsync(_server.At("image"), null, stop.Token);
        await sent.Task;
        while (Directory.GetFiles(_bench.Files, "content", SearchOption.AllDirectories) is not [var part] || new FileInfo(part).Length < 1_000_000) await Task.Yield();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fetching);
        wait.SetResult();
        Assert.Equal(DigestOf(_content), (await FetchAsync(await _bench.OpenAsync())).Sha256);
        Assert.Equal(1_000_000, _server.Requests[^1].From);
    }

    [Fact]
    public async Task A_file_that_is_larger_than_it_may_be_is_given_up_as_soon_as_that_is_known()
    {
        var wish = new FileWish("post-install of a", _server.At("post.tgz")) { Limit = 2_000_000 };
        using var scope = _files.Open("ada", [wish]);
        Assert.Contains("is too big (3 MB; 2 MB is the max allowed size)", await scope.FindProblemAsync(wish.Location, Token), StringComparison.Ordinal);
        Assert.Contains("is too big", (await Assert.ThrowsAsync<OperationFailedException>(() => scope.FetchAsync(wish.Location, null, Token))).Message, StringComparison.Ordinal);
        // And when the server does not tell.
        _server.Answer = async (_, stream) =>
        {
            await FaultyServer.WriteAsync(stream, "HTTP/1.1 200 OK\r\n\r\n");
            await stream.WriteAsync(_content, Token);
        };
        Assert.Contains("is too big", (await Assert.ThrowsAsync<OperationFailedException>(() => scope.FetchAsync(wish.Location, null, Token))).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(_bench.Files));
    }

    [Fact]
    public async Task A_secret_in_an_address_is_not_kept_anywhere_and_such_addresses_are_refused_by_the_reader() =>
        // The reader refuses them (EnvironmentReaderTests); a server that redirects to one is refused here.
        Assert.Contains("with a user or a password", (await RedirectedAsync("http://me:secret@127.0.0.1/x")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("ftp://127.0.0.1/x", "which is no address of http or https")]
    [InlineData("file:///etc/passwd", "which is no address of http or https")]
    [InlineData("/again", "it redirects more than 5 times")]
    public async Task Redirects_lead_to_http_only_and_not_for_ever(string target, string expected) =>
        Assert.Contains(expected, (await RedirectedAsync(target)).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_redirect_that_may_be_followed_is()
    {
        _server.Answer = (asked, stream) => asked.Path == "/image"
            ? FaultyServer.WriteAsync(stream, "HTTP/1.1 302 Found\r\nLocation: other\r\nContent-Length: 0\r\n\r\n")
            : FaultyServer.Serves(() => _content, static () => "\"v1\"")(asked, stream);
        Assert.Equal(DigestOf(_content), (await FetchAsync(_files)).Sha256);
        Assert.Equal(DigestOf(_content), (await FetchAsync(_files)).Sha256);
        Assert.Equal(["/image", "/other", "/image", "/other"], _server.Requests.Select(static asked => asked.Path));
        Assert.Equal("\"v1\"", _server.Requests[3].Headers["if-none-match"]);
    }

    private async Task<OperationFailedException> RedirectedAsync(string target)
    {
        _server.Answer = (_, stream) => FaultyServer.WriteAsync(stream, $"HTTP/1.1 301 Moved\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n");
        var failure = await Assert.ThrowsAsync<OperationFailedException>(() => FetchAsync(_files));
        Assert.DoesNotContain("secret", failure.Message, StringComparison.Ordinal);
        return failure;
    }

    private async Task<SourceFile> FetchAsync(FileSource files)
    {
        using var scope = files.Open("ada", []);
        return await scope.FetchAsync(_server.At("image"), null, Token);
    }

    private sealed class DisposableList : IDisposable
    {
        private readonly List<IDisposable> _all = [];

        public T Add<T>(T item)
            where T : IDisposable
        {
            lock (_all) _all.Add(item);
            return item;
        }

        public void Dispose()
        {
            foreach (var item in _all) item.Dispose();
        }
    }
}
