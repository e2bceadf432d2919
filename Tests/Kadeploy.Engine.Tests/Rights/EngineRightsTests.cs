using Kadeploy.Engine.Configuration;
using Kadeploy.Engine.Rights;
using Kadeploy.Engine.Tests.Configuration;
using Xunit;

namespace Kadeploy.Engine.Tests.Rights;

/// <summary>Rights as a whole engine enforces them: configuration, store, planner and catalogs together.</summary>
public sealed class EngineRightsTests : IDisposable
{
    private const string Cluster = """
        name: lab
        nodes: { name: "n-[1-4]" }
        partitioning: { block_device: /dev/sda, table: mbr, layout: [{ number: 3, size: rest }], partitions: { deploy: 3 } }
        """;

    private readonly SiteFolder _folder = new(Cluster, "server: { address: 10.0.0.1, administrators: [boss], groups: { students: [alice] } }\nclusters: clusters\n");
    private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("kadeploy-rights-");

    public void Dispose()
    {
        _folder.Dispose();
        _state.Delete(recursive: true);
    }

    [Fact]
    public async Task Whoever_has_no_right_is_refused_before_any_file_is_asked_for()
    {
        await using var host = await OpenAsync();
        await host.Engine.Catalogs.Rights.GrantAsync(Grant("@students", "n-[1-2]", "/dev/sda3"), "boss", CancellationToken.None);
        await host.Engine.Catalogs.Rights.GrantAsync(Grant("@students", "n-3", "/dev/sda5"), "boss", CancellationToken.None);
        var refused = await Assert.ThrowsAsync<NotAllowedException>(() => host.Engine.PlanAsync(Request("alice", "n-[1-4]"), CancellationToken.None));
        Assert.Equal(
            """
            alice may not deploy 2 of these 4 nodes; nothing was touched:
              - n-3: no right on /dev/sda3, only on /dev/sda5
              - n-4: no right
            """,
            refused.Message, ignoreLineEndingDifferences: true);
        Assert.Equal(["n-3 /dev/sda3", "n-4 "], refused.Missing.Select(static each => $"{each.Node} {each.Part}"));

        // Whoever has the rights is told that the image is not there; so is an administrator, and whoever names nodes that are not there is told that alone.
        foreach (var (user, nodes) in new[] { ("alice", "n-[1-2]"), ("boss", "n-[1-4]") })
            Assert.Contains("no-such-image", (await Assert.ThrowsAsync<ConfigurationException>(() => host.Engine.PlanAsync(Request(user, nodes), CancellationToken.None))).Message, StringComparison.Ordinal);
        var unknown = await Assert.ThrowsAsync<ConfigurationException>(() => host.Engine.PlanAsync(Request("mallory", "x-1"), CancellationToken.None));
        Assert.DoesNotContain("no-such-image", unknown.Message, StringComparison.Ordinal);

        // Another device than the granted one, however it is asked for.
        foreach (var request in new[] { Request("alice", "n-1") with { Partition = 5 }, Request("alice", "n-1") with { BlockDevice = "/dev/sdb", Partition = 3 }, Request("alice", "n-1") with { BlockDevice = "/dev/sda" } })
            await Assert.ThrowsAsync<NotAllowedException>(() => host.Engine.PlanAsync(request, CancellationToken.None));
        var entries = await host.Engine.Catalogs.Audit.ReadAsync(new() { Actions = [AuditAction.Refused] }, "boss", CancellationToken.None).ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["n-[3-4]", "n-1", "n-1", "n-1"], entries.Select(static entry => entry.Nodes));
        Assert.All(entries, static entry => Assert.Equal("alice", entry.User));
    }

    [Fact]
    public async Task Nodes_and_clusters_of_the_store_are_known_as_soon_as_they_are_there()
    {
        await using var host = await EngineHost.OpenCatalogsAsync(new() { StateDirectory = _state.FullName, Site = _folder.Read() }, CancellationToken.None);
        var (rights, nodes) = (host.Catalogs.Rights, host.Catalogs.Nodes);
        await Assert.ThrowsAsync<ConfigurationException>(() => rights.GrantAsync(Grant("alice", "s-1", "*"), "boss", CancellationToken.None));
        await nodes.ImportClustersAsync([new("store.yml", Cluster.Replace("lab", "store", StringComparison.Ordinal).Replace("n-[1-4]", "s-[1-2]", StringComparison.Ordinal))], false, "boss", CancellationToken.None);
        await rights.GrantAsync(new() { Principal = Principal.Parse("alice"), Scopes = RightScope.ParseList("cluster:store") }, "boss", CancellationToken.None);
        await using var engine = await OpenAsync();
        Assert.Contains("no-such-image", (await Assert.ThrowsAsync<ConfigurationException>(() => engine.Engine.PlanAsync(Request("alice", "s-[1-2]"), CancellationToken.None))).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<NotAllowedException>(() => engine.Engine.PlanAsync(Request("alice", "n-1,s-1"), CancellationToken.None));
        Assert.Single(await engine.Engine.Catalogs.Rights.ListAsync(new() { Nodes = NodeSet.Parse("s-2").Names }, "boss", CancellationToken.None));
    }

    [Fact]
    public async Task Where_rights_are_open_or_nodes_are_simulated_nobody_needs_any()
    {
        await using (var host = await EngineHost.OpenAsync(new() { StateDirectory = _state.FullName, Site = _folder.Read(), Rights = RightsMode.Open }, CancellationToken.None))
            Assert.Contains("no-such-image", (await Assert.ThrowsAsync<ConfigurationException>(() => host.Engine.PlanAsync(Request("mallory", "n-1"), CancellationToken.None))).Message, StringComparison.Ordinal);
        await using var simulated = await EngineHost.OpenAsync(new() { StateDirectory = _state.FullName, Simulated = true, Administrators = [] }, CancellationToken.None);
        var plan = await simulated.PlanSimulationAsync(new(), 2, "mallory", null, null, CancellationToken.None);
        await simulated.Engine.StartAsync(plan, CancellationToken.None);
        Assert.Equal(new NodeCounts(Ok: 2), (await simulated.Engine.WaitAsync(plan.Operation, CancellationToken.None)).Results);
    }

    [Fact]
    public async Task Without_a_configuration_root_and_the_owner_of_the_state_directory_are_administrators()
    {
        await using var host = await EngineHost.OpenCatalogsAsync(new() { StateDirectory = Path.Combine(_state.FullName, "new") }, CancellationToken.None);
        Assert.Equal(Environment.UserName, StateOwner.Of(_state.FullName));
        Assert.Null(StateOwner.Of(Path.Combine(_state.FullName, "missing")));
        await host.Catalogs.Rights.GrantAsync(Grant("alice", "n-1", "*"), Environment.UserName, CancellationToken.None);
        await host.Catalogs.Rights.GrantAsync(Grant("bob", "n-2", "*"), "root", CancellationToken.None);
        await Assert.ThrowsAsync<NotAllowedException>(() => host.Catalogs.Rights.GrantAsync(Grant("bob", "n-3", "*"), "alice", CancellationToken.None));
        if (!OperatingSystem.IsLinux()) return;
        Assert.Equal("root", StateOwner.Of("/etc"));
        if (Environment.UserName != "root") return;
        // Whoever the directory belongs to.
        var owned = Directory.CreateDirectory(Path.Combine(_state.FullName, "owned")).FullName;
        using var chown = System.Diagnostics.Process.Start("chown", ["daemon", owned]);
        await chown.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal("daemon", StateOwner.Of(owned));
        Assert.Equal(["root", "daemon"], AccessPolicy.DefaultAdministrators(owned));
    }

    private Task<EngineHost> OpenAsync() => EngineHost.OpenAsync(new() { StateDirectory = _state.FullName, Site = _folder.Read() }, CancellationToken.None);

    private static RightsGrant Grant(string who, string nodes, string part) =>
        new() { Principal = Principal.Parse(who), Scopes = RightScope.ParseList(nodes), Parts = [RightPart.Parse(part)] };

    private static DeploymentRequest Request(string user, string nodes) => new()
    {
        User = user,
        Nodes = NodeSet.Parse(nodes).Names,
        Environment = new()
        {
            Name = "debian", User = "root", FileSystem = "ext4", Boot = new() { Kernel = "/vmlinuz" },
            Image = new(new("file:///no-such-image.tgz"), ImageKind.Tar, ImageCompression.Gzip),
        },
    };
}
