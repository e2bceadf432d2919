using System.Collections.Immutable;
using Xunit;

namespace Kadeploy.Engine.Tests.Inventories;

public sealed class ClusterInventoryTests : IAsyncDisposable
{
    private static readonly string User = InventoryBench.User;

    private readonly InventoryBench _bench = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task A_cluster_file_goes_into_the_store_with_its_nodes_and_full_paths()
    {
        var inventory = await _bench.OpenAsync();
        var file = _bench.Text("clusters/new.txt", InventoryBench.Ipmi + "\nnodes: { name: \"pc-[1-2]\", bmc: { address: \"b-[1-2]\" } }\n");
        var told = await inventory.ImportClustersAsync([file], true, User, Token);
        Assert.Equal((["ipmi"], "pc-[1-2]"), (told.AddedClusters.ToArray(), told.Added.Fold()), Same);
        Assert.Null(await inventory.FindClusterAsync("ipmi", Token));
        await inventory.ImportClustersAsync([file], false, User, Token);
        var cluster = (await inventory.FindClusterAsync("ipmi", Token))!;
        Assert.Equal($"power:\n  ipmi:\n    user: admin\n    password_file: {_bench.Folder.At("password")}\npartitioning:\n  block_device: /dev/sda\n  partitions:\n    deploy: 3\n", cluster.Settings);
        Assert.Equal(["pc-1", "pc-2"], cluster.Nodes.Select(static node => node.Value));
        var again = await inventory.ImportClustersAsync([file], false, User, Token);
        Assert.Equal((["ipmi"], "pc-[1-2]"), (again.UnchangedClusters.ToArray(), again.Unchanged.Fold()), Same);
        // What 'show' writes can be imported again.
        var shown = new InventoryText("-", $"name: ipmi\n{cluster.Settings}");
        Assert.Equal(["ipmi"], (await inventory.ImportClustersAsync([shown], false, User, Token)).UnchangedClusters);
    }

    [Fact]
    public async Task Keys_are_set_and_taken_away_one_by_one_and_nodes_are_checked_with_them()
    {
        var inventory = await _bench.OpenWithClustersAsync();
        await inventory.AddAsync("pc-1", new() { Cluster = "ipmi", ControllerAddress = "b" }, User, Token);
        var changes = await inventory.SetClusterAsync("IPMI", Change(("power.ipmi.port", "700"), ("timeouts", "{ reboot: 60 + n, kexec: 30 }"), ("kernel_params", "console=ttyS0 quiet")), User, Token);
        Assert.Equal(["ipmi"], changes.ChangedClusters);
        var settings = (await inventory.FindClusterAsync("ipmi", Token))!.Settings;
        Assert.Contains("    port: 700\n", settings, StringComparison.Ordinal);
        Assert.Contains("timeouts:\n  reboot: 60 + n\n  kexec: 30\n", settings, StringComparison.Ordinal);
        // The node's controller is claimed at the new port, and at the old one no more.
        await inventory.AddAsync("pc-2", new() { Cluster = "ipmi", ControllerAddress = "b", ControllerPort = 623 }, User, Token);
        var taken = await Assert.ThrowsAsync<ConfigurationException>(() => inventory.AddAsync("pc-3", new() { Cluster = "ipmi", ControllerAddress = "b" }, User, Token));
        Assert.Equal(["node pc-3: controller b port 700 is there already, at node pc-1 of the store"], taken.Problems);

        await inventory.SetClusterAsync("ipmi", new() { Unset = ["timeouts.kexec"] }, User, Token);
        Assert.DoesNotContain("kexec", (await inventory.FindClusterAsync("ipmi", Token))!.Settings, StringComparison.Ordinal);
        Assert.Equal(["ipmi"], (await inventory.SetClusterAsync("ipmi", Change(("power.ipmi.port", "700")), User, Token)).UnchangedClusters);
    }

