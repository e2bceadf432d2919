using Kadeploy.Engine.Drivers.Files;
using Kadeploy.TestKit;
using Xunit;
using static Kadeploy.Engine.Tests.Drivers.Files.CacheBench;

namespace Kadeploy.Engine.Tests.Drivers.Files;

/// <summary>What stays in the cache, what goes, and what is never given out.</summary>
public sealed class FileCacheTests : IAsyncLifetime
{
    private const int Size = 300_000;

    private readonly CacheBench _bench = new();
    private readonly FaultyServer _server = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        _server.Answer = static (asked, stream) =>
        {
            var content = Content(asked.Path[1..]);
            return FaultyServer.Serves(() => content, () => $"\"{asked.Path[1..]}\"")(asked, stream);
        };
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _bench.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Files_used_longest_ago_make_room()
    {
        var files = await OpenAsync(3 * Size);
        foreach (var name in new[] { "1", "2", "3", "1", "4", "5" }) await FetchAsync(files, name);
        Assert.Equal(["5", "4", "1"], await NamesAsync(files));
        Assert.Equal(3, Directory.GetDirectories(_bench.Files).Length);
    }

    [Fact]
    public async Task What_is_pinned_or_in_use_stays_also_for_other_processes_and_the_cache_says_that_it_is_full()
    {
        var files = await OpenAsync(3 * Size);
        await files.Cached.PinAsync(_server.At("1").AbsoluteUri, true, "root", Token);
        using var user = (await _bench.OpenAsync()).Open("ada", []);
        var used = await user.FetchAsync(_server.At("2"), null, Token);
        foreach (var name in new[] { "3", "4" }) await FetchAsync(files, name);
        Assert.Equal(["1", "2", "4"], (await NamesAsync(files)).Order());
        var contents = await files.Cached.ListAsync(Token);
        Assert.Equal([("1", true, false), ("2", false, true), ("4", false, false)], contents.Files.Select(Shown).Order());

        using var second = files.Open("ada", []);
        await second.FetchAsync(_server.At("4"), null, Token);
        var full = await Assert.ThrowsAsync<OperationFailedException>(() => FetchAsync(files, "5"));
        Assert.Contains("the cache is full", full.Message, StringComparison.Ordinal);
        Assert.Contains("300 kB are pinned and 600 kB in use", full.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(used.Path));
        user.Dispose();
        await FetchAsync(files, "5");
        Assert.False(File.Exists(used.Path));

        static (string, bool, bool) Shown(CachedFile file) => (file.Sources[0][^1..], file.Pinned, file.InUse);
    }

    [Fact]
    public async Task A_file_that_is_larger_than_the_cache_is_too_big_and_costs_nobody_his_place()
    {
        var files = await OpenAsync(2 * Size);
        await FetchAsync(files, "1");
        _server.Answer = FaultyServer.Serves(static () => Bytes(3 * Size, 9), static () => "\"big\"");
        var failure = await Assert.ThrowsAsync<OperationFailedException>(() => FetchAsync(files, "big"));
        Assert.Contains("has 900 kB, and the cache may have 600 kB: it is too big; raise 'server: files: size:'", failure.Message, StringComparison.Ordinal);
        Assert.Equal(["1"], await NamesAsync(files));
    }

    [Fact]
    public async Task A_damaged_file_is_noticed_at_its_first_use_by_a_process_and_fetched_again()
    {
        var files = await OpenAsync(9 * Size);
        var file = await FetchAsync(files, "1");
        Damage(file.Path);
        var next = await _bench.OpenAsync();
        var again = await FetchAsync(next, "1", DigestOf(Content("1")));
        Assert.Equal(Content("1"), await File.ReadAllBytesAsync(again.Path, Token));
        Assert.NotEqual(file.Path, again.Path);
        Assert.False(File.Exists(file.Path));
    }

    [Fact]
    public async Task A_file_that_was_cut_or_deleted_is_fetched_again()
    {
        var files = await OpenAsync(9 * Size);
        var file = await FetchAsync(files, "1");
        File.Delete(file.Path);
        Assert.True(File.Exists((await FetchAsync(files, "1", file.Sha256)).Path));
        file = await FetchAsync(files, "1");
        await File.WriteAllBytesAsync(file.Path, [1], Token);
        Assert.Equal(Size, (await FetchAsync(files, "1", file.Sha256)).Length);
        Assert.Single(Directory.GetDirectories(_bench.Files));
    }

    [Fact]
    public async Task Files_of_others_in_the_folder_are_never_touched()
    {
        Directory.CreateDirectory(Path.Combine(_bench.Files, "mine"));
        await File.WriteAllTextAsync(Path.Combine(_bench.Files, "mine", "content"), "mine", Token);
        await File.WriteAllTextAsync(Path.Combine(_bench.Files, DigestOf("x")), "mine", Token);
        var files = await OpenAsync(2 * Size);
        foreach (var name in new[] { "1", "2", "3" }) await FetchAsync(files, name);
        await files.Cached.PruneAsync(new(), "root", Token);
        Assert.Empty(await NamesAsync(files));
        Assert.Equal("mine", await File.ReadAllTextAsync(Path.Combine(_bench.Files, "mine", "content"), Token));
        Assert.Equal(2, Directory.GetFileSystemEntries(_bench.Files).Length);
    }

    [Fact]
    public async Task What_lies_beside_a_file_goes_with_it()
    {
        var files = await OpenAsync(9 * Size);
        var file = await FetchAsync(files, "1");
        var beside = Path.Combine(Path.GetDirectoryName(file.Path)!, "blocks");
        await File.WriteAllTextAsync(beside, "digests", Token);
        await FetchAsync(files, "1");
        Assert.True(File.Exists(beside));
        await files.Cached.PruneAsync(new(), "root", Token);
        Assert.False(File.Exists(beside));
    }

