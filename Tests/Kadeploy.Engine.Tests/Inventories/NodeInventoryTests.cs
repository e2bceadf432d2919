using System.Net;
using Kadeploy.Engine.Configuration;
using Kadeploy.TestKit;
using Xunit;

namespace Kadeploy.Engine.Tests.Inventories;

public sealed class NodeInventoryTests : IAsyncDisposable
{
    private static readonly string User = InventoryBench.User;

    private readonly InventoryBench _bench = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task Ranges_of_names_and_addresses_are_written_out_together()
    {
        var inventory = await _bench.OpenWithClustersAsync();
        var changes = await inventory.AddAsync(
            "pc-[3,1-2] spare", new() { Cluster = "IPMI", Address = "10.0.0.[7,9-11]", ControllerAddress = "bmc-[3,1-2,9]", Groups = ["a", "b"], Tags = ["rack=r1"] }, User, Token);
        Assert.Equal("pc-[1-3],spare", changes.Added.Fold());
        var nodes = await inventory.ListAsync(new() { Clusters = ["ipmi"] }, Token);
        Assert.Equal(["pc-1 10.0.0.9 bmc-1", "pc-2 10.0.0.10 bmc-2", "pc-3 10.0.0.7 bmc-3", "spare 10.0.0.11 bmc-9"],
            nodes.Select(static node => $"{node.Name} {node.Definition.Address} {node.Definition.Controller!.Address}"));
        Assert.All(nodes, static node =>
        {
            Assert.Equal("ipmi", node.Cluster);
            Assert.Equal(InventoryNode.StoreOrigin, node.Origin);
            Assert.Equal(NodeCondition.NeverUsed, node.Condition);
            Assert.Equal(["a", "b"], node.Definition.Groups);
        });
    }

    [Fact]
    public async Task Nodes_of_files_and_of_the_store_are_listed_together_with_where_they_are()
    {
        var inventory = await _bench.OpenWithClustersAsync();
        await inventory.AddAsync("node-3", new() { Cluster = "lab" }, User, Token);
        var nodes = await inventory.ListAsync(new(), Token);
        Assert.Equal(["node-1 clusters/lab.yml:2", "node-2 clusters/lab.yml:2", "node-3 store"], nodes.Select(node => _bench.Short($"{node.Name} {node.Origin}")));
        var clusters = await inventory.ListClustersAsync(Token);
        Assert.Equal(["ipmi store 0", "lab clusters/lab.yml:1 3", "plain store 0"], clusters.Select(cluster => _bench.Short($"{cluster.Name} {cluster.Origin} {cluster.Nodes.Length}")));
        Assert.Equal("node-3", (await inventory.FindAsync(NodeName.Parse("NODE-3"), Token))!.Name.Value);
        Assert.Null(await inventory.FindAsync(NodeName.Parse("node-4"), Token));
        Assert.Equal("lab", (await inventory.FindClusterAsync("LAB", Token))!.Name);
    }

    [Fact]
    public async Task Selections_by_name_cluster_group_tag_and_state_add_up()
    {
        var inventory = await _bench.OpenWithClustersAsync();
        await inventory.AddAsync("a-[1-2]", new() { Cluster = "plain", Groups = ["x"], Tags = ["t=1", "u"] }, User, Token);
        await inventory.AddAsync("b-[1-2]", new() { Cluster = "plain", Groups = ["x", "y"], Tags = ["t=1"] }, User, Token);
        Assert.Equal("a-[1-2],b-[1-2]", await Select(new() { Groups = ["x", "z"] }));
        Assert.Equal("b-[1-2]", await Select(new() { Groups = ["y"] }));
        Assert.Equal("a-[1-2]", await Select(new() { Tags = ["t=1", "u"] }));
        Assert.Equal("a-2,b-1", await Select(new() { Names = NodeSet.Parse("a-2,b-1,node-1"), Clusters = ["Plain"] }));
        Assert.Equal("a-[1-2],b-[1-2],node-[1-2]", await Select(new() { Conditions = [NodeCondition.NeverUsed] }));
        Assert.Equal("", await Select(new() { Conditions = [NodeCondition.Busy, NodeCondition.Failed] }));
        Assert.Equal("", await Select(new() { Environments = ["debian13"] }));
        var unknown = await Assert.ThrowsAsync<ConfigurationException>(() => inventory.ListAsync(new() { Names = NodeSet.Parse("a-3,node-1,zzz") }, Token));
        Assert.Equal(["node 'a-3' is not known; did you mean 'a-1'?", "node 'zzz' is not known"], unknown.Problems);

        async Task<string> Select(NodeFilter filter) => NodeSet.From((await inventory.ListAsync(filter, Token)).Select(static node => node.Name)).Fold();
    }

