using System.Collections.Immutable;
using Kadeploy.Engine.Environments;
using Kadeploy.Engine.Stores.Sqlite;
using Kadeploy.Engine.Tests.Drivers.Files;
using Kadeploy.TestKit;
using Xunit;

namespace Kadeploy.Engine.Tests.Environments;

/// <summary>The catalogue as users see it, on a real store and real files; "root" is the administrator.</summary>
public sealed class EnvironmentCatalogTests : IAsyncLifetime
{
    private readonly CacheBench _bench = new();
    private readonly List<string> _users = [];
    private SqliteStore _store = null!;
    private EnvironmentCatalog _catalog = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(_bench.Folder["images"]);
        foreach (var name in new[] { "a.tgz", "b.tgz", "pre.tgz", "post.tgz" }) _bench.Folder.Write($"images/{name}", name);
        _bench.Settings = _bench.Settings with { Allow = [_bench.Folder["images"]], PreinstallLimit = 1000 };
        var files = await _bench.OpenAsync();
        _store = await SqliteStore.OpenAsync(_bench.Folder["state"], Token);
        _catalog = new(_store, [new UnfinishedOperations(_store), new ScriptedUse(_users)], static user => user == "root", files.Open, files.Limits, _bench.Time);
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        await _bench.DisposeAsync();
    }

    [Fact]
    public async Task What_was_added_is_there_with_the_digests_of_its_files()
    {
        var added = Assert.Single(await AddAsync("ada", Described("debian", pre: true)));
        Assert.Equal(("debian", 1, "ada", 1), (added.Environment.Name, added.Environment.Version, added.Environment.User, added.Environment.Revision));
        Assert.Equal(CacheBench.DigestOf("a.tgz"), added.Environment.Image.Sha256);
        Assert.Equal(CacheBench.DigestOf("pre.tgz"), added.Environment.Preinstall!.Sha256);
        Assert.Equal(CacheBench.DigestOf("post.tgz"), added.Environment.Postinstalls.Single().Sha256);
        Assert.Equal(DeepText.Of(added), DeepText.Of(await FindAsync("ada", "debian")));
        Assert.Null(Assert.Single(await _catalog.AddAsync([Described("bare")], checksums: false, "ada", Token)).Environment.Image.Sha256);
    }

    [Fact]
    public async Task All_are_added_or_none_and_all_problems_are_told()
    {
        await AddAsync("ada", Described("a"));
        var wrong = Described("c") with { Image = Described("c").Image with { Location = new(_bench.Folder["images/nothing"]) } };
        var other = Described("d") with { Image = Described("d").Image with { Sha256 = new('0', 64) } };
        var problems = (await Assert.ThrowsAsync<ConfigurationException>(() => AddAsync("ada", Described("b"), wrong, other))).Problems;
        Assert.Equal(2, problems.Length);
        Assert.Contains("images/nothing", problems[0], StringComparison.Ordinal);
        Assert.Contains("is recorded", problems[1], StringComparison.Ordinal);
        Assert.Equal("a version 1 of ada is there already", Assert.Single((await Assert.ThrowsAsync<ConfigurationException>(() => AddAsync("ada", Described("b"), Described("a")))).Problems));
        Assert.Equal(["a"], (await _catalog.ListAsync(new(), "ada", Token)).Select(static each => each.Environment.Name));
    }

    [Fact]
    public async Task What_comes_from_a_program_follows_the_rules_for_what_comes_from_a_file()
    {
        var odd = Described("a") with { Name = "a\u001B[2J", FileSystem = "ext4 -F", Boot = new() { Kernel = "vmlinuz", KernelParameters = "a\nb" } };
        var problems = (await Assert.ThrowsAsync<ConfigurationException>(() => AddAsync("root", odd))).Problems;
        foreach (var field in new[] { "name", "filesystem", "boot.kernel", "boot.kernel_params" })
            Assert.Contains(problems, problem => problem.Contains($"key '{field}'", StringComparison.Ordinal));
        Assert.All(problems, static problem => Assert.DoesNotContain('\u001B', problem));
    }

    [Fact]
    public async Task Only_administrators_own_for_others_and_publish()
    {
        Assert.Equal("ada", Assert.Single(await AddAsync("ada", Described("a") with { User = "bob" })).Environment.User);
        Assert.Equal("bob", Assert.Single(await AddAsync("root", Described("a") with { User = "bob" })).Environment.User);
        await Assert.ThrowsAsync<NotAllowedException>(() => AddAsync("ada", Described("p") with { Visibility = Visibility.Public }));
        await Assert.ThrowsAsync<NotAllowedException>(() => AddAsync("root", Described("p") with { User = "bob", Visibility = Visibility.Public })); // its owner is none
        await Assert.ThrowsAsync<NotAllowedException>(() => SetAsync("ada", "a", new() { Visibility = Visibility.Public }));
        await Assert.ThrowsAsync<NotAllowedException>(() => SetAsync("ada", "a", new() { Fields = [("visibility", "public")] }));
        await AddAsync("root", Described("p") with { User = "root", Visibility = Visibility.Public });
        Assert.Equal("root", (await FindAsync("bob", "p")).Environment.User);
    }

    [Fact]
    public async Task Files_of_this_server_are_for_those_who_may_have_them()
    {
        var secret = _bench.Folder.Write("secret", "x");
        var described = Described("a") with { Image = Described("a").Image with { Location = new(secret) } };
        Assert.Contains("is not for ada", (await Assert.ThrowsAsync<ConfigurationException>(() => AddAsync("ada", described))).Message, StringComparison.Ordinal);
        await AddAsync("root", described with { User = "root" });
    }

    [Fact]
    public async Task An_archive_that_is_too_big_is_refused()
    {
        _bench.Folder.Write("images/pre.tgz", new string('x', 1001));
        var problem = await Assert.ThrowsAsync<ConfigurationException>(() => AddAsync("ada", Described("a", pre: true)));
        Assert.Contains("is too big", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_change_is_a_revision_that_stays_readable()
    {
        await AddAsync("ada", Described("a"));
        await SetAsync("ada", "a", new() { Visibility = Visibility.Shared, ToggleDestructive = true });
        await SetAsync("root", "a", new() { Fields = [("boot.kernel_params", "quiet splash=é"), ("alias", "al"), ("author", "x'; DROP TABLE environments; --")] }, owner: "ada");
        var now = (await FindAsync("bob", "al", "ada")).Environment;
        Assert.Equal((3, Visibility.Shared, true, "quiet splash=é", "x'; DROP TABLE environments; --"), (now.Revision, now.Visibility, now.Destructive, now.Boot.KernelParameters, now.Author));
        var history = await _catalog.HistoryAsync(new() { Name = "a" }, "ada", Token);
        Assert.Equal([(1, "ada"), (2, "ada"), (3, "root")], history.Select(static each => (each.Environment.Revision, each.By)));
        Assert.Equal(
            [new("alias", null, "al"), new("author", null, "x'; DROP TABLE environments; --"), new FieldDifference("boot.kernel_params", null, "quiet splash=é")],
            _catalog.Compare(history[1].Environment, history[2].Environment).OrderBy(static each => each.Field, StringComparer.Ordinal));
        await SetAsync("ada", "a", new() { Fields = [("alias", ""), ("boot.kernel_params", "")] });
        Assert.Null((await FindAsync("ada", "a")).Environment.Alias);
    }

    [Theory]
    [InlineData("name", "b", "says which environment it is and stays")]
    [InlineData("user", "b", "says which environment it is and stays")]
    [InlineData("filesystem", "", "key 'filesystem' is missing")]
    [InlineData("boot.kernel", "vmlinuz", "key 'boot.kernel' is 'vmlinuz'")]
    [InlineData("no.such", "x", "key 'no' is unknown")]
    [InlineData("postinstalls", "x", "but a list of tables is expected")]
    [InlineData("postinstalls[0].script", "x", "is a list")]
    [InlineData("destructive", "maybe", "true or false is expected")]
    [InlineData("image.file", "ftp://x/y", "addresses begin with")]
    [InlineData("author", "a\nb", "has a line break inside")]
    [InlineData("os", "linux", "there is nothing to change")]
    public async Task A_field_cannot_be_changed_to_what_it_may_not_be(string field, string value, string expected)
    {
        await AddAsync("ada", Described("a"));
        var problem = await Assert.ThrowsAsync<ConfigurationException>(() => SetAsync("ada", "a", new() { Fields = [(field, value)] }));
        Assert.Contains(expected, problem.Message, StringComparison.Ordinal);
        Assert.Single(await _catalog.HistoryAsync(new() { Name = "a" }, "ada", Token));
    }

    [Fact]
    public async Task Another_file_gets_its_own_digest_and_a_changed_file_when_it_is_asked_for()
    {
        await AddAsync("ada", Described("a"));
        await SetAsync("ada", "a", new() { Fields = [("image.file", $"server://{_bench.Folder["images/b.tgz"]}")] });
        Assert.Equal(CacheBench.DigestOf("b.tgz"), (await FindAsync("ada", "a")).Environment.Image.Sha256);
        _bench.Folder.Write("images/b.tgz", "changed");
        Assert.Contains("is recorded", (await Assert.ThrowsAsync<ConfigurationException>(() => SetAsync("ada", "a", new() { Fields = [("author", "x")] }))).Message, StringComparison.Ordinal);
        await SetAsync("ada", "a", new() { Checksums = EnvironmentFiles.Image });
        Assert.Equal(CacheBench.DigestOf("changed"), (await FindAsync("ada", "a")).Environment.Image.Sha256);
        Assert.Contains("nothing to change", (await Assert.ThrowsAsync<ConfigurationException>(() => SetAsync("ada", "a", new() { Checksums = EnvironmentFiles.All }))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Others_may_neither_change_nor_delete_nor_know_what_is_private()
    {
        await AddAsync("ada", Described("a"));
        await AddAsync("ada", Described("s") with { Visibility = Visibility.Shared });
        await Assert.ThrowsAsync<NotAllowedException>(() => SetAsync("bob", "s", new() { Destructive = true }, owner: "ada"));
        await Assert.ThrowsAsync<NotAllowedException>(() => _catalog.DeleteAsync(new() { Name = "s", Owner = "ada" }, true, "bob", Token));
        foreach (var name in new[] { "a", "nothing" })
        {
            Assert.Contains("does not exist", (await Assert.ThrowsAsync<ConfigurationException>(() => SetAsync("bob", name, new() { Destructive = true }, owner: "ada"))).Message, StringComparison.Ordinal);
            Assert.Contains("does not exist", (await Assert.ThrowsAsync<ConfigurationException>(() => _catalog.DeleteAsync(new() { Name = name, Owner = "ada" }, true, "bob", Token))).Message, StringComparison.Ordinal);
            await Assert.ThrowsAsync<ConfigurationException>(() => _catalog.HistoryAsync(new() { Name = name, Owner = "ada" }, "bob", Token));
            await Assert.ThrowsAsync<ConfigurationException>(() => FindAsync("bob", name, "ada"));
        }

        Assert.Equal("s", (await FindAsync("bob", "s", "ada")).Environment.Name);
    }

    [Fact]
    public async Task Versions_are_deleted_one_by_one_or_all_and_come_back_with_their_history()
    {
        await AddAsync("ada", Described("a"), Described("a") with { Version = 2 }, Described("a") with { Version = 3 });
        Assert.Equal([3], (await _catalog.DeleteAsync(new() { Name = "a" }, false, "ada", Token)).Select(static each => each.Environment.Version));
        Assert.Equal([1], (await _catalog.DeleteAsync(new() { Name = "a", Version = 1 }, false, "ada", Token)).Select(static each => each.Environment.Version));
        await AddAsync("ada", Described("a") with { Version = 3, Author = "again" });
        Assert.Equal(
            [EnvironmentChangeKind.Added, EnvironmentChangeKind.Deleted, EnvironmentChangeKind.Added],
            (await _catalog.HistoryAsync(new() { Name = "a" }, "ada", Token)).Select(static each => each.Kind));
        Assert.Equal([3, 2], (await _catalog.DeleteAsync(new() { Name = "a", AllVersions = true }, false, "ada", Token)).Select(static each => each.Environment.Version));
        Assert.Equal("again", (await _catalog.HistoryAsync(new() { Name = "a" }, "ada", Token))[^1].Environment.Author);
        await Assert.ThrowsAsync<ConfigurationException>(() => _catalog.DeleteAsync(new() { Name = "%" }, true, "ada", Token));
    }

    [Fact]
    public async Task What_is_in_use_is_not_deleted_unless_forced()
    {
        await AddAsync("ada", Described("a"), Described("b"));
        _users.Add("node-1, deployed by ada");
        var problem = await Assert.ThrowsAsync<ConfigurationException>(() => _catalog.DeleteAsync(new() { Name = "a" }, false, "ada", Token));
        Assert.Contains("a version 1 of ada is used by node-1, deployed by ada; --force deletes it all the same", problem.Message, StringComparison.Ordinal);
        Assert.Single(await _catalog.DeleteAsync(new() { Name = "a" }, true, "ada", Token));
    }

    [Fact]
    public async Task A_running_operation_uses_the_recorded_environment_that_it_deploys_and_no_other_of_that_name()
    {
        var recorded = Assert.Single(await AddAsync("ada", Described("a"))).Environment;
        var engine = new EngineId(Guid.NewGuid());
        await _store.RegisterEngineAsync(engine, DateTimeOffset.MaxValue, Token);
        var plan = SamplePlans.Small(1);
        plan = plan with { Request = ((DeploymentRequest)plan.Request) with { Environment = recorded with { Revision = 0 } } };
        await _store.CreateOperationAsync(plan, engine, SamplePlans.PlannedAt, Token);
        var use = new UnfinishedOperations(_store);
        Assert.Empty(await use.FindAsync(recorded, Token)); // it is described in a file
        var second = SamplePlans.Small(1, first: 2);
        second = second with { Request = ((DeploymentRequest)second.Request) with { Environment = recorded } };
        await _store.CreateOperationAsync(second, engine, SamplePlans.PlannedAt, Token);
        Assert.Contains($"operation {second.Operation}", (await Assert.ThrowsAsync<ConfigurationException>(() => _catalog.DeleteAsync(new() { Name = "a" }, false, "ada", Token))).Message, StringComparison.Ordinal);
        await _store.AppendAsync(engine, [new OperationEvent.Finished { Operation = second.Operation, At = SamplePlans.PlannedAt, Results = new() }], Token);
        Assert.Empty(await use.FindAsync(recorded, Token));
    }

    [Fact]
    public async Task What_is_exported_is_imported_and_imported_again_is_nothing_new()
    {
        await AddAsync("ada", Described("a", pre: true), Described("b") with { Version = 4, Description = "two\nlines" });
        var all = (await _catalog.ListAsync(new() { AllVersions = true }, "ada", Token)).Select(static each => each.Environment).ToList();
        var text = _catalog.Write(all, owners: true);
        var described = await _catalog.ReadAsync(text, "-", "bob", Token);
        var again = await _catalog.ImportAsync(described, replace: false, checksums: true, "ada", Token);
        Assert.Equal((0, 0, 2), (again.Added.Length, again.Changed.Length, again.Unchanged.Length));

        var changed = await _catalog.ReadAsync(text.Replace("two", "three", StringComparison.Ordinal) + "---\nname: c\nos: other\nimage: { file: " + _bench.Folder["images/a.tgz"] + ", kind: dd, compression: none }\n", "-", "ada", Token);
        var refused = await Assert.ThrowsAsync<ConfigurationException>(() => _catalog.ImportAsync(changed, replace: false, checksums: true, "ada", Token));
        Assert.Contains("b version 4 of ada is there already with other values of description; --replace", refused.Message, StringComparison.Ordinal);
        Assert.Equal(2, (await _catalog.ListAsync(new(), "ada", Token)).Length);
        var done = await _catalog.ImportAsync(changed, replace: true, checksums: true, "ada", Token);
        Assert.Equal(("c", 2, "a"), (done.Added.Single().Environment.Name, done.Changed.Single().Environment.Revision, done.Unchanged.Single().Environment.Name));
    }

    [Fact]
    public async Task The_files_of_all_environments_are_moved_by_administrators_when_they_are_there()
    {
        await AddAsync("ada", Described("a", pre: true));
        await AddAsync("bob", Described("a") with { User = "bob" });
        (string, string)[] move = [(_bench.Folder["images/"], $"server://{_bench.Folder["moved/"]}")];
        await Assert.ThrowsAsync<NotAllowedException>(() => _catalog.MoveFilesAsync(move, "ada", Token));
        Assert.Equal(3, (await Assert.ThrowsAsync<ConfigurationException>(() => _catalog.MoveFilesAsync(move, "root", Token))).Problems.Length); // nothing is there yet
        Directory.Move(_bench.Folder["images"], _bench.Folder["moved"]);
        Assert.Equal(["ada", "bob"], (await _catalog.MoveFilesAsync(move, "root", Token)).Select(static each => each.Environment.User).Order());
        var moved = (await FindAsync("ada", "a")).Environment;
        Assert.Equal(_bench.Folder["moved/a.tgz"], moved.Image.Location.LocalPath);
        Assert.Equal(_bench.Folder["moved/pre.tgz"], moved.Preinstall!.Archive.LocalPath);
        Assert.Equal(CacheBench.DigestOf("a.tgz"), moved.Image.Sha256);
        Assert.Contains("no environment has a file", (await Assert.ThrowsAsync<ConfigurationException>(() => _catalog.MoveFilesAsync(move, "root", Token))).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ConfigurationException>(() => _catalog.MoveFilesAsync([("relative", "/x")], "root", Token));
    }

    [Fact]
    public async Task A_pattern_that_fits_several_names_is_no_environment_to_deploy()
    {
        await AddAsync("ada", Described("debian_11"), Described("debian-11"), Described("other"));
        Assert.Equal("debian_11", (await FindAsync("ada", "debian_11")).Environment.Name); // '_' is a character before it is a pattern
        Assert.Equal("other", (await FindAsync("ada", "oth%")).Environment.Name);
        var problem = await Assert.ThrowsAsync<ConfigurationException>(() => FindAsync("ada", "debian%"));
        Assert.Contains("fits several: debian-11, debian_11; name one", problem.Message, StringComparison.Ordinal);
        Assert.Contains("does not exist", (await Assert.ThrowsAsync<ConfigurationException>(() => FindAsync("ada", "nothing"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_who_change_at_once_lose_nothing()
    {
        await AddAsync("ada", Described("a"));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(i => Task.Run(
            async () =>
            {
                for (var n = 0; n < 10; n++) await SetAsync("ada", "a", new() { Fields = [("description", $"{i}-{n}")] });
            },
            Token)));
        var history = await _catalog.HistoryAsync(new() { Name = "a" }, "ada", Token);
        Assert.Equal(41, history.Length);
        Assert.Equal(41, history.Select(static each => each.Environment.Description).Distinct().Count());
    }

    private KaEnvironment Described(string name, bool pre = false) => new()
    {
        Name = name, User = "ada", Visibility = Visibility.Private, FileSystem = "ext4", Boot = new() { Kernel = "/vmlinuz" },
        Image = new(FileAt("a.tgz"), ImageKind.Tar, ImageCompression.Gzip),
        Preinstall = pre ? new(FileAt("pre.tgz"), ImageCompression.Gzip, "pre.sh") : null,
        Postinstalls = pre ? [new(FileAt("post.tgz"), ImageCompression.Gzip, null)] : [],
    };

    private Uri FileAt(string name) => new($"file://{_bench.Folder[$"images/{name}"]}");

    private Task<ImmutableArray<RecordedEnvironment>> AddAsync(string user, params KaEnvironment[] environments) =>
        _catalog.AddAsync([.. environments], checksums: true, user, Token);

    private Task<ImmutableArray<RecordedEnvironment>> SetAsync(string user, string name, EnvironmentChange change, string? owner = null) =>
        _catalog.SetAsync(new() { Name = name, Owner = owner }, change, user, Token);

    private Task<RecordedEnvironment> FindAsync(string user, string name, string? owner = null) =>
        _catalog.FindAsync(new() { Name = name, Owner = owner }, user, Token);

    private sealed class ScriptedUse(List<string> users) : IEnvironmentUse
    {
        public Task<ImmutableArray<string>> FindAsync(KaEnvironment environment, CancellationToken cancellationToken) => Task.FromResult(users.ToImmutableArray());
    }
}
