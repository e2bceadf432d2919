using System.Collections.Immutable;
using System.Net;
using Kadeploy.Engine.Stores;
using Kadeploy.Engine.Stores.Sqlite;
using Kadeploy.TestKit;
using Xunit;
using static Kadeploy.TestKit.SampleEvents;

namespace Kadeploy.Engine.Tests.Stores;

/// <summary>What every store promises of the inventory. Two stores that are open at once stand for two processes.</summary>
public abstract class InventoryStoreContractTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = SamplePlans.PlannedAt;

    private readonly List<IAsyncDisposable> _opened = [];

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected IInventoryStore Store { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Store = await OpenAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var store in _opened) await store.DisposeAsync();
        await CleanUpAsync();
        GC.SuppressFinalize(this);
    }

    private protected abstract Task<(IInventoryStore Inventory, IStore Operations)> OpenStoreAsync();

    private protected abstract ValueTask CleanUpAsync();

    [Fact]
    public async Task What_is_written_comes_back_to_the_last_member_also_in_another_process()
    {
        var node = new NodeDefinition
        {
            Name = NodeName.Parse("full"), Cluster = "c", Address = IPAddress.Parse("fd00::1"), MacAddresses = [MacAddress.Parse("525400000001")],
            Controller = new("bmc") { User = "u'; --", PasswordFile = "/p", PasswordVariable = "V", Port = 1, CipherSuite = 17, Privilege = ControllerPrivilege.Administrator },
            Disk = new() { Serial = "s", Wwn = "w", Model = "m", AtLeast = 1, AtMost = 2, Smallest = true }, Console = new NodeConsole.Command(["a", "b \"c\""]),
            Commands = new() { Reboot = Levels("r"), On = Levels("o"), Off = Levels("f"), Status = ["s"] }, Groups = ["g"], Tags = ["t"], Description = "'); DROP TABLE inventory; -- 😀",
        };
        var others = new[] { Node("sol") with { Console = new NodeConsole.SerialOverLan() }, Node("file") with { Console = new NodeConsole.LogFile("/f") }, Node("bare") };
        Assert.Empty(await WriteAsync(Store, new() { Clusters = [new("c", "settings: 'x'\n", 0)], Nodes = [New(node), .. others.Select(each => New(each))] }));
        var read = await (await OpenAsync()).ReadInventoryAsync(null, Token);
        Assert.Equal(DeepText.Of(others.Append(node).OrderBy(static each => each.Name).ToList()), DeepText.Of(read.Nodes.Select(static each => each.Definition).ToList()));
        Assert.Equal(("c", "settings: 'x'\n"), (read.Clusters.Single().Name, read.Clusters.Single().Settings));
        Assert.Equal(["bare", "sol"], (await Store.ReadInventoryAsync([NodeName.Parse("sol"), NodeName.Parse("none"), NodeName.Parse("bare")], Token)).Nodes.Select(static each => each.Definition.Name.Value).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_change_with_anything_in_the_way_changes_nothing_and_tells_all_of_it()
    {
        await WriteAsync(Store, new() { Clusters = [new("c", "", 0)], Nodes = [New(Node("a")), New(Node("b")), New(Node("h"), claims: "address 1")] });
        var (before, revision) = await StateAsync();
        var conflicts = await WriteAsync(Store, new()
        {
            Clusters = [new("C", "x", 0), new("none", "x", 7)],
            Nodes = [New(Node("a")), New(Node("n"), claims: "address 1"), new(Node("b"), revision + 5, [], 0), new(Node("gone"), 3, [], 0), new(Node("m"), 0, [], 99)],
            RemovedNodes = [NodeName.Parse("zz")],
            RemovedClusters = ["c", "zz"],
        });
        Assert.Equal(
            [
                "IsMissing zz ", "IsThere C ", "IsMissing none ", "IsThere a ", "IsClaimed n address 1\nh", "WasChanged b ", "IsMissing gone ", "WasChanged m ", "HasNodes c 5", "IsMissing zz ",
            ],
            conflicts.Select(static each => $"{each.Kind} {each.Subject} {each.Other}"));
        Assert.Equal(before, (await StateAsync()).Text);
    }

    [Fact]
    public async Task A_dry_run_tells_what_is_in_the_way_and_changes_nothing()
    {
        Assert.Empty(await WriteAsync(Store, new() { Nodes = [New(Node("a"))], DryRun = true }));
        Assert.Empty((await Store.ReadInventoryAsync(null, Token)).Nodes);
        await WriteAsync(Store, new() { Nodes = [New(Node("a"))] });
        Assert.Single(await WriteAsync(Store, new() { Nodes = [New(Node("a"))], DryRun = true }));
    }

    [Fact]
    public async Task Of_two_who_read_the_same_the_second_is_told_even_when_it_went_and_came_again_meanwhile()
    {
        await WriteAsync(Store, new() { Nodes = [New(Node("a"))] });
        var other = await OpenAsync();
        var read = (await Store.ReadInventoryAsync(null, Token)).Nodes.Single().Revision;
        await WriteAsync(other, new() { RemovedNodes = [NodeName.Parse("a")] });
        await WriteAsync(other, new() { Nodes = [New(Node("a"))] });
        Assert.Equal(InventoryConflictKind.WasChanged, Assert.Single(await WriteAsync(Store, new() { Nodes = [new(Node("a"), read, [], 0)] })).Kind);
        read = (await Store.ReadInventoryAsync(null, Token)).Nodes.Single().Revision;
        Assert.Empty(await WriteAsync(Store, new() { Nodes = [new(Node("a"), read, [], 0)] }));
    }

    [Fact]
    public async Task Nodes_of_one_change_may_exchange_what_they_claim()
    {
        await WriteAsync(Store, new() { Nodes = [New(Node("a"), claims: "address 1"), New(Node("b"), claims: "address 2")] });
        var revision = (await Store.ReadInventoryAsync(null, Token)).Nodes[0].Revision;
        Assert.Empty(await WriteAsync(Store, new() { Nodes = [new(Node("a"), revision, ["address 2"], 0), new(Node("b"), revision, ["address 1"], 0)] }));
        Assert.Equal("address 2\na", Assert.Single(await WriteAsync(Store, new() { Nodes = [New(Node("n"), claims: "address 2")] })).Other);
        Assert.Empty(await WriteAsync(Store, new() { RemovedNodes = [NodeName.Parse("a")], Nodes = [New(Node("n"), claims: "address 2")] }));
    }

    [Fact]
    public async Task A_change_that_needs_a_file_is_made_only_while_it_is_there()
    {
        var file = Path.GetTempFileName();
        Assert.Empty(await WriteAsync(Store, new() { Nodes = [New(Node("a"))], NeededFiles = [file] }));
        File.Delete(file);
        Assert.Equal(new(InventoryConflictKind.WasChanged, file), Assert.Single(await WriteAsync(Store, new() { Nodes = [New(Node("b"))], NeededFiles = [file] })));
        Assert.Equal("a", Assert.Single((await Store.ReadInventoryAsync(null, Token)).Nodes).Definition.Name.Value);
    }

    [Fact]
    public async Task What_nodes_or_clusters_mention_is_found_and_not_forgotten()
    {
        await WriteAsync(Store, new()
        {
            Clusters = [new("c", "power: { ipmi: { password_file: /s/Mentioned-By-Cluster } }", 0)],
            Nodes = [New(Node("a") with { Controller = new("bmc") { PasswordFile = "/s/mentioned-by-node" } })],
        });
        var other = await OpenAsync();
        string[] texts = ["mentioned-by-cluster", "mentioned-by-node", "mentioned-by-none", "%"];
        Assert.Equal(texts[..2], await other.FindMentionedAsync(texts, Token));
        var forgotten = new List<string>();
        await other.ForgetAsync(texts, forgotten.Add, Token);
        Assert.Equal(texts[2..], forgotten);
        await WriteAsync(Store, new() { RemovedNodes = [NodeName.Parse("a")] });
        await other.ForgetAsync(["mentioned-by-node"], forgotten.Add, Token);
        Assert.Equal("mentioned-by-node", forgotten[^1]);
    }

    [Fact]
    public async Task Nobody_changes_anything_while_something_is_forgotten()
    {
        var other = await OpenAsync();
        Task<ImmutableArray<InventoryConflict>>? change = null;
        await other.ForgetAsync(
            ["x"],
            _ =>
            {
                change = WriteAsync(Store, new() { Nodes = [New(Node("a") with { Description = "x" })] });
                Assert.False(change.Wait(TimeSpan.FromMilliseconds(200)));
            },
            Token);
        Assert.Empty(await change!);
    }

    [Fact]
    public async Task A_node_that_an_operation_has_stays()
    {
        var (inventory, operations) = await OpenBothAsync();
        await WriteAsync(inventory, new() { Nodes = [New(Node("node-1")), New(Node("node-2"))] });
        var (plan, engine) = await BeginAsync(operations, SamplePlans.Small(1));
        var conflict = Assert.Single(await WriteAsync(Store, new() { RemovedNodes = [NodeName.Parse("node-1"), NodeName.Parse("node-2")] }));
        Assert.Equal((InventoryConflictKind.IsBusy, "node-1", $"{plan.Operation}\nada"), (conflict.Kind, conflict.Subject, conflict.Other));
        Assert.Equal(2, (await Store.ReadInventoryAsync(null, Token)).Nodes.Length);
        await operations.AppendAsync(engine, [NodeFinished(plan, SamplePlans.Name(1)), Finished(plan, new(Ok: 1))], Token);
        Assert.Empty(await WriteAsync(Store, new() { RemovedNodes = [NodeName.Parse("node-1"), NodeName.Parse("node-2")] }));
    }

    private protected async Task<(IInventoryStore Inventory, IStore Operations)> OpenBothAsync()
    {
        var both = await OpenStoreAsync();
        _opened.Add(both.Operations);
        return both;
    }

    private protected static async Task<(OperationPlan Plan, EngineId Engine)> BeginAsync(IStore operations, OperationPlan plan, EngineId? engine = null)
    {
        var id = engine ?? new EngineId(Guid.NewGuid());
        if (engine is null) await operations.RegisterEngineAsync(id, Now.AddDays(999), Token);
        await operations.CreateOperationAsync(plan, id, Now, Token);
        return (plan, id);
    }

    private async Task<IInventoryStore> OpenAsync() => (await OpenBothAsync()).Inventory;

    private static Task<ImmutableArray<InventoryConflict>> WriteAsync(IInventoryStore store, InventoryBatch batch) => store.ChangeInventoryAsync(batch, "ada", Now, Token);

    private static NodeDefinition Node(string name) => new() { Name = NodeName.Parse(name), Cluster = "c" };

    private static NodeWrite New(NodeDefinition node, params string[] claims) => new(node, 0, [.. claims], 0);

    private static ImmutableSortedDictionary<PowerLevel, ImmutableArray<string>> Levels(string word) =>
        ImmutableSortedDictionary<PowerLevel, ImmutableArray<string>>.Empty.Add(PowerLevel.Soft, [word]).Add(PowerLevel.VeryHard, [word, "x"]);

    private async Task<(string Text, long Revision)> StateAsync()
    {
        var read = await Store.ReadInventoryAsync(null, Token);
        return (DeepText.Of(read), read.Nodes.Max(static node => node.Revision));
    }
}

public sealed class SqliteInventoryStoreTests : InventoryStoreContractTests
{
    private readonly string _directory = Path.Combine(Directory.CreateTempSubdirectory("kadeploy-inventory-").FullName, "state");

    private protected override async Task<(IInventoryStore Inventory, IStore Operations)> OpenStoreAsync()
    {
        var store = await SqliteStore.OpenAsync(_directory, Token);
        return (store, store);
    }

    private protected override ValueTask CleanUpAsync()
    {
        Directory.Delete(Path.GetDirectoryName(_directory)!, recursive: true);
        return ValueTask.CompletedTask;
    }
}