    public static TheoryData<string, NodeSettings, string[]> Refused => new()
    {
        { "pc-1", new(), ["name the cluster of the nodes"] },
        { "pc-1", new() { Cluster = "plian" }, ["cluster 'plian' is not known; did you mean 'plain'?"] },
        { "pc-[1-2]", new() { Cluster = "plain", Address = "10.0.0.[1-3]" }, ["key 'address' gives 3 for 2 nodes; '10.0.0.[1-3]' has to give one for each"] },
        { "pc-1", new() { Cluster = "plain", Address = "10.0.0.256" }, ["key 'address' gives '10.0.0.256', which is no address"] },
        { "pc;1", new() { Cluster = "plain" }, ["key 'name' is no range: "] },
        { "pc-1,pc-1", new() { Cluster = "plain" }, ["node pc-1: node pc-1 is there a second time; the first is in node pc-1"] },
        { "pc-1", new() { Cluster = "plain", MacAddresses = ["nonsense"] }, ["key 'macs' is 'nonsense', but a hardware address"] },
        { "pc-1", new() { Cluster = "plain", ControllerAddress = "b" }, ["key 'bmc' is there, but the cluster has no power.ipmi", "key 'bmc.user' is missing", "key 'bmc.password_file' is missing"] },
        { "pc-1", new() { Cluster = "ipmi" }, ["key 'bmc' is missing; power is switched by IPMI"] },
        { "pc-1", new() { Cluster = "ipmi", ControllerAddress = "b", ControllerPasswordFile = "/nowhere/at-all" }, ["key 'bmc.password_file' names the file '/nowhere/at-all', which does not exist"] },
        { "pc-1", new() { Cluster = "ipmi", ControllerAddress = "b", ControllerPort = 70000 }, ["key 'bmc.port' is 70000; write a whole number from 1 to 65535"] },
        { "pc-1", new() { Cluster = "plain", Console = "sol" }, ["key 'console' is 'sol', which needs power.ipmi"] },
        { "pc-1", new() { Cluster = "plain", Console = "a | b" }, ["key 'console.command' is no command: the command 'a | b' needs a shell for '|'"] },
        { "pc-1", new() { Cluster = "plain", DiskSizes = ["100"] }, ["key 'disk.size' is '100'; write '>= ' or '<= '"] },
        { "pc-1", new() { Cluster = "plain", Groups = ["a b"], Tags = [""], Description = "a\u001B[31m" },
            ["key 'groups' holds 'a b'", "key 'tags' holds ''", "key 'description' is 'aU+001B[31m'"] },
        { "pc-1", new() { Cluster = "plain", Description = new('x', 501) }, ["key 'description' has 501 characters; at most 500 are kept"] },
        { "node-1", new() { Cluster = "plain" }, ["node node-1: node node-1 is there already, in clusters/lab.yml:2"] },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task What_cannot_be_is_refused_and_nothing_comes(string names, NodeSettings settings, string[] expected)
    {
        var inventory = await _bench.OpenWithClustersAsync();
        var refused = await Assert.ThrowsAsync<ConfigurationException>(() => inventory.AddAsync(names, settings, User, Token));
        Assert.Equal(expected.Length, refused.Problems.Length);
        Assert.All(expected.Zip(refused.Problems), each => Assert.StartsWith(each.First, _bench.Short(each.Second), StringComparison.Ordinal));
        Assert.Equal(2, (await inventory.ListAsync(new(), Token)).Length);
    }

    [Fact]
    public async Task What_another_node_of_the_store_has_is_refused_with_its_name()
    {
        var inventory = await _bench.OpenWithClustersAsync();
        await inventory.AddAsync("pc-1", new() { Cluster = "ipmi", Address = "10.0.0.1", MacAddresses = ["52:54:00:00:00:01"], ControllerAddress = "BMC-1" }, User, Token);
        var refused = await Assert.ThrowsAsync<ConfigurationException>(() => inventory.AddAsync(
            "pc-2", new() { Cluster = "ipmi", Address = "10.0.0.1", MacAddresses = ["525400000001"], ControllerAddress = "bmc-1" }, User, Token));
        Assert.Equal(
            [
                "node pc-2: address 10.0.0.1 is there already, at node pc-1 of the store", "node pc-2: hardware address 52:54:00:00:00:01 is there already, at node pc-1 of the store",
                "node pc-2: controller bmc-1 port 623 is there already, at node pc-1 of the store",
            ],
            refused.Problems);
        await inventory.AddAsync("pc-2", new() { Cluster = "ipmi", ControllerAddress = "bmc-1", ControllerPort = 624 }, User, Token);
        refused = await Assert.ThrowsAsync<ConfigurationException>(() => inventory.AddAsync("pc-[1-3]", new() { Cluster = "plain" }, User, Token));
        Assert.Equal(
            ["pc-1 is in the store already; change it with 'set', or remove it first", "pc-2 is in the store already; change it with 'set', or remove it first"], refused.Problems);
        Assert.Null(await inventory.FindAsync(NodeName.Parse("pc-3"), Token));
    }

    [Fact]
    public async Task A_change_leaves_what_it_does_not_say()
    {
        var inventory = await _bench.OpenWithClustersAsync();
        await inventory.AddAsync(
            "pc-[1-2]",
            new()
            {
                Cluster = "ipmi", Address = "10.0.0.[1-2]", MacAddresses = ["52:54:00:00:00:01", "52:54:00:00:00:02"], ControllerAddress = "bmc-[1-2]", ControllerUser = "me",
                ControllerPort = 700, ControllerPrivilege = ControllerPrivilege.Administrator, DiskSerial = "S1", DiskModel = "M*", DiskSizes = [">= 10 GB", "<= 1 TiB"], SmallestDisk = true,
                Console = "sol", Groups = ["a"], Tags = ["t"], Description = "first",
            },
            User, Token);
        Assert.Equal("", (await inventory.SetAsync("pc-[1-2]", new(), User, Token)).Changed.Fold());
        var changes = await inventory.SetAsync(
            "pc-[1-2]",
            new()
            {
                Settings = new() { Address = "10.0.1.[1-2]", ControllerCipherSuite = 3, DiskSerial = "S2", Console = "console-of HOSTNAME_SHORT" },
                AddedTags = ["u", "t"], RemovedGroups = ["a"], AddedGroups = ["b"],
            },
            User, Token);
        Assert.Equal("pc-[1-2]", changes.Changed.Fold());
        var node = (await inventory.FindAsync(NodeName.Parse("pc-2"), Token))!.Definition;
        Assert.Equal(
            DeepText.Of(new NodeDefinition
            {
                Name = NodeName.Parse("pc-2"), Cluster = "ipmi", Address = IPAddress.Parse("10.0.1.2"), MacAddresses = [MacAddress.Parse("52:54:00:00:00:02")],
                Controller = new("bmc-2") { User = "me", Port = 700, CipherSuite = 3, Privilege = ControllerPrivilege.Administrator },
                Disk = new() { Serial = "S2", Model = "M*", AtLeast = 10_000_000_000, AtMost = 1L << 40, Smallest = true },
                Console = new NodeConsole.Command(["console-of", "HOSTNAME_SHORT"]), Groups = ["b"], Tags = ["t", "u"], Description = "first",
            }),
            DeepText.Of(node));

        await inventory.SetAsync(
            "pc-2", new() { Settings = new() { Cluster = "plain", Tags = [] }, Cleared = [NodeField.Bmc, NodeField.Address, NodeField.Disk, NodeField.Console, NodeField.Macs, NodeField.Description] }, User, Token);
        node = (await inventory.FindAsync(NodeName.Parse("pc-2"), Token))!.Definition;
        Assert.Equal(DeepText.Of(new NodeDefinition { Name = NodeName.Parse("pc-2"), Cluster = "plain", Groups = ["b"] }), DeepText.Of(node));
        // What it had can be had by others now.
        await inventory.SetAsync("pc-1", new() { Settings = new() { Address = "10.0.1.2", ControllerAddress = "bmc-2" } }, User, Token);
    }

    [Fact]
    public async Task A_change_that_cannot_be_changes_nothing_and_names_what_is_wrong()
    {
        var inventory = await _bench.OpenWithClustersAsync();
        await inventory.AddAsync("pc-[1-2]", new() { Cluster = "plain" }, User, Token);
        foreach (var (names, change, expected) in new (string, NodeChange, string)[]
                 {
                     ("pc-[1-3]", new() { AddedTags = ["t"] }, "node 'pc-3' is not known; did you mean 'pc-1'?"),
                     ("node-1", new() { AddedTags = ["t"] }, "node node-1 is defined in clusters/lab.yml:2; change it there"),
                     ("pc-1", new() { Settings = new() { Cluster = "ipmi" } }, "node pc-1 of the store: key 'bmc' is missing; power is switched by IPMI; name the address of each node's controller"),
                     ("pc-1", new() { Settings = new() { ControllerUser = "x" } }, "node pc-1 of the store: key 'bmc' is there, but the cluster has no power.ipmi"),
                     ("pc-1", new() { AddedTags = ["a b"] }, "node pc-1 of the store: key 'tags' holds 'a b'; write up to 100 letters"),
                     ("pc-1", new() { Settings = new() { Cluster = "none" } }, "cluster 'none' is not known; known are lab, ipmi, plain"),
                 })
        {
            var refused = await Assert.ThrowsAsync<ConfigurationException>(() => inventory.SetAsync(names, change, User, Token));
            Assert.StartsWith(expected, _bench.Short(refused.Problems[0]), StringComparison.Ordinal);
        }

        Assert.All(await inventory.ListAsync(new() { Clusters = ["plain"] }, Token), static node => Assert.Empty(node.Definition.Tags));
    }

    [Fact]
    public async Task Removed_nodes_are_gone_and_so_are_what_they_claimed()
    {
        var inventory = await _bench.OpenWithClustersAsync();
        await inventory.AddAsync("pc-[1-3]", new() { Cluster = "plain", Address = "10.0.0.[1-3]" }, User, Token);
        var refused = await Assert.ThrowsAsync<ConfigurationException>(() => inventory.RemoveAsync(NodeSet.Parse("pc-[2-4]"), User, Token));
        Assert.Equal(["node 'pc-4' is not known; did you mean 'pc-1'?"], refused.Problems);
        Assert.Equal("pc-[2-3]", (await inventory.RemoveAsync(NodeSet.Parse("pc-[2-3]"), User, Token)).Removed.Fold());
        Assert.Equal("node-[1-2],pc-1", NodeSet.From((await inventory.ListAsync(new(), Token)).Select(static node => node.Name)).Fold());
        await inventory.AddAsync("pc-3", new() { Cluster = "plain", Address = "10.0.0.2" }, User, Token);
    }

    [Fact]
    public async Task Only_administrators_change_anything()
    {
        var inventory = await _bench.OpenWithClustersAsync();
        var others = await _bench.OpenAsync(files: true, "ada", "grace");
        foreach (var change in new Func<INodeInventory, Task>[]
                 {
                     i => i.AddAsync("pc-1", new() { Cluster = "plain" }, "eve", Token), i => i.SetAsync("pc-1", new(), "eve", Token), i => i.RemoveAsync(NodeSet.Parse("pc-1"), "eve", Token),
                     i => i.ImportAsync([new("-", "nodes: []")], NodeListFormat.Yaml, true, "eve", Token), i => i.SetClusterAsync("plain", new(), "eve", Token),
                     i => i.RemoveClusterAsync("plain", "eve", Token), i => i.ImportClustersAsync([], false, "eve", Token),
                 })
        {
            Assert.Equal("eve may not change the inventory; only administrators may ('server.administrators' in kadeploy.yml names them)", (await Assert.ThrowsAsync<NotAllowedException>(() => change(others))).Message);
            await Assert.ThrowsAsync<NotAllowedException>(() => change(inventory));
        }

        await others.AddAsync("pc-1", new() { Cluster = "plain" }, "ada", Token);
        Assert.NotNull(await inventory.FindAsync(NodeName.Parse("pc-1"), Token));
    }

    [Fact]
    public async Task A_name_in_two_places_is_told_with_both_and_can_be_taken_out_of_the_store()
    {
        var inventory = await _bench.OpenWithClustersAsync();
        var alone = await _bench.OpenAsync(files: false);
        await alone.AddAsync("node-1", new() { Cluster = "plain" }, User, Token);
        await alone.ImportClustersAsync([_bench.Text("lab.txt", InventoryBench.Plain.Replace("plain", "LAB", StringComparison.Ordinal))], false, User, Token);
        string[] expected =
        [
            "cluster LAB is defined in clusters/lab.yml:1 and in the store; take it out of the file, or remove it with 'kadeploy clusters remove LAB'",
            "node node-1 is defined in clusters/lab.yml:2 and in the store; take it out of the file, or remove it with 'kadeploy nodes remove node-1'",
        ];
        var refused = await Assert.ThrowsAsync<ConfigurationException>(() => inventory.ListAsync(new(), Token));
        Assert.Equal(expected, refused.Problems.Select(_bench.Short));
        var site = await Assert.ThrowsAsync<ConfigurationException>(() => EngineHost.JoinSiteAsync(_bench.Folder.Read(), _bench.State, Token));
        Assert.Contains(site.Problems.Select(_bench.Short), static problem => problem.Contains("cluster LAB is there a second time; the first is in clusters/lab.yml:1", StringComparison.Ordinal));
        Assert.Contains(site.Problems.Select(_bench.Short), static problem => problem.Contains("node node-1 is there a second time; the first is in clusters/lab.yml:2", StringComparison.Ordinal));

        await inventory.RemoveAsync(NodeSet.Parse("node-1"), User, Token);
        await inventory.RemoveClusterAsync("lab", User, Token);
        Assert.Equal(2, (await inventory.ListAsync(new(), Token)).Length);
    }

    [Fact]
    public async Task An_engine_deploys_nodes_of_the_store_and_of_files_alike()
    {
        var inventory = await _bench.OpenWithClustersAsync();
        await inventory.AddAsync(
            "pc-1", new() { Cluster = "ipmi", ControllerAddress = "bmc-1", Console = "file:/var/log/console/pc-1", DiskWwn = "0x5", Tags = ["rack=r1"] }, User, Token);
        await inventory.AddAsync("node-9", new() { Cluster = "lab", Address = "10.0.0.9" }, User, Token);
        var site = await EngineHost.JoinSiteAsync(_bench.Folder.Read(), _bench.State, Token);
        Assert.Equal(["lab", "ipmi", "plain"], site.Clusters.Select(static cluster => cluster.Cluster.Name));
        Assert.Equal(["node-1", "node-2", "node-9"], site.Clusters[0].Nodes.Select(static node => node.Name.Value));
        var pc = Assert.Single(site.Clusters[1].Nodes);
        Assert.Equal(("0x5", "rack=r1"), (pc.DiskRule!.Wwn, Assert.Single(pc.Tags)));
        var endpoint = Assert.IsType<PowerSettings.Ipmi>(site.Clusters[1].Power).Endpoints[pc.Name];
        Assert.Equal(("bmc-1", "admin", "secret"), (endpoint.Address, endpoint.User, endpoint.Password.Reveal()));
        Assert.Equal(new ConsoleSettings.LogFile("/var/log/console/pc-1"), site.Clusters[1].NodeConsoles[pc.Name]);

        await using var host = await EngineHost.OpenAsync(new() { StateDirectory = _bench.State, Site = _bench.Folder.Read() }, Token);
        var refused = await Assert.ThrowsAsync<ConfigurationException>(() => host.Engine.PlanAsync(
            new DeploymentRequest
            {
                Nodes = [NodeName.Parse("pc-1"), NodeName.Parse("node-9"), NodeName.Parse("pc-7")],
                Environment = ((DeploymentRequest)SamplePlans.Full().Request).Environment, User = "root",
            },
            Token));
        Assert.Contains("node 'pc-7' is not known; did you mean 'pc-1'?", refused.Problems);
        Assert.DoesNotContain(refused.Problems, static problem => problem.Contains("node-9", StringComparison.Ordinal) || problem.Contains("pc-1' is not", StringComparison.Ordinal));
        Assert.Equal(4, (await host.Engine.Catalogs.Nodes.ListAsync(new(), Token)).Length);
    }

    [Fact]
    public async Task A_cluster_of_the_store_without_a_home_is_told()
    {
        var inventory = await _bench.OpenWithClustersAsync();
        await inventory.AddAsync("node-[8-9]", new() { Cluster = "lab" }, User, Token);
        _bench.Folder.Write("clusters/lab.yml", "name: other\nnodes: { name: n }\npartitioning: { block_device: /dev/sda, partitions: { deploy: 3 } }");
        var refused = await Assert.ThrowsAsync<ConfigurationException>(() => EngineHost.JoinSiteAsync(_bench.Folder.Read(), _bench.State, Token));
        Assert.StartsWith("store: cluster 'lab' of 2 nodes, such as node-8, is defined nowhere; import it", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_outline_is_read_without_the_files_and_passwords_that_it_names()
    {
        _bench.Folder.Write("clusters/lab.yml", InventoryBench.Ipmi + "\nboot: { repository: /nowhere, kernel: k }\nnodes: [{ name: n-1, bmc: { address: b } }, { name: n-2, bmc: { address: c, password_env: NO_SUCH } }]");
        File.Delete(_bench.Folder.At("password"));
        var inventory = await _bench.OpenAsync();
        Assert.Equal(2, (await inventory.ListAsync(new(), Token)).Length);
        Assert.Throws<ConfigurationException>(() => _bench.Folder.Read());
        await Assert.ThrowsAsync<ArgumentException>(() => EngineHost.OpenAsync(
            new() { StateDirectory = _bench.State, Site = SiteReader.ReadOutline(_bench.Folder.At("kadeploy.yml")) }, Token));
    }
}
