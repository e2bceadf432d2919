using System.Text.Json;
using Kadeploy.Cli.Tests.EndToEnd;
using Kadeploy.Cli.Tests.Fakes;
using Xunit;

namespace Kadeploy.Cli.Tests.Commands;

/// <summary>The commands on nodes and clusters, on a real store.</summary>
public sealed class InventoryCommandTests : IDisposable
{
    private readonly StateFolder _folder = new();
    private FakeConsole _console = new();

    public InventoryCommandTests()
    {
        Write("kadeploy.yml", $"server: {{ address: 10.0.0.1, administrators: [{Environment.UserName}] }}\nclusters: files.yml\n");
        Write("files.yml", "name: files\nnodes: { name: \"f-[1-2]\" }\npartitioning: { block_device: /dev/sda, partitions: { deploy: 3 } }\n");
        Write("lab.txt", "name: lab\npartitioning: { block_device: /dev/sda, partitions: { deploy: 3 } }\nkernel_params: console=ttyS0 quiet\n");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Nodes_are_added_shown_changed_exported_imported_and_removed()
    {
        Assert.Equal(["cluster lab added"], await RunAsync("clusters", "import", At("lab.txt")));
        Assert.Equal(["3 nodes added: pc-[1-2],spare"], await RunAsync("nodes", "add", "pc-[1-2]", "spare", "--cluster", "lab", "--address", "10.0.0.[1-3]", "--tag", "rack=r1", "--tag", "b"));
        Assert.Equal(["1 node changed: pc-2"], await RunAsync("nodes", "set", "pc-2", "--add-tag", "c", "--description", "loose cable", "--clear", "address"));
        var list = await RunAsync("nodes", "list", "--cluster", "lab");
        Assert.Contains(list, static line => line.Contains("pc-2", StringComparison.Ordinal) && line.Contains("never used", StringComparison.Ordinal));
        Assert.DoesNotContain(list, static line => line.Contains("f-1", StringComparison.Ordinal));
        Assert.Equal(
            ["Node           pc-2", "Cluster        lab", "Defined in     store", "Description    loose cable", "Tags           rack=r1, b, c", "State          never used"],
            await RunAsync("nodes", "show", "pc-2"));
        await RunAsync("nodes", "export", "--cluster", "lab", "-o", At("nodes.csv"));
        Assert.Equal(["1 node removed: pc-1"], await RunAsync("nodes", "remove", "-m", "pc-1"));
        Assert.Equal(["would be: 1 node added: pc-1", "would be: 2 nodes unchanged: pc-2,spare"], await RunAsync("nodes", "import", At("nodes.csv"), "--dry-run"));
        Assert.Equal(["1 node added: pc-1", "2 nodes unchanged: pc-2,spare"], await RunAsync("nodes", "import", At("nodes.csv")));
        var yaml = string.Join('\n', await RunAsync("nodes", "export"));
        _console = new() { Input = new StringReader(yaml) };
        Assert.Equal(["5 nodes unchanged: f-[1-2],pc-[1-2],spare"], await RunAsync("nodes", "import", "-"));
        Assert.Equal(["There are no such nodes."], await RunAsync("nodes", "list", "--condition", "busy,failed"));
        Assert.Empty(await RunAsync("nodes", "list", "--environment", "debian13", "--json"));
    }

    [Fact]
    public async Task Clusters_are_listed_shown_changed_and_removed()
    {
        await RunAsync("clusters", "import", At("lab.txt"));
        Assert.Contains(await RunAsync("clusters", "list"), static line => line.Contains("lab", StringComparison.Ordinal) && line.Contains("store", StringComparison.Ordinal));
        Assert.Equal(
            ["name: lab", "partitioning:", "  block_device: /dev/sda", "  partitions:", "    deploy: 3", "kernel_params: console=ttyS0 quiet"], await RunAsync("clusters", "show", "LAB"));
        Assert.Equal(["cluster lab changed"], await RunAsync("clusters", "set", "lab", "timeouts.reboot=300 + n", "--unset", "kernel_params"));
        var shown = string.Join('\n', await RunAsync("clusters", "show", "lab"));
        Assert.EndsWith("timeouts:\n  reboot: 300 + n", shown, StringComparison.Ordinal);
        _console = new() { Input = new StringReader(shown) };
        Assert.Equal(["cluster lab unchanged"], await RunAsync("clusters", "import", "-"));
        Assert.Contains("lab: 0 nodes, ", await RunAsync("config", "check"));
        Assert.Equal(["cluster lab removed"], await RunAsync("clusters", "remove", "lab"));
    }

    [Fact]
    public async Task For_programs_each_node_cluster_and_change_is_a_line_with_always_the_same_names()
    {
        var change = JsonDocument.Parse(Assert.Single(await RunAsync("clusters", "import", At("lab.txt"), "--json"))).RootElement;
        Assert.Equal(("inventoryChanges", "lab"), (change.GetProperty("kind").GetString(), change.GetProperty("addedClusters")[0].GetString()));
        await RunAsync("nodes", "add", "pc-1", "--cluster", "lab", "--disk-size", ">= 1 GB", "--console", "show HOSTNAME_SHORT");
        var lines = (await RunAsync("nodes", "list", "--json")).Select(static line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(3, lines.Count);
        Assert.All(lines, static line => Assert.Equal(
            [
                "kind", "name", "cluster", "origin", "condition", "address", "macs", "bmc", "disk", "console", "commands", "groups", "tags", "description", "holder", "last", "environment",
            ],
            line.EnumerateObject().Select(static each => each.Name)));
        var pc = lines.Single(static line => line.GetProperty("name").GetString() == "pc-1");
        Assert.Equal(("neverUsed", 1_000_000_000L, "show"), (pc.GetProperty("condition").GetString(), pc.GetProperty("disk").GetProperty("atLeast").GetInt64(), pc.GetProperty("console").GetProperty("command")[0].GetString()));
        var cluster = JsonDocument.Parse(Assert.Single(await RunAsync("clusters", "show", "lab", "--json"))).RootElement;
        Assert.Equal(("pc-1", 1), (cluster.GetProperty("nodes").GetString(), cluster.GetProperty("count").GetInt32()));
    }

    [Fact]
    public async Task Without_a_configuration_the_store_alone_is_used()
    {
        _console.Variables["KADEPLOY_CONFIG"] = "";
        Assert.Equal(ExitCode.Usage, await KadeployCommand.RunAsync(["nodes", "list", "--config", At("none.yml"), "--state", At("state")], _console, TestContext.Current.CancellationToken));
        Assert.Contains("there is no configuration", _console.ErrorText.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("name the cluster of the nodes", "nodes", "add", "pc-1")]
    [InlineData("there are no nodes: name them", "nodes", "remove")]
    [InlineData("node 'pc-1' is not known", "nodes", "show", "pc-1")]
    [InlineData("--condition: 'free' was given, but a list of never-used, busy, deployed, failed, stopped, cancelled, unknown is expected", "nodes", "list", "--condition", "free")]
    [InlineData("the files are of two formats", "nodes", "import", "a.csv", "b.yml")]
    [InlineData("the file 'gone.yml' cannot be read", "nodes", "import", "gone.yml")]
    [InlineData("cluster 'x' is not known; 'kadeploy clusters list' lists", "clusters", "show", "x")]
    [InlineData("'novalue' is not of the form KEY=VALUE", "clusters", "set", "x", "novalue")]
    [InlineData("'=1' is not of the form KEY=VALUE", "clusters", "set", "x", "=1")]
    public async Task What_is_wrong_is_told_with_what_helps(string expected, params string[] arguments)
    {
        Assert.Equal(ExitCode.Usage, await CodeAsync(arguments));
        Assert.Contains(expected, _console.ErrorText.ToString(), StringComparison.Ordinal);
        Assert.Empty(_console.OutputText.ToString());
    }

    [Fact]
    public async Task Who_is_no_administrator_is_refused_with_exit_code_5()
    {
        Write("kadeploy.yml", "server: { address: 10.0.0.1, administrators: [somebody-else] }\n");
        Assert.Equal(ExitCode.Refused, await CodeAsync("nodes", "add", "pc-1", "--cluster", "lab"));
        Assert.Contains("may not change the inventory; only administrators may ('server.administrators'", _console.ErrorText.ToString(), StringComparison.Ordinal);
        Assert.Equal(ExitCode.Ok, await CodeAsync("nodes", "list"));
    }

    public static TheoryData<string> Intruders =>
        ["'; DROP TABLE inventory; --", "$(touch /tmp/kadeploy-injected)", "`reboot`", "../../etc/passwd", "a\u001B[2Jb", "a\nb", "\u0000", "{{7*7}}", "[bold]x[/]", "a,b\"c", "%s%n", "é😀", "--cluster"];

    [Theory]
    [MemberData(nameof(Intruders))]
    public async Task Text_changes_nothing_outside_of_its_field_and_sends_nothing_to_the_terminal(string text)
    {
        await RunAsync("clusters", "import", At("lab.txt"));
        await RunAsync("nodes", "add", "pc-1", "pc-2", "--cluster", "lab", "--description", "untouched");
        foreach (var option in new[] { "--description", "--tag", "--group", "--console", "--disk-serial", "--disk-model", "--address", "--mac", "--bmc-address", "--bmc-user", "--cluster" })
        {
            _console = new();
            var exitCode = await CodeAsync("nodes", "set", "pc-1", $"{option}={text}");
            Assert.True(exitCode is ExitCode.Ok or ExitCode.Usage, _console.ErrorText.ToString());
            // What was taken comes back as it was, as a list and as lines; what was refused is not there.
            Clean(_console.OutputText.ToString());
            Clean(_console.ErrorText.ToString());
            foreach (var command in new[] { "list", "show" }) Clean(string.Join('\n', await RunAsync("nodes", command, "pc-1")));
            if (exitCode != ExitCode.Ok || option != "--description") continue;
            var shown = JsonDocument.Parse(Assert.Single(await RunAsync("nodes", "show", "pc-1", "--json"))).RootElement;
            Assert.Equal(text.Trim(), shown.GetProperty("description").GetString());
        }

        var other = JsonDocument.Parse(Assert.Single(await RunAsync("nodes", "show", "pc-2", "--json"))).RootElement;
        Assert.Equal("untouched", other.GetProperty("description").GetString());
        Assert.False(File.Exists("/tmp/kadeploy-injected"));
        Assert.Equal(4, (await RunAsync("nodes", "list", "--json")).Length);

        static void Clean(string output) => Assert.DoesNotContain(output, static c => char.IsControl(c) && c != '\n');
    }

    private string At(string name) => Path.Combine(_folder.Path, name);

    private void Write(string name, string text) => File.WriteAllText(At(name), text);

    private Task<ExitCode> CodeAsync(params string[] arguments) =>
        KadeployCommand.RunAsync([.. arguments, "--config", At("kadeploy.yml"), "--state", At("state")], _console, TestContext.Current.CancellationToken);

    private async Task<string[]> RunAsync(params string[] arguments)
    {
        var input = _console.Input;
        _console = new() { Input = input };
        var exitCode = await CodeAsync(arguments);
        Assert.True(exitCode == ExitCode.Ok, _console.ErrorText.ToString());
        return _console.OutputLines;
    }
}
