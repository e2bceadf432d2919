using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Kadeploy.Engine.Configuration;
using Kadeploy.Engine.Inventories;
using Kadeploy.TestKit;
using Xunit;

namespace Kadeploy.Engine.Tests.Inventories;

/// <summary>Passwords of controllers that are given themselves.</summary>
public sealed class ControllerPasswordTests : IAsyncDisposable
{
    private static readonly string User = InventoryBench.User;

    private static readonly JsonSerializerOptions ByReflection = new() { TypeInfoResolver = new DefaultJsonTypeInfoResolver() };

    private readonly InventoryBench _bench = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task Engines_find_the_password_of_a_node_and_the_store_only_its_file()
    {
        var inventory = await _bench.OpenWithClustersAsync();
        await inventory.AddAsync("pc-[1-2]", Given("hush-1") with { ControllerAddress = "bmc-[1-2]", ControllerUser = "me" }, User, Token);
        Assert.Equal(("me", "hush-1"), await AtEngineAsync("pc-1"));
        Assert.Equal(("me", "hush-1"), await AtEngineAsync("pc-2"));
        Assert.Equal(_bench.State, Path.GetDirectoryName(Path.GetDirectoryName(await FileOfAsync(inventory, "pc-1"))));
        Assert.Single(Files());
        foreach (var file in Directory.GetFiles(_bench.State)) Assert.DoesNotContain("hush", await ReadAsync(file), StringComparison.Ordinal);
        foreach (var format in Enum.GetValues<NodeListFormat>()) Assert.DoesNotContain("hush", await inventory.ExportAsync(new(), format, Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_password_takes_the_place_of_the_old_one_and_whatever_has_no_node_any_more_goes()
    {
        var inventory = await _bench.OpenWithClustersAsync();
        await inventory.AddAsync("pc-[1-2]", Given("hush-1") with { ControllerAddress = "bmc-[1-2]" }, User, Token);
        var changed = await inventory.SetAsync("pc-1", new() { Settings = new() { ControllerPassword = new("hush-2"), ControllerUser = "you" } }, User, Token);
        Assert.Equal("pc-1", changed.Changed.Fold());
        Assert.Equal(("you", "hush-2"), await AtEngineAsync("pc-1"));
        Assert.Equal(("admin", "hush-1"), await AtEngineAsync("pc-2"));
        Assert.Equal(2, Files().Length);
        await inventory.SetAsync("pc-2", new() { Settings = new() { ControllerPasswordFile = _bench.Folder.At("password") } }, User, Token);
        Assert.Equal(["hush-2\n"], Files().Select(File.ReadAllText));
        await inventory.SetAsync("pc-[1-2]", new() { Settings = new() { ControllerPassword = new("hush-3") } }, User, Token);
        Assert.Equal(["hush-3\n"], Files().Select(File.ReadAllText));
        await inventory.RemoveAsync(NodeSet.Parse("pc-1"), User, Token);
        Assert.Single(Files());
        await inventory.RemoveAsync(NodeSet.Parse("pc-2"), User, Token);
        Assert.Empty(Files());
    }

    [Fact]
    public async Task A_refused_change_leaves_password_and_files_as_they_were()
    {
        var inventory = await _bench.OpenWithClustersAsync();
        await inventory.AddAsync("pc-1", Given("hush-1") with { ControllerAddress = "bmc-1" }, User, Token);
        foreach (var (names, settings) in new (string, NodeSettings)[]
        {
            ("pc-[1-2]", new() { ControllerPassword = new("hush-2") }),
            ("pc-1", new() { ControllerPassword = new("hush-2"), ControllerPort = 70000 }),
            ("pc-1", new() { ControllerPassword = new("hush-2"), ControllerPasswordFile = "/x" }),
            ("pc-1", new() { ControllerPassword = new("hush-2"), ControllerPasswordVariable = "X" }),
            ("pc-1", new() { ControllerPassword = new("hush\n2") }),
            ("../../pc-1", new() { ControllerPassword = new("hush-2") }),
        })
        {
            var refused = await Assert.ThrowsAsync<ConfigurationException>(() => inventory.SetAsync(names, new() { Settings = settings }, User, Token));
            Assert.DoesNotContain("hush", refused.ToString(), StringComparison.Ordinal);
            Assert.Equal(["hush-1\n"], Files().Select(File.ReadAllText));
        }

        await Assert.ThrowsAsync<ConfigurationException>(() => inventory.AddAsync("pc-2", Given("hush-2") with { ControllerAddress = "bmc-1" }, User, Token));
        await Assert.ThrowsAsync<ConfigurationException>(() => inventory.AddAsync("pc-2", new() { Cluster = "plain", ControllerAddress = "bmc-2", ControllerPassword = new("hush-2") }, User, Token));
        await Assert.ThrowsAsync<NotAllowedException>(() => inventory.AddAsync("pc-2", Given("hush-2"), "somebody", Token));
        Assert.Equal(["hush-1\n"], Files().Select(File.ReadAllText));
        Assert.Equal(("admin", "hush-1"), await AtEngineAsync("pc-1"));
    }

    [Fact]
    public async Task A_file_that_its_process_left_goes_with_a_later_change_and_one_that_is_named_stays()
    {
        var inventory = await _bench.OpenWithClustersAsync();
        await inventory.AddAsync("pc-1", Given("hush-1") with { ControllerAddress = "bmc-1" }, User, Token);
        var files = new CredentialFiles(_bench.State);
        var left = files.Write(new("left"));
        await inventory.AddAsync("pc-2", new() { Cluster = "ipmi", ControllerAddress = "bmc-2" }, User, Token);
        Assert.True(File.Exists(left), "another process may be about to name it");
        foreach (var file in Files()) File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch);
        await inventory.RemoveAsync(NodeSet.Parse("pc-2"), User, Token);
        Assert.False(File.Exists(left));
        Assert.Equal(("admin", "hush-1"), await AtEngineAsync("pc-1"));
    }

    [Fact]
    public async Task A_list_that_names_a_file_keeps_it_and_one_whose_file_is_gone_is_refused()
    {
        var inventory = await _bench.OpenWithClustersAsync();
        await inventory.AddAsync("pc-1", Given("hush-1") with { ControllerAddress = "bmc-1" }, User, Token);
        var list = await inventory.ExportAsync(new() { Names = NodeSet.Parse("pc-1") }, NodeListFormat.Yaml, Token);
        await inventory.ImportAsync([_bench.Text("two.yml", list.Replace("pc-1", "pc-2", StringComparison.Ordinal).Replace("bmc-1", "bmc-2", StringComparison.Ordinal))], NodeListFormat.Yaml, false, User, Token);
        await inventory.RemoveAsync(NodeSet.Parse("pc-1"), User, Token);
        Assert.Equal(("admin", "hush-1"), await AtEngineAsync("pc-2"));
        await inventory.RemoveAsync(NodeSet.Parse("pc-2"), User, Token);
        Assert.Empty(Files());
        var refused = await Assert.ThrowsAsync<ConfigurationException>(() => inventory.ImportAsync([_bench.Text("one.yml", list)], NodeListFormat.Yaml, false, User, Token));
        Assert.Contains("does not exist", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_somebody_deleted_is_told_and_a_new_password_helps()
    {
        var inventory = await _bench.OpenWithClustersAsync();
        await inventory.AddAsync("pc-1", Given("hush-1") with { ControllerAddress = "bmc-1" }, User, Token);
        var file = await FileOfAsync(inventory, "pc-1");
        File.Delete(file);
        var refused = await Assert.ThrowsAsync<ConfigurationException>(() => inventory.SetAsync("pc-1", new() { AddedTags = ["x"] }, User, Token));
        Assert.Contains($"names the file '{file}', which does not exist", refused.Message, StringComparison.Ordinal);
        await inventory.SetAsync("pc-1", new() { Settings = new() { ControllerPassword = new("hush-2") } }, User, Token);
        Assert.Equal(("admin", "hush-2"), await AtEngineAsync("pc-1"));
    }

    [Fact]
    public async Task A_cluster_of_the_store_takes_the_password_of_all_its_controllers()
    {
        var inventory = await _bench.OpenWithClustersAsync();
        await inventory.AddAsync("pc-1", new() { Cluster = "ipmi", ControllerAddress = "bmc-1" }, User, Token);
        Assert.Equal(("admin", "secret"), await AtEngineAsync("pc-1"));
        await inventory.SetClusterAsync("ipmi", new() { ControllerPassword = new("hush-1"), Set = new ClusterChange().Set.Add("power.ipmi.user", "'it''s: me'") }, User, Token);
        Assert.Equal(("it's: me", "hush-1"), await AtEngineAsync("pc-1"));
        await inventory.SetClusterAsync("ipmi", new() { ControllerPassword = new("hush-2") }, User, Token);
        Assert.Equal(("it's: me", "hush-2"), await AtEngineAsync("pc-1"));
        Assert.Single(Files());
        await inventory.AddAsync("pc-2", Given("hush-3") with { ControllerAddress = "bmc-2" }, User, Token);
        Assert.Equal(2, Files().Length);
        var refused = await Assert.ThrowsAsync<ConfigurationException>(() => inventory.SetClusterAsync(
            "ipmi", new() { ControllerPassword = new("hush-4"), Set = new ClusterChange().Set.Add("power.ipmi.password_env", "X") }, User, Token));
        Assert.Equal("the controllers' password is given, and also key 'power.ipmi.password_env'; give one of them", refused.Problems[0]);
        await inventory.SetClusterAsync("ipmi", new() { Set = new ClusterChange().Set.Add("power.ipmi.password_file", _bench.Folder.At("password")) }, User, Token);
        Assert.Equal(["hush-3\n"], Files().Select(File.ReadAllText));
    }

    [Fact]
    public async Task Engines_that_start_while_passwords_are_replaced_find_them_all()
    {
        var inventory = await _bench.OpenWithClustersAsync();
        await inventory.AddAsync("pc-1", Given("hush-0") with { ControllerAddress = "bmc-1" }, User, Token);
        var other = await _bench.OpenAsync();
        var writing = Task.Run(
            async () =>
            {
                for (var i = 1; i <= 60; i++)
                    await other.SetAsync("pc-1", new() { Settings = new() { ControllerPassword = new($"hush-{i}") } }, User, Token);
            },
            Token);
        var tagging = Task.Run(
            async () =>
            {
                for (var i = 1; i <= 60; i++) await inventory.SetAsync("pc-1", new() { AddedTags = [$"t{i}"] }, User, Token);
            },
            Token);
        while (!writing.IsCompleted) Assert.StartsWith("hush-", (await AtEngineAsync("pc-1")).Password, StringComparison.Ordinal);
        await writing;
        await tagging;
        Assert.Equal(("admin", "hush-60"), await AtEngineAsync("pc-1"));
        Assert.Equal(60, (await inventory.FindAsync(NodeName.Parse("pc-1"), Token))!.Definition.Tags.Length);
        Assert.Single(Files());
    }

    [Fact]
    public void Settings_with_a_password_do_not_show_it()
    {
        var settings = Given("hush-1");
        Assert.DoesNotContain("hush", settings.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("hush", DeepText.Of(settings), StringComparison.Ordinal);
        Assert.DoesNotContain("hush", new ClusterChange { ControllerPassword = new("hush-1") }.ToString(), StringComparison.Ordinal);
        Assert.Equal("{}", JsonSerializer.Serialize(new Secret("hush-1"), ByReflection));
    }

    private static NodeSettings Given(string password) => new() { Cluster = "ipmi", ControllerPassword = new(password) };

    private static async Task<string> FileOfAsync(INodeInventory inventory, string node) =>
        (await inventory.FindAsync(NodeName.Parse(node), Token))!.Definition.Controller!.PasswordFile!;

    private static async Task<string> ReadAsync(string file)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream, System.Text.Encoding.Latin1);
        return await reader.ReadToEndAsync(Token);
    }

    private string[] Files() => Directory.Exists(Path.Combine(_bench.State, "credentials")) ? Directory.GetFiles(Path.Combine(_bench.State, "credentials")) : [];

    /// <summary>What the driver of an engine that starts now uses.</summary>
    private async Task<(string User, string Password)> AtEngineAsync(string node)
    {
        var site = await EngineHost.JoinSiteAsync(_bench.Folder.Read(), _bench.State, Token);
        var endpoint = Assert.IsType<PowerSettings.Ipmi>(site.Clusters.Single(static cluster => cluster.Cluster.Name == "ipmi").Power).Endpoints[NodeName.Parse(node)];
        return (endpoint.User, endpoint.Password.Reveal());
    }
}
