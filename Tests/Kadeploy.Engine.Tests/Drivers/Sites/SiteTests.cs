using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Kadeploy.Engine.Configuration;
using Kadeploy.Engine.Drivers.Power;
using Kadeploy.Engine.Drivers.Sites;
using Kadeploy.Engine.Tests.Drivers.Processes;
using Xunit;

namespace Kadeploy.Engine.Tests.Drivers.Sites;

public sealed class SiteTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public SiteTests()
    {
        Directory.CreateDirectory(_folder["tftp/pxelinux.cfg"]);
        _folder.Write("image.tgz", "an image");
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Real_nodes_are_planned_and_nothing_is_listened_on()
    {
        using var taken = Taken(out var port);
        await using var host = await OpenAsync(Site(port));
        var plan = await host.Engine.PlanAsync(Request(), Token);
        Assert.Equal(["a-1", "a-2"], plan.Clusters.Single().Nodes.Select(static node => node.Name.Value));
    }

    [Fact]
    public async Task A_port_that_another_process_has_is_named_with_its_key_and_nothing_is_left_behind()
    {
        using var taken = Taken(out var port);
        await using var host = await OpenAsync(Site(port));
        var plan = await host.Engine.PlanAsync(Request(), Token);
        var problem = await Assert.ThrowsAsync<ConfigurationException>(() => host.Engine.StartAsync(plan, Token));
        Assert.Contains($"port {port}", problem.Message, StringComparison.Ordinal);
        Assert.Contains("'server: agents:' in kadeploy.yml", problem.Message, StringComparison.Ordinal);
        Assert.Empty(await host.Engine.ListOperationsAsync(10, Token));
    }

    [Theory]
    [InlineData(RebootKind.Simple, false)]
    [InlineData(RebootKind.DeployEnv, true)]
    public async Task A_reboot_needs_the_ports_only_when_agents_call_home(RebootKind kind, bool needs)
    {
        using var taken = Taken(out var port);
        await using var host = await OpenAsync(Site(port));
        var plan = await host.Engine.PlanAsync(new RebootRequest { Nodes = [NodeName.Parse("a-1")], User = "jane", Into = kind, Breakpoint = "Reboot" }, Token);
        if (needs)
        {
            await Assert.ThrowsAsync<ConfigurationException>(() => host.Engine.StartAsync(plan, Token));
            return;
        }

        await host.Engine.StartAsync(plan, Token);
        Assert.Equal(new NodeCounts(Stopped: 1), (await host.Engine.WaitAsync(plan.Operation, Token)).Results);
    }

    [Fact]
    public async Task Nodes_are_asked_for_their_state_by_the_sites_command_without_any_port()
    {
        using var taken = Taken(out var port);
        var site = Site(port);
        var power = (PowerSettings.Commands)site.Clusters[0].Power!;
        var status = CommandTemplate.Parse(_folder.Program("status", "echo $1 is $([ $1 = a-1 ] && echo on || echo off)\n") + " HOSTNAME_SHORT");
        site = site with { Clusters = [site.Clusters[0] with { Power = power with { Options = power.Options with { Status = status } } }] };
        await using var host = await OpenAsync(site);
        var plan = await host.Engine.PlanAsync(new PowerRequest { Nodes = Request().Nodes, User = "jane", Action = PowerAction.Status }, Token);
        await host.Engine.StartAsync(plan, Token);
        Assert.Equal(new NodeCounts(Ok: 2), (await host.Engine.WaitAsync(plan.Operation, Token)).Results);
        var ends = await host.Engine.ReadEventsAsync(plan.Operation, 0, follow: false, Token).OfType<OperationEvent.NodeFinished>().ToListAsync(Token);
        Assert.Equal(
            [("a-1", PowerState.On), ("a-2", PowerState.Off)], ends.Select(static end => (end.Node.Value, end.Facts.Power!.Value)).Order());
        var refused = await Assert.ThrowsAsync<ConfigurationException>(
            () => host.Engine.PlanAsync(new PowerRequest { Nodes = Request().Nodes, User = "jane", Action = PowerAction.On }, Token));
        Assert.Contains("PowerOn cannot be used: not all nodes can be switched on; power.commands has no command", Assert.Single(refused.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Boot_files_of_users_need_a_folder_and_must_be_there()
    {
        await using var host = await OpenAsync(Site(FreePort()));
        var request = new RebootRequest
        {
            Nodes = [NodeName.Parse("a-1")], User = "jane", Into = RebootKind.SetPxe, Profile = new("boot") { Files = [new(_folder["no-kernel"])] },
        };
        var problems = (await Assert.ThrowsAsync<ConfigurationException>(() => host.Engine.PlanAsync(request, Token))).Problems;
        Assert.Contains(problems, problem => problem.Contains("boot file:", StringComparison.Ordinal) && problem.Contains("no-kernel", StringComparison.Ordinal));
        Assert.Contains(problems, static problem => problem.Contains("cluster a has no folder for users' boot files", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Boot_files_that_the_user_may_not_have_are_refused()
    {
        _folder.Write("kernel", "a kernel");
        var site = Site(0);
        await using var host = await OpenAsync(site with { Server = site.Server with { Files = new() } });
        var request = new RebootRequest
        {
            Nodes = [NodeName.Parse("a-1")], User = "jane", Into = RebootKind.SetPxe, Profile = new("boot") { Files = [new(_folder["kernel"])] },
        };
        var problems = (await Assert.ThrowsAsync<ConfigurationException>(() => host.Engine.PlanAsync(request, Token))).Problems;
        Assert.Contains(problems, problem => problem.StartsWith($"boot file: '{_folder["kernel"]}' is not for jane", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Two_engines_cannot_have_the_same_port_for_agents()
    {
        var port = FreePort();
        await using var first = new SiteServices(Site(port).Server, _folder["first"], TimeProvider.System);
        await using var second = new SiteServices(Site(port).Server, _folder["second"], TimeProvider.System);
        await first.StartAsync(Token);
        await Assert.ThrowsAsync<ConfigurationException>(() => second.StartAsync(Token));
        await first.DisposeAsync();
    }

    [Fact]
    public async Task Files_and_drivers_that_are_missing_are_told_together()
    {
        var site = Site(0);
        site = site with { Clusters = [site.Clusters[0] with { Power = null, NetBoot = null }] };
        await using var host = await OpenAsync(site);
        var request = Request();
        request = request with
        {
            Environment = request.Environment with
            {
                Image = request.Environment.Image with { Location = new(_folder["nowhere.tgz"]) },
                Postinstalls = [new(new(_folder["post.tgz"]), ImageCompression.Gzip, "go")],
            },
        };
        var problems = (await Assert.ThrowsAsync<ConfigurationException>(() => host.Engine.PlanAsync(request, Token))).Problems;
        Assert.Contains(problems, static each => each.Contains("no power is configured for cluster 'a'", StringComparison.Ordinal));
        Assert.Contains(problems, static each => each.Contains("no boot repository is configured for cluster 'a'", StringComparison.Ordinal));
        Assert.Contains(problems, each => each.Contains(_folder["nowhere.tgz"], StringComparison.Ordinal));
        Assert.Contains(problems, each => each.Contains(_folder["post.tgz"], StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_local_image_that_is_not_the_recorded_one_is_refused_before_anything_is_touched()
    {
        await using var host = await OpenAsync(Site(0));
        var request = Request();
        request = request with { Environment = request.Environment with { Image = request.Environment.Image with { Sha256 = new('0', 64) } } };
        var problem = Assert.Single((await Assert.ThrowsAsync<ConfigurationException>(() => host.Engine.PlanAsync(request, Token))).Problems);
        Assert.Contains("is recorded", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_plan_says_which_image_it_is_to_the_last_bit()
    {
        await using var host = await OpenAsync(Site(0));
        var plan = await host.Engine.PlanAsync(Request(), Token);
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("an image"u8)), ((DeploymentRequest)plan.Request).Environment.Image.Sha256);
    }

    [Fact]
    public async Task A_file_that_the_user_may_not_have_is_refused_and_what_the_configuration_names_is_not()
    {
        var site = Site(0);
        await using var host = await OpenAsync(site with { Server = site.Server with { Files = new() } });
        var problem = Assert.Single((await Assert.ThrowsAsync<ConfigurationException>(() => host.Engine.PlanAsync(Request(), Token))).Problems);
        Assert.StartsWith($"image of tiny: '{_folder["image.tgz"]}' is not for jane", problem, StringComparison.Ordinal); // the cluster's script is the same file
    }

    [Fact]
    public async Task An_environment_for_other_processors_or_with_what_cannot_be_deployed_is_refused()
    {
        var site = Site(0);
        site = site with { Clusters = [site.Clusters[0] with { Cluster = site.Clusters[0].Cluster with { Architecture = "aarch64" } }] };
        await using var host = await OpenAsync(site);
        var request = Request();
        var environment = request.Environment with { Architecture = "x86_64" };
        Assert.Contains("is for x86_64, but cluster a is of aarch64", await RefusedAsync(environment), StringComparison.Ordinal);
        Assert.Contains("needs a hypervisor", await RefusedAsync(environment with { Architecture = null, Boot = environment.Boot with { Hypervisor = "/xen" } }), StringComparison.Ordinal);
        Assert.Contains("fills several partitions", await RefusedAsync(environment with { Architecture = null, Partitions = [new(0, "/dev/sda1")] }), StringComparison.Ordinal);
        var both = environment with { Boot = environment.Boot with { Architectures = [new("aarch64", "/boot/vmlinuz-arm64", null)] } };
        await host.Engine.PlanAsync(request with { Environment = both }, Token);

        async Task<string> RefusedAsync(KaEnvironment wrong) =>
            Assert.Single((await Assert.ThrowsAsync<ConfigurationException>(() => host.Engine.PlanAsync(request with { Environment = wrong }, Token))).Problems);
    }

    [Fact]
    public async Task Catalogues_are_opened_with_and_without_an_engine()
    {
        await using var host = await OpenAsync(Site(0));
        var described = Request().Environment with { User = Environment.UserName };
        await host.Engine.Catalogs.Environments.AddAsync([described], checksums: true, Environment.UserName, Token);
        await using var catalogs = await EngineHost.OpenCatalogsAsync(new() { StateDirectory = _folder["state"] }, Token);
        var found = await catalogs.Catalogs.Environments.FindAsync(new() { Name = "tiny" }, Environment.UserName, Token);
        Assert.Equal(1, found.Environment.Revision);
        Assert.Empty((await catalogs.Catalogs.Files.ListAsync(Token)).Files);
    }

    [Fact]
    public void Power_can_do_what_all_clusters_can()
    {
        var soft = Commands(PowerLevel.Soft);
        var all = Commands(PowerLevel.Soft, PowerLevel.Hard);
        Assert.Equal([PowerLevel.Soft], RoutingPowerController.Common([soft, all]).Levels);
        var none = new CommandPowerController(new(), TimeProvider.System);
        Assert.Equal(none.Capabilities.Missing, RoutingPowerController.Common([all, none]).Missing);

        static CommandPowerController Commands(params PowerLevel[] levels) => new(
            new() { Reboot = levels.ToImmutableDictionary(static level => level, static _ => CommandTemplate.Parse("true")) }, TimeProvider.System);
    }

    private static int FreePort()
    {
        using var socket = Taken(out var port);
        return port;
    }

    private static Socket Taken(out int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen();
        port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        return socket;
    }

    private Task<EngineHost> OpenAsync(Site site) =>
        EngineHost.OpenAsync(new() { StateDirectory = _folder["state"], Site = site, Rights = RightsMode.Open }, Token);

    private DeploymentRequest Request() => new()
    {
        Nodes = [NodeName.Parse("a-1"), NodeName.Parse("a-2")],
        User = "jane",
        Environment = new()
        {
            Name = "tiny", User = "jane", FileSystem = "ext4",
            Image = new(new(_folder["image.tgz"]), ImageKind.Tar, ImageCompression.Gzip), Boot = new() { Kernel = "/boot/vmlinuz" },
        },
    };

    private Site Site(int port)
    {
        Node[] nodes = [NodeOf(1), NodeOf(2)];
        return new()
        {
            Server = new() { Address = "127.0.0.1", Agents = new(IPAddress.Loopback, port), Images = new(IPAddress.Loopback, 0), Files = new() { Allow = [_folder.Path] } },
            Clusters =
            [
                new()
                {
                    Cluster = new()
                    {
                        Name = "a",
                        PartitionScript = new(_folder["image.tgz"]),
                        Workflow =
                        [
                            new(MacroStep.SetDeploymentEnv, [new(new("SetDeploymentEnvUntrusted"))]),
                            new(MacroStep.BroadcastEnv, [new(new("BroadcastEnvUnicast"))]),
                            new(MacroStep.BootNewEnv, [new(new("BootNewEnvHardReboot"))]),
                            new(MacroStep.Verify, [new(new("VerifyStandard"))]),
                        ],
                    },
                    Nodes = [.. nodes],
                    Power = new PowerSettings.Commands(
                        new()
                        {
                            Reboot = ImmutableDictionary<PowerLevel, CommandTemplate>.Empty
                                .Add(PowerLevel.Soft, CommandTemplate.Parse("true s3cret")).Add(PowerLevel.Hard, CommandTemplate.Parse("true s3cret")),
                        },
                        ImmutableDictionary<NodeName, CommandPowerOptions>.Empty),
                    NetBoot = new() { Dhcp = new() { Repository = _folder["tftp"] }, Deployment = new("vmlinuz", ["initrd"]) },
                },
            ],
        };

        static Node NodeOf(int number) => new() { Name = NodeName.Parse($"a-{number}"), Cluster = "a", Address = IPAddress.Parse($"127.0.1.{number}") };
    }
}