    [Fact]
    public async Task Pruning_removes_what_is_asked_for_and_only_administrators_may_ask()
    {
        var files = await OpenAsync(9 * Size);
        foreach (var name in new[] { "1", "2", "3", "4" })
        {
            await FetchAsync(files, name);
            _bench.Time.Advance(TimeSpan.FromDays(1));
        }

        await Assert.ThrowsAsync<NotAllowedException>(() => files.Cached.PruneAsync(new(), "ada", Token));
        await Assert.ThrowsAsync<NotAllowedException>(() => files.Cached.PinAsync("abcdef", true, "ada", Token));
        Assert.Equal(["1"], Named(await files.Cached.PruneAsync(new() { Unused = TimeSpan.FromDays(3.5) }, "root", Token)));
        Assert.Equal(["2"], Named(await files.Cached.PruneAsync(new() { Keep = 2 * Size }, "root", Token)));
        Assert.Equal(["3"], Named(await files.Cached.PruneAsync(new() { Only = [DigestOf(Content("3"))[..6]] }, "root", Token)));
        var problems = (await Assert.ThrowsAsync<ConfigurationException>(() => files.Cached.PruneAsync(new() { Only = ["abc", "'; DROP TABLE cache_files; --"] }, "root", Token))).Problems;
        Assert.Equal(2, problems.Length);
        Assert.Equal(["4"], await NamesAsync(files));

        static IEnumerable<string> Named(IEnumerable<CachedFile> removed) => removed.Select(static file => file.Sources[0][^1..]);
    }

    [Fact]
    public async Task Verifying_tells_and_removes_what_is_damaged()
    {
        var files = await OpenAsync(9 * Size);
        var good = await FetchAsync(files, "1");
        var bad = await FetchAsync(files, "2");
        Damage(bad.Path);
        var checks = new List<CacheCheck>();
        await foreach (var check in files.Cached.VerifyAsync([], Token)) checks.Add(check);
        Assert.Null(checks.Single(check => check.File.Sha256 == good.Sha256).Problem);
        Assert.Contains("not what its SHA-256 says", checks.Single(check => check.File.Sha256 == bad.Sha256).Problem, StringComparison.Ordinal);
        Assert.Equal(["1"], await NamesAsync(files));
    }

    [Fact]
    public async Task In_idle_time_files_are_compared_that_are_due_and_an_operation_comes_first()
    {
        var files = await OpenAsync(9 * Size);
        await FetchAsync(files, "1");
        var bad = await FetchAsync(files, "2");
        Damage(bad.Path);
        Assert.Empty(await files.Upkeep.RunOnceAsync(Token)); // not due
        _bench.Time.Advance(TimeSpan.FromDays(8));
        await FetchAsync(files, "3");
        using (files.Open("ada", [])) Assert.Empty(await files.Upkeep.RunOnceAsync(Token)); // not idle
        var found = await files.Upkeep.RunOnceAsync(Token);
        Assert.Equal([false, true], found.OrderBy(static check => check.File.Sources[0]).Select(static check => check.Problem is not null));
        Assert.Empty(await files.Upkeep.RunOnceAsync(Token));
        Assert.Equal(["3", "1"], await NamesAsync(files));
    }

    [Fact]
    public async Task Processes_that_fetch_and_prune_at_once_never_give_out_what_is_not_whole()
    {
        FileSource[] processes = [await OpenAsync(4 * Size), await _bench.OpenAsync(), await _bench.OpenAsync()];
        await Task.WhenAll(processes.Select((files, index) => Task.Run(
            async () =>
            {
                var random = new Random(index);
                for (var i = 0; i < 40; i++)
                {
                    var name = random.Next(1, 7).ToString(System.Globalization.CultureInfo.InvariantCulture);
                    using var scope = files.Open("ada", []);
                    try
                    {
                        var file = await scope.FetchAsync(_server.At(name), null, Token);
                        if (DigestOf(await File.ReadAllBytesAsync(file.Path, Token)) != DigestOf(Content(name))) Assert.Fail($"{name} is another file");
                    }
                    catch (OperationFailedException full) when (full.Message.Contains("the cache is full", StringComparison.Ordinal))
                    {
                        // Three processes may hold three files, and a fourth one needs two places for a moment.
                    }

                    if (i % 5 == 0) await files.Cached.PruneAsync(new(), "root", Token);
                }
            },
            Token)));
        await processes[0].Cached.PruneAsync(new(), "root", Token);
        Assert.Empty((await processes[0].Cached.ListAsync(Token)).Files);
        Assert.Empty(Directory.GetDirectories(_bench.Files));
    }

    private static byte[] Content(string name) => Bytes(Size, name[0]);

    private static void Damage(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        file.Position = Size / 2;
        file.WriteByte(0xFF);
        file.WriteByte(0x00);
        file.WriteByte(0xFF);
    }

    private async Task<FileSource> OpenAsync(long limit)
    {
        _bench.Settings = _bench.Settings with { Size = limit };
        return await _bench.OpenAsync();
    }

    private async Task<SourceFile> FetchAsync(FileSource files, string name, string? sha256 = null)
    {
        _bench.Time.Advance(TimeSpan.FromSeconds(1));
        using var scope = files.Open("ada", []);
        return await scope.FetchAsync(_server.At(name), sha256, Token);
    }

    private static async Task<List<string>> NamesAsync(FileSource files) =>
        [.. (await files.Cached.ListAsync(Token)).Files.Select(static file => file.Sources[0][^1..])];
}
