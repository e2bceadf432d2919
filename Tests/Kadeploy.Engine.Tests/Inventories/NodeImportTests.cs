using System.Collections.Immutable;
using System.Net;
using Kadeploy.Engine.Inventories;
using Kadeploy.TestKit;
using Xunit;

namespace Kadeploy.Engine.Tests.Inventories;

public sealed class NodeImportTests : IAsyncDisposable
{
    private static readonly string User = InventoryBench.User;

    private readonly InventoryBench _bench = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Theory]
    [InlineData(NodeListFormat.Yaml)]
    [InlineData(NodeListFormat.Csv)]
    public async Task What_was_exported_and_is_imported_elsewhere_is_the_same_to_the_last_member(NodeListFormat format)
    {
        var inventory = await _bench.OpenWithClustersAsync();
        await inventory.ImportAsync([new("-", Everything())], NodeListFormat.Yaml, false, User, Token);
        var text = await inventory.ExportAsync(new() { Clusters = ["ipmi", "plain"] }, format, Token);
        Assert.Equal("", (await inventory.ImportAsync([new("-", text)], format, false, User, Token)).Changed.Fold());

        await using var other = new InventoryBench();
        var elsewhere = await other.OpenAsync();
        await elsewhere.ImportClustersAsync(
            [
                other.Text("i.txt", InventoryBench.Ipmi.Replace("../password", _bench.Folder.At("password"), StringComparison.Ordinal)), other.Text("p.txt", InventoryBench.Plain),
            ],
            false, User, Token);
        var changes = await elsewhere.ImportAsync([new("-", text)], format, false, User, Token);
        Assert.Equal("full,pc-[1-2]", changes.Added.Fold());
        var (before, after) = (await inventory.ListAsync(new() { Clusters = ["ipmi", "plain"] }, Token), await elsewhere.ListAsync(new() { Clusters = ["ipmi", "plain"] }, Token));
        Assert.Equal(DeepText.Of(before), DeepText.Of(after));
        Assert.Equal(text, await elsewhere.ExportAsync(new() { Clusters = ["ipmi", "plain"] }, format, Token));
        var full = before.Single(static node => node.Name.Value == "full").Definition;
        Assert.DoesNotContain("= null", DeepText.Of(full with { Commands = new() { Status = ["s"] }, Controller = full.Controller! with { PasswordVariable = "X", PasswordFile = "x" } }), StringComparison.Ordinal);
        Assert.Equal(["say", "it's \"so\"\n", ""], before.Single(static node => node.Name.Value == "pc-1").Definition.Commands!.Status!.Value);
    }

    [Fact]
    public async Task Random_definitions_survive_both_formats()
    {
        var random = new Random(99);
        for (var i = 0; i < 300; i++)
        {
            var nodes = Enumerable.Range(1, 3).Select(n => Any(random, n)).ToList();
            Assert.All(nodes, static node => Assert.True(NodeList.Same(node, node)));
            var inventory = await _bench.OpenWithClustersAsync();
            foreach (var format in Enum.GetValues<NodeListFormat>())
            {
                var text = format == NodeListFormat.Csv ? NodeSheet.Write(nodes) : NodeList.Write(nodes);
                await inventory.ImportAsync([new("-", text)], format, false, User, Token);
                Assert.Equal(DeepText.Of(nodes), DeepText.Of((await inventory.ListAsync(new() { Clusters = ["plain"] }, Token)).Select(static node => node.Definition).ToList()));
                await inventory.RemoveAsync(NodeSet.From(nodes.Select(static node => node.Name)), User, Token);
            }
        }
    }

    [Fact]
    public async Task An_import_adds_changes_and_leaves_and_says_so_beforehand()
    {
        var inventory = await _bench.OpenWithClustersAsync();
        await inventory.AddAsync("pc-[1-3]", new() { Cluster = "plain", Address = "10.0.0.[1-3]" }, User, Token);
        // Two exchange their addresses, one stays, one comes; one of a file is as it is there.
        const string List = """
            nodes:
              - { name: "pc-[1-2]", cluster: plain, address: "10.0.0.[2,1]" }
              - { name: pc-3, cluster: Plain, address: 10.0.0.3 }
              - { name: pc-4, cluster: plain, tags: new }
              - { name: node-1, cluster: lab }
            """;
        var told = await inventory.ImportAsync([new("-", List)], NodeListFormat.Yaml, true, User, Token);
        Assert.True(told.DryRun);
        Assert.Equal(4, (await inventory.ListAsync(new() { Names = NodeSet.Parse("pc-[1-3],node-1") }, Token)).Length);
        Assert.Null(await inventory.FindAsync(NodeName.Parse("pc-4"), Token));
        var done = await inventory.ImportAsync([new("-", List)], NodeListFormat.Yaml, false, User, Token);
        Assert.Equal(told with { DryRun = false }, done);
        Assert.Equal(("pc-4", "pc-[1-2]", "node-1,pc-3"), (done.Added.Fold(), done.Changed.Fold(), done.Unchanged.Fold()));
        Assert.Equal(IPAddress.Parse("10.0.0.2"), (await inventory.FindAsync(NodeName.Parse("pc-1"), Token))!.Definition.Address);
    }

    [Fact]
    public async Task All_problems_of_all_lists_are_told_with_file_and_line_and_nothing_is_written()
    {
        var inventory = await _bench.OpenWithClustersAsync();
        await inventory.AddAsync("old", new() { Cluster = "plain", Address = "10.0.0.9" }, User, Token);
        var yaml = _bench.Text("nodes.yml", """
            nodes:
              - { name: pc-1, cluster: plain }
              - { name: pc-2, cluster: plian }
              - { name: pc-3 }
              - { name: pc-4, cluster: plain, adress: 1 }
              - { name: pc-1, cluster: plain }
              - { name: node-1, cluster: lab, tags: other }
              - { name: pc-5, cluster: ipmi, bmc: { address: b, password_file: gone } }
            more: 1
            """);
        var other = _bench.Text("more.yml", "nodes: [{ name: pc-1, cluster: plain, address: 10.0.0.9 }, { name: pc-9, cluster: plain }]");
        foreach (var dryRun in new[] { true, false })
        {
            var refused = await Assert.ThrowsAsync<ConfigurationException>(() => inventory.ImportAsync([yaml, other], NodeListFormat.Yaml, dryRun, User, Token));
            Assert.Equal(
                [
                    "nodes.yml:3: key 'nodes.cluster' is wrong: cluster 'plian' is not known; did you mean 'plain'?",
                    "nodes.yml:4: key 'nodes.cluster' is missing; name the node's cluster",
                    "nodes.yml:5: key 'nodes.adress' is unknown; did you mean 'address'?",
                    "nodes.yml:8: key 'nodes.bmc.password_file' names the file 'gone', which does not exist",
                    "nodes.yml:9: key 'more' is unknown; known are nodes",
                    "nodes.yml:6: node pc-1 is there a second time; the first is in nodes.yml:2",
                    "nodes.yml:7: node node-1 is defined otherwise in clusters/lab.yml:2; change it there",
                    "more.yml:1: node pc-1 is there a second time; the first is in nodes.yml:2",
                ],
                refused.Problems.Select(_bench.Short));
            other = other with { Text = "nodes: [{ name: pc-1, cluster: plain, address: 10.0.0.9 }]" };
        }

        var taken = await Assert.ThrowsAsync<ConfigurationException>(() => inventory.ImportAsync(
            [_bench.Text("x.yml", "nodes:\n - { name: pc-1, cluster: plain }\n - { name: pc-2, cluster: plain, address: 10.0.0.9 }")], NodeListFormat.Yaml, true, User, Token));
        Assert.Equal("x.yml:3: node pc-2: address 10.0.0.9 is there already, at node old of the store", _bench.Short(Assert.Single(taken.Problems)));
        Assert.Equal("node-[1-2],old", NodeSet.From((await inventory.ListAsync(new(), Token)).Select(static node => node.Name)).Fold());
    }

    [Fact]
    public async Task A_sheet_needs_some_columns_in_any_order_and_tells_the_line_of_what_is_wrong()
    {
        var inventory = await _bench.OpenWithClustersAsync();
        await inventory.ImportAsync([new("-", "\uFEFFcluster,name,tags\nplain,pc-1,a b\n\nplain,\"pc-2\",\n")], NodeListFormat.Csv, false, User, Token);
        Assert.Equal(["a", "b"], (await inventory.FindAsync(NodeName.Parse("pc-1"), Token))!.Definition.Tags);
        Assert.Empty((await inventory.FindAsync(NodeName.Parse("pc-2"), Token))!.Definition.Tags);
        foreach (var (sheet, expected) in new (string, string[])[]
                 {
                     ("", ["standard input:1: the file is empty; its first line has titles: name,cluster,address"]),
                     ("name,adress\npc-3,1", ["standard input:1: the column 'adress' is unknown; did you mean 'address'?", "standard input:1: the column 'cluster' is missing", "standard input:2: key 'cluster' is missing"]),
                     ("name,cluster,name\na,plain,b", ["standard input:1: the column 'name' is there 2 times"]),
                     ("name,cluster\npc-3\npc-4,plain,x", ["standard input:2: the line has 1 fields; the first line has 2", "standard input:3: the line has 3 fields; the first line has 2"]),
                     ("name,cluster,description\n\"pc-3\"x,plain,\npc-4,plain,\"open\n", ["standard input:2: after the field 'pc-3' a comma or the end of the line is expected, not 'x'", "standard input:3: a field begins here with a quotation mark", "standard input:3: key 'description' is 'openU+000A'"]),
                     ("name,cluster,description\npc-3,plain,a\"b", ["standard input:2: the field 'a\"b' holds a quotation mark"]),
                     ("name,cluster,bmc.port\npc-3,ipmi,many", ["standard input:2: key 'bmc.address' is missing", "standard input:2: key 'bmc.port' is 'many', but a whole number"]),
                     ("name,cluster,console,console.file\npc-3,plain,sol,/x", ["standard input:2: key 'console' is a list, but 'sol', or a table"]),
                     ("name,cluster,description\n\"a\nb\",plain,\npc-4,plain,\"x\u0007\"", ["standard input:2: key 'name' is 'aU+000Ab'; write one name or one range", "standard input:4: key 'description' is 'xU+0007'"]),
                 })
        {
            var refused = await Assert.ThrowsAsync<ConfigurationException>(() => inventory.ImportAsync([new("-", sheet)], NodeListFormat.Csv, false, User, Token));
            Assert.Equal(expected.Length, refused.Problems.Length);
            Assert.All(expected.Zip(refused.Problems), static each => Assert.StartsWith(each.First, each.Second, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Lists_that_are_cut_off_or_garbled_never_cause_more_than_a_refusal()
    {
        var inventory = await _bench.OpenWithClustersAsync();
        await inventory.ImportAsync([new("-", Everything())], NodeListFormat.Yaml, false, User, Token);
        var random = new Random(5);
        foreach (var format in Enum.GetValues<NodeListFormat>())
        {
            var good = await inventory.ExportAsync(new() { Clusters = ["ipmi", "plain"] }, format, Token);
            for (var i = 0; i < 400; i++)
            {
                try
                {
                    await inventory.ImportAsync([new("-", Configuration.RefusedSiteTests.Damage(good, random))], format, true, User, Token);
                }
                catch (ConfigurationException refused)
                {
                    Assert.NotEmpty(refused.Problems);
                }
            }
        }
    }

    private static NodeDefinition Any(Random random, int number) => new()
    {
        Name = NodeName.Parse($"r-{number}"),
        Cluster = "plain",
        Address = random.Next(2) == 0 ? null : IPAddress.Parse($"fd00::{number}"),
        MacAddresses = random.Next(2) == 0 ? [] : [MacAddress.Parse($"52540000000{number}"), MacAddress.Parse($"52540000010{number}")],
        Disk = random.Next(2) == 0
            ? null
            : new() { Serial = Text(random), Model = Text(random), AtLeast = random.NextInt64(1, 1L << random.Next(2, 58)), AtMost = null, Smallest = random.Next(2) == 0 },
        Console = random.Next(3) switch { 0 => null, 1 => new NodeConsole.LogFile($"/var/log/{random.Next()} x,y"), _ => new NodeConsole.Command([.. Words(random)]) },
        Commands = random.Next(2) == 0
            ? null
            : new() { Off = ImmutableSortedDictionary<PowerLevel, ImmutableArray<string>>.Empty.Add((PowerLevel)random.Next(3), [.. Words(random)]), Status = [.. Words(random)] },
        Groups = random.Next(2) == 0 ? [] : ["g1", "g2"],
        Tags = random.Next(2) == 0 ? [] : ["a=b:c/d@e+f", "x"],
        Description = random.Next(2) == 0 ? "" : (Text(random) ?? "d").Replace("\n", "", StringComparison.Ordinal).Trim(),
    };

    private static IEnumerable<string> Words(Random random) => Enumerable.Range(0, random.Next(1, 4)).Select(i => i == 0 ? "prog" : Text(random) ?? "");

    private static string? Text(Random random)
    {
        const string Letters = "ab \"',;:#{}[]|&$(`)\\\n~é=-+@null";
        return random.Next(4) == 0 ? null : string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => Letters[random.Next(Letters.Length)]));
    }

    private string Everything() => $$"""
        nodes:
          - name: full
            cluster: ipmi
            address: 2001:db8::7
            macs: ["52:54:00:77:00:01", "52:54:00:77:00:02"]
            bmc: { address: "fd00::8", user: "o'brien", password_file: '{{_bench.Folder.At("password")}}', port: 700, cipher_suite: 17, privilege: operator }
            disk: { serial: "S 1,2", wwn: "0x5", model: 'MODEL "X"*', size: [">= 1500 B", "<= 2 TiB"], smallest: true }
            console: { file: '/var/log/a b/HOSTNAME_SHORT.log' }
            groups: [g1, g-2]
            tags: ["rack=r7", "a:b/c@d+e"]
            description: '~, "quoted"; =1+1 — café 😀'
          - name: pc-1
            cluster: plain
            console: { command: [sh, -c, "echo \"$1\" | grep x", HOSTNAME_FQDN] }
            commands: { reboot: { soft: 'ssh HOSTNAME_FQDN "reboot now"', very_hard: [pdu, cycle, ""] }, on: { hard: pdu on }, off: { soft: pdu off }, status: [say, "it's \"so\"\n", ""] }
          - { name: pc-2, cluster: plain, description: 'null' }
        """;
}