    public static TheoryData<string, string, string, string> Refused => new()
    {
        { "ipmi", "powr", "1", "key 'powr' is unknown; did you mean 'power'?" },
        { "ipmi", "power.ipmi.port", "many", "key 'power.ipmi.port' is 'many', but a whole number from 1 to 65535 is expected" },
        { "ipmi", "power.ipmi.password_file", "/no/such", "key 'power.ipmi.password_file' names the file '/no/such', which does not exist" },
        { "ipmi", "power", "{}", "key 'power' says nothing; write ipmi or commands" },
        { "ipmi", "power", "{ commands: { on: { soft: x } } }", "node pc-1 of the store: key 'bmc' is there, but the cluster has no power.ipmi" },
        { "ipmi", "name", "x", "key 'name' cannot be changed; import the cluster under another name" },
        { "ipmi", "nodes", "x", "key 'nodes' is changed with 'kadeploy nodes'" },
        { "ipmi", "a..b", "x", "'a..b' is no key; write one such as power.ipmi.user" },
        { "ipmi", "timeouts.reboot", "[", "key 'timeouts.reboot': this is no YAML" },
        { "ipmi", "timeouts.reboot", "n $ 1", "key 'timeouts.reboot' is no limit in seconds: " },
        { "lab", "kernel_params", "x", "cluster lab is defined in clusters/lab.yml:1; change it there" },
        { "none", "kernel_params", "x", "cluster 'none' is not in the store; known are ipmi, plain" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task What_cannot_be_set_is_refused_and_nothing_changes(string cluster, string key, string value, string expected)
    {
        var inventory = await _bench.OpenWithClustersAsync();
        await inventory.AddAsync("pc-1", new() { Cluster = "ipmi", ControllerAddress = "b" }, User, Token);
        var before = await inventory.ListClustersAsync(Token);
        var refused = await Assert.ThrowsAsync<ConfigurationException>(() => inventory.SetClusterAsync(cluster, Change((key, value)), User, Token));
        Assert.StartsWith(expected, _bench.Short(refused.Problems[0]), StringComparison.Ordinal);
        Assert.Equal(before.Select(static each => each.Settings), (await inventory.ListClustersAsync(Token)).Select(static each => each.Settings));
    }

    [Fact]
    public async Task Keys_that_are_not_there_cannot_be_taken_away()
    {
        var inventory = await _bench.OpenWithClustersAsync();
        var refused = await Assert.ThrowsAsync<ConfigurationException>(() => inventory.SetClusterAsync(
            "ipmi", Change(("console", "sol")) with { Unset = ["timeouts.reboot", "power.ipmi.port", "console"] }, User, Token));
        Assert.Equal(["key 'timeouts.reboot' is not there", "key 'power.ipmi.port' is not there", "key 'console' is to be set and taken away"], refused.Problems);
        refused = await Assert.ThrowsAsync<ConfigurationException>(() => inventory.SetClusterAsync("ipmi", new(), User, Token));
        Assert.Equal(["nothing is to be changed; give KEY=VALUE, or --unset KEY"], refused.Problems);
    }

    [Fact]
    public async Task A_cluster_with_nodes_stays()
    {
        var inventory = await _bench.OpenWithClustersAsync();
        await inventory.AddAsync("pc-[1-2]", new() { Cluster = "plain" }, User, Token);
        var refused = await Assert.ThrowsAsync<ConfigurationException>(() => inventory.RemoveClusterAsync("plain", User, Token));
        Assert.Equal(["cluster plain has 2 nodes in the store; remove them first, or move them with 'kadeploy nodes set --cluster'"], refused.Problems);
        refused = await Assert.ThrowsAsync<ConfigurationException>(() => inventory.RemoveClusterAsync("lab", User, Token));
        Assert.Equal("cluster lab is defined in clusters/lab.yml:1; change it there", _bench.Short(refused.Message));
        await inventory.RemoveAsync(NodeSet.Parse("pc-[1-2]"), User, Token);
        Assert.Equal(["plain"], (await inventory.RemoveClusterAsync("PLAIN", User, Token)).RemovedClusters);
        Assert.Equal(["ipmi", "lab"], (await inventory.ListClustersAsync(Token)).Select(static cluster => cluster.Name));
    }

    [Fact]
    public async Task All_problems_of_all_cluster_files_are_told_and_nothing_is_written()
    {
        var inventory = await _bench.OpenAsync();
        var one = _bench.Text("one.txt", "name: one\nnodes: { name: pc-1 }\npartitioning: { block_device: sda, partitions: { deploy: 3 } }\n");
        var two = _bench.Text("two.txt", InventoryBench.Plain + "\nnodes: [{ name: pc-1 }, { name: node-1 }]");
        var lab = _bench.Text("three.txt", InventoryBench.Plain.Replace("plain", "lab", StringComparison.Ordinal));
        var again = _bench.Text("four.txt", InventoryBench.Plain);
        var refused = await Assert.ThrowsAsync<ConfigurationException>(() => inventory.ImportClustersAsync([one, two, lab, again], false, User, Token));
        Assert.Equal(
            [
                "one.txt:3: key 'partitioning.block_device' is 'sda'; write a path such as /dev/sda",
                "two.txt:3: node pc-1 is there a second time; the first is in one.txt:2",
                "two.txt:3: node node-1 is defined otherwise in clusters/lab.yml:2; change it there",
                "three.txt:1: cluster lab is defined in clusters/lab.yml:1, which kadeploy.yml names; take it out of 'clusters' there first",
                "four.txt:1: cluster plain is there a second time; the first is in two.txt:1",
            ],
            refused.Problems.Select(_bench.Short));
        Assert.Equal(["lab"], (await inventory.ListClustersAsync(Token)).Select(static cluster => cluster.Name));
    }

    private static bool Same((string[] Clusters, string Nodes) one, (string[] Clusters, string Nodes) other) => one.Clusters.SequenceEqual(other.Clusters) && one.Nodes == other.Nodes;

    private static ClusterChange Change(params (string Key, string Value)[] set) =>
        new() { Set = set.ToImmutableSortedDictionary(static each => each.Key, static each => each.Value, StringComparer.Ordinal) };
}
