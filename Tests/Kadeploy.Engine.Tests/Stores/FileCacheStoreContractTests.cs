using Kadeploy.Engine.Stores;
using Kadeploy.TestKit;
using Xunit;

namespace Kadeploy.Engine.Tests.Stores;

/// <summary>What every store of the cache's files promises.</summary>
public abstract class FileCacheStoreContractTests : IAsyncLifetime
{
    private const string Address = "https://images.example/a";
    private static readonly DateTimeOffset Now = SamplePlans.PlannedAt;
    private static readonly string Digest = new('a', 64);

    private readonly List<IAsyncDisposable> _opened = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IFileCacheStore Store { get; set; } = null!;

    public async ValueTask InitializeAsync() => Store = await OpenAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var store in _opened) await store.DisposeAsync();
        await CleanUpAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_file_is_given_out_only_when_it_is_whole()
    {
        Assert.Equal("one", await Store.BeginArrivalAsync(Address, "one", Now, static arrival => arrival.Id, Token));
        Assert.Null(await Store.UseCachedAsync(Digest, Now, static entry => entry, Token));
        Assert.Null(await Store.FindCacheSourceAsync(Address, Token));
        var source = new CacheSource(Address, Digest, "https://mirror.example/a", "\"tag\"", "Thu, 01 Jan 2026 00:00:00 GMT", Now.AddSeconds(3));
        Assert.Equal("one", await Store.CompleteArrivalAsync("one", Digest, 7, source, Now.AddSeconds(3), static entry => entry.Id, Token));
        var entry = await (await OpenAsync()).UseCachedAsync(Digest, Now.AddHours(1), static entry => entry, Token);
        Assert.Equal(("one", CacheState.Present, Digest, 7L, false), (entry!.Id, entry.State, entry.Sha256, entry.Length, entry.Pinned));
        Assert.Equal(source, await Store.FindCacheSourceAsync(Address, Token));
        await Store.ConfirmCacheSourceAsync(Address, Now.AddHours(2), Token);
        Assert.Equal(Now.AddHours(2), (await Store.FindCacheSourceAsync(Address, Token))!.CheckedAt);
        var listed = Assert.Single(await Store.ListCachedAsync(Token));
        Assert.Equal((Now.AddSeconds(3), Now.AddHours(1), Now.AddSeconds(3)), (listed.AddedAt, listed.UsedAt, listed.VerifiedAt));
        Assert.Equal([Address], listed.Sources);
    }

    [Fact]
    public async Task What_was_fetched_so_far_is_told_to_whoever_goes_on()
    {
        await Store.BeginArrivalAsync(Address, "one", Now, static arrival => arrival, Token);
        var noted = new CacheArrival("one", Address, Address, "\"tag\"", null, 100);
        await Store.NoteArrivalAsync(noted, Token);
        Assert.Equal(noted, await (await OpenAsync()).BeginArrivalAsync(Address, "two", Now, static arrival => arrival, Token));
        Assert.Null(await Store.BeginArrivalAsync(Address, "two", Now, static string? (_) => null, Token));
        Assert.Equal(["one"], (await Store.ListCachedAsync(Token)).Select(static entry => entry.Id));
    }

    [Fact]
    public async Task A_file_that_cannot_be_locked_leaves_no_row()
    {
        await Assert.ThrowsAsync<StoreException>(() => Store.BeginArrivalAsync<string>(Address, "one", Now, static _ => throw new IOException("the disk is full"), Token));
        Assert.Empty(await Store.ListCachedAsync(Token));
    }

    [Fact]
    public async Task The_same_content_from_elsewhere_is_kept_once()
    {
        await AddAsync("one", Address, Digest, 7);
        await Store.BeginArrivalAsync("https://other.example/b", "two", Now, static arrival => arrival, Token);
        var source = new CacheSource("https://other.example/b", Digest, "https://other.example/b", null, null, Now);
        Assert.Equal("one", await Store.CompleteArrivalAsync("two", Digest, 7, source, Now, static entry => entry.Id, Token));
        var all = await Store.ListCachedAsync(Token);
        Assert.Equal([("one", CacheState.Present), ("two", CacheState.Removed)], all.OrderBy(static entry => entry.Id).Select(static entry => (entry.Id, entry.State)));
        Assert.Equal([Address, "https://other.example/b"], all.Single(static entry => entry.Id == "one").Sources);
        await Store.ForgetCachedAsync(["one", "two"], Token);
        Assert.Equal(["one"], (await Store.ListCachedAsync(Token)).Select(static entry => entry.Id)); // what is present is not forgotten
    }

    [Fact]
    public async Task A_file_that_is_not_on_the_disk_any_more_is_removed_when_it_is_wanted()
    {
        await AddAsync("one", Address, Digest, 7);
        Assert.Null(await Store.UseCachedAsync(Digest, Now, static string? (_) => null, Token));
        Assert.Equal(CacheState.Removed, Assert.Single(await Store.ListCachedAsync(Token)).State);
        Assert.Null(await Store.FindCacheSourceAsync(Address, Token));
        await AddAsync("two", Address, Digest, 7);
        Assert.Equal("two", await Store.UseCachedAsync(Digest, Now, static entry => entry.Id, Token));
    }

    [Fact]
    public async Task Room_is_set_aside_while_all_files_together_have_no_more_than_they_may()
    {
        await AddAsync("one", Address, Digest, 60);
        await Store.BeginArrivalAsync("https://other.example/b", "two", Now, static arrival => arrival, Token);
        Assert.True(await Store.ReserveCacheAsync("two", 40, 100, Token));
        Assert.False(await Store.ReserveCacheAsync("two", 41, 100, Token));
        await Store.BeginArrivalAsync("https://other.example/c", "three", Now, static arrival => arrival, Token);
        Assert.False(await Store.ReserveCacheAsync("three", 1, 100, Token)); // what another one has set aside is not there
        Assert.True(await Store.RemoveCachedAsync("one", static pinned => !pinned, Token));
        Assert.False(await Store.ReserveCacheAsync("three", 1, 100, Token)); // still on the disk
        await Store.ForgetCachedAsync(["one"], Token);
        Assert.True(await Store.ReserveCacheAsync("three", 60, 100, Token));
    }

    [Fact]
    public async Task What_is_pinned_is_told_to_whoever_wants_to_remove_it()
    {
        await AddAsync("one", Address, Digest, 60);
        await Store.SetCachedAsync("one", true, null, Token);
        Assert.False(await Store.RemoveCachedAsync("one", static pinned => !pinned, Token));
        await Store.SetCachedAsync("one", null, Now.AddDays(1), Token);
        var entry = Assert.Single(await Store.ListCachedAsync(Token));
        Assert.Equal((true, Now.AddDays(1)), (entry.Pinned, entry.VerifiedAt));
        await Store.SetCachedAsync("one", false, null, Token);
        Assert.True(await Store.RemoveCachedAsync("one", static pinned => !pinned, Token));
        Assert.False(await Store.RemoveCachedAsync("one", static _ => true, Token));
    }

    /// <summary>Opens the store of this test once more.</summary>
    private protected abstract Task<IFileCacheStore> OpenStoreAsync();

    /// <summary>Removes what the test left.</summary>
    protected abstract ValueTask CleanUpAsync();

    private async Task AddAsync(string id, string address, string digest, long length)
    {
        await Store.BeginArrivalAsync(address, id, Now, static arrival => arrival, Token);
        await Store.CompleteArrivalAsync(id, digest, length, new(address, digest, address, null, null, Now), Now, static entry => entry, Token);
    }

    private async Task<IFileCacheStore> OpenAsync()
    {
        var store = await OpenStoreAsync();
        _opened.Add((IAsyncDisposable)store);
        return store;
    }
}
