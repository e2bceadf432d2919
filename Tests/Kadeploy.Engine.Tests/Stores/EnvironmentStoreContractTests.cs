using Kadeploy.Engine.Stores;
using Kadeploy.TestKit;
using Xunit;

namespace Kadeploy.Engine.Tests.Stores;

/// <summary>What every store of environments promises. Two stores that are open at once stand for two processes.</summary>
public abstract class EnvironmentStoreContractTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = SamplePlans.PlannedAt;

    private readonly List<IAsyncDisposable> _opened = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IEnvironmentStore Store { get; set; } = null!;

    public async ValueTask InitializeAsync() => Store = await OpenAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var store in _opened) await store.DisposeAsync();
        await CleanUpAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_description_comes_back_to_the_last_member_with_its_times()
    {
        var environment = ((DeploymentRequest)SamplePlans.Full().Request).Environment with { Revision = 0 };
        var written = Assert.Single(Written(await WriteAsync(Store, "ada", new EnvironmentWrite(environment, EnvironmentChangeKind.Added, 0))));
        Assert.Equal((1, Now, Now, "ada"), (written.Environment.Revision, written.AddedAt, written.ChangedAt, written.ChangedBy));
        var read = Assert.Single(await (await OpenAsync()).ReadEnvironmentsAsync(environment.Name, Token));
        Assert.Equal(DeepText.Of(written), DeepText.Of(read));
        Assert.Equal(DeepText.Of(environment with { Revision = 1 }), DeepText.Of(read.Environment));
        Assert.Empty(await Store.ReadEnvironmentsAsync("another", Token));
    }

    [Fact]
    public async Task Each_change_is_a_revision_and_nothing_is_lost()
    {
        var one = Sample("a");
        await WriteAsync(Store, "ada", new EnvironmentWrite(one, EnvironmentChangeKind.Added, 0));
        await WriteAsync(Store, "bob", new EnvironmentWrite(one with { Author = "bob" }, EnvironmentChangeKind.Changed, 1));
        await WriteAsync(Store, "root", new EnvironmentWrite(one with { Author = "bob" }, EnvironmentChangeKind.Deleted, 2));
        Assert.Empty(await Store.ReadEnvironmentsAsync(null, Token));
        var again = Assert.Single(Written(await WriteAsync(Store, "ada", new EnvironmentWrite(one with { Author = "again" }, EnvironmentChangeKind.Added, 0))));
        Assert.Equal(4, again.Environment.Revision);
        var history = await Store.ReadRevisionsAsync("a", "me", Token);
        Assert.Equal(
            [
                (1, EnvironmentChangeKind.Added, "ada", ""), (2, EnvironmentChangeKind.Changed, "bob", "bob"), (3, EnvironmentChangeKind.Deleted, "root", "bob"),
                (4, EnvironmentChangeKind.Added, "ada", "again"),
            ],
            history.Select(static each => (each.Environment.Revision, each.Kind, each.By, each.Environment.Author)));
        Assert.Empty(await Store.ReadRevisionsAsync("a", "you", Token));
    }

    [Fact]
    public async Task A_change_that_expects_another_revision_changes_nothing_at_all()
    {
        await WriteAsync(Store, "ada", new EnvironmentWrite(Sample("a"), EnvironmentChangeKind.Added, 0));
        Assert.Null(await WriteAsync(Store, "ada", new EnvironmentWrite(Sample("b"), EnvironmentChangeKind.Added, 0), new EnvironmentWrite(Sample("a"), EnvironmentChangeKind.Added, 0)));
        Assert.Null(await WriteAsync(Store, "ada", new EnvironmentWrite(Sample("a"), EnvironmentChangeKind.Changed, 2)));
        Assert.Null(await WriteAsync(Store, "ada", new EnvironmentWrite(Sample("c"), EnvironmentChangeKind.Deleted, 1)));
        Assert.Equal(["a"], (await Store.ReadEnvironmentsAsync(null, Token)).Select(static each => each.Environment.Name));
        Assert.Single(await Store.ReadRevisionsAsync("a", "me", Token));
    }

    [Fact]
    public async Task Whatever_stands_in_a_field_is_kept_as_it_is()
    {
        foreach (var text in new[] { "x'; DROP TABLE environments; --", "\"", "%", "_", "a\nb", "é漢🙂", "$1", "NULL" })
        {
            var environment = Sample(text) with { User = text, Description = text };
            await WriteAsync(Store, text, new EnvironmentWrite(environment, EnvironmentChangeKind.Added, 0));
            var read = Assert.Single(await Store.ReadEnvironmentsAsync(text, Token));
            Assert.Equal((text, text, text, text), (read.Environment.Name, read.Environment.User, read.Environment.Description, read.ChangedBy));
            Assert.Single(await Store.ReadRevisionsAsync(text, text, Token));
        }

        Assert.Equal(8, (await Store.ReadEnvironmentsAsync(null, Token)).Length);
    }

    [Fact]
    public async Task Two_processes_that_write_at_once_lose_nothing()
    {
        const int Each = 150;
        IEnvironmentStore[] stores = [Store, await OpenAsync(), await OpenAsync(), await OpenAsync()];
        await WriteAsync(Store, "ada", new EnvironmentWrite(Sample("shared"), EnvironmentChangeKind.Added, 0));
        await Task.WhenAll(stores.Select(static (store, index) => Task.Run(
            async () =>
            {
                for (var i = 0; i < Each; i++)
                {
                    Assert.NotNull(await WriteAsync(store, "ada", new EnvironmentWrite(Sample($"own-{index}-{i}"), EnvironmentChangeKind.Added, 0)));
                    while (true)
                    {
                        // What was read may be old by now; then it is read again.
                        var current = Assert.Single(await store.ReadEnvironmentsAsync("shared", Token)).Environment;
                        var next = current with { Author = $"{current.Author}.", Description = $"{index}-{i}" };
                        if (await WriteAsync(store, "ada", new EnvironmentWrite(next, EnvironmentChangeKind.Changed, current.Revision)) is not null) break;
                    }
                }
            },
            Token)));
        Assert.Equal((stores.Length * Each) + 1, (await Store.ReadEnvironmentsAsync(null, Token)).Length);
        var history = await Store.ReadRevisionsAsync("shared", "me", Token);
        Assert.Equal(Enumerable.Range(0, (stores.Length * Each) + 1), history.Select(static each => each.Environment.Author.Length));
        Assert.Equal(stores.Length * Each, history.Select(static each => each.Environment.Description).Distinct().Count() - 1);
    }

    /// <summary>Opens the store of this test once more.</summary>
    private protected abstract Task<IEnvironmentStore> OpenStoreAsync();

    /// <summary>Removes what the test left.</summary>
    protected abstract ValueTask CleanUpAsync();

    private static KaEnvironment Sample(string name) => new()
    {
        Name = name, User = "me", Image = new(new("file:///i"), ImageKind.Dd, ImageCompression.None),
    };

    private static System.Collections.Immutable.ImmutableArray<RecordedEnvironment> Written(System.Collections.Immutable.ImmutableArray<RecordedEnvironment>? written) => written!.Value;

    private static Task<System.Collections.Immutable.ImmutableArray<RecordedEnvironment>?> WriteAsync(IEnvironmentStore store, string user, params EnvironmentWrite[] changes) =>
        store.WriteEnvironmentsAsync([.. changes], user, Now, Token);

    private async Task<IEnvironmentStore> OpenAsync()
    {
        var store = await OpenStoreAsync();
        _opened.Add((IAsyncDisposable)store);
        return store;
    }
}
