using System.Net;
using Kadeploy.Engine.Drivers.NetBoot;
using Kadeploy.Engine.Tests.Drivers.Fake;
using Kadeploy.Engine.Tests.Drivers.Processes;
using Xunit;

namespace Kadeploy.Engine.Tests.Drivers.NetBoot;

public sealed class ProfileNetBootTests : IDisposable
{
    private static readonly AttemptId Attempt = SamplePlan.Default(1).Attempt("sim-1", MacroStep.SetDeploymentEnv, "SwitchPxe");

    private static readonly Node Node = new()
    {
        Name = NodeName.Parse("a-1.site.example"), Cluster = "a", Address = IPAddress.Parse("10.77.1.254"),
        MacAddresses = [MacAddress.Parse("52:54:00:AB:cd:01"), MacAddress.Parse("525400abcd02")],
    };

    private readonly ScratchFolder _repository = new();

    public ProfileNetBootTests() => Directory.CreateDirectory(_repository["pxelinux.cfg"]);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _repository.Dispose();

    [Theory]
    [InlineData(ProfileNaming.IpHex, "0A4D01FE")]
    [InlineData(ProfileNaming.Ip, "10.77.1.254")]
    [InlineData(ProfileNaming.Hostname, "a-1.site.example")]
    [InlineData(ProfileNaming.HostnameShort, "a-1")]
    [InlineData(ProfileNaming.Mac, "01-52-54-00-ab-cd-01 01-52-54-00-ab-cd-02")]
    public async Task Profiles_are_named_as_configured(ProfileNaming naming, string expected)
    {
        await Prepare(Options() with { Dhcp = Dhcp() with { Naming = naming } }, new BootEntry.DeploymentEnvironment());
        Assert.Equal(expected.Split(' '), Profiles());
        await Prepare(Options() with { Dhcp = Dhcp() with { Naming = naming, NamePrefix = "grub.cfg-", NameSuffix = ".x" } }, new BootEntry.DeploymentEnvironment());
        Assert.Equal(expected.Split(' ').Select(static name => $"grub.cfg-{name}.x"), Profiles().Where(static name => name.StartsWith("grub", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Each_entry_replaces_the_one_before_and_can_be_read_by_the_server()
    {
        await Prepare(Options(), new BootEntry.DeploymentEnvironment());
        Assert.Contains("KERNEL /vmlinuz\n\tAPPEND initrd=/initrd quiet\n", Text(), StringComparison.Ordinal);
        await Prepare(Options(), new BootEntry.LocalDisk("/dev/nvme1n1", 3));
        Assert.Equal("DEFAULT local\nLABEL local\n\tCOM32 /chain.c32\n\tAPPEND hd1 3\n", Text());
        await Prepare(Options() with { NfsRoot = new("nfs/vmlinuz", [], "root=/dev/nfs") }, new BootEntry.NfsRoot());
        Assert.Contains("KERNEL /nfs/vmlinuz\n\tAPPEND root=/dev/nfs\n", Text(), StringComparison.Ordinal);
        Assert.Equal(["0A4D01FE"], Profiles());
        if (!OperatingSystem.IsWindows())
            Assert.Equal("644", Convert.ToString((int)File.GetUnixFileMode(_repository["pxelinux.cfg/0A4D01FE"]), 8));
    }

    [Fact]
    public async Task IPXE_chooses_a_partition_only_with_a_program_that_can()
    {
        var options = Options() with { Dhcp = Dhcp() with { Method = NetBootMethod.Ipxe } };
        await Prepare(options, new BootEntry.LocalDisk("/dev/sdb", 3));
        Assert.Equal("#!ipxe\nsanboot --no-describe --drive 0x81\n", Text());
        _repository.Write("chain.c32", "a program");
        await Prepare(options, new BootEntry.LocalDisk("/dev/sdb", 3));
        Assert.Equal("#!ipxe\nchain /chain.c32 hd1 3\n", Text());
    }

    [Fact]
    public async Task Parameters_of_a_node_are_added()
    {
        await Prepare(Options() with { NodeParameters = static (node, attempt) => $"token={node.Name}.{attempt.Attempt}" }, new BootEntry.DeploymentEnvironment());
        Assert.Contains("initrd=/initrd quiet token=a-1.site.example.1\n", Text(), StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => Prepare(Options() with { NodeParameters = static (_, _) => "a\nKERNEL /evil" }, new BootEntry.DeploymentEnvironment()));
    }

    [Theory]
    [InlineData(NetBootMethod.Pxelinux, BootFileProtocol.Tftp, "/users/pxe-jane--kernel")]
    [InlineData(NetBootMethod.Ipxe, BootFileProtocol.Http, "http://10.0.0.1/users/pxe-jane--kernel")]
    public async Task A_users_profile_is_written_as_it_is_but_for_node_and_files(NetBootMethod method, BootFileProtocol protocol, string expected)
    {
        Directory.CreateDirectory(_repository["users"]);
        var kernel = _repository.Write("somewhere-kernel", "a kernel");
        File.Move(kernel, _repository["kernel"]);
        var profile = new BootProfile("no header\r\nboot NODE_SINGULARITY FILES_PREFIX--kernel")
        {
            Singularities = System.Collections.Immutable.ImmutableDictionary<NodeName, string>.Empty.Add(Node.Name, "one"), Files = [new(_repository["kernel"])],
        };
        using var files = Files.LocalFiles.In(_repository["cache"]);
        var options = Options() with
        {
            Dhcp = Dhcp() with { Method = method, Protocol = protocol, Server = "10.0.0.1", Header = "# header" }, UserFiles = new("users", 1000),
        };
        var boot = new ProfileNetBoot(options) { UserFiles = new(options.Dhcp, options.UserFiles, files, TimeProvider.System) };
        await boot.PrepareAsync(Node, new BootEntry.Custom(profile, "jane"), Attempt, Token);
        Assert.Equal($"no header\r\nboot one {expected}", Text());
        Assert.Equal("a kernel", File.ReadAllText(_repository["users/pxe-jane--kernel"]));
    }

    [Fact]
    public async Task Users_files_make_room_for_others_and_those_of_one_operation_do_not()
    {
        Directory.CreateDirectory(_repository["users"]);
        foreach (var name in new[] { "first", "second", "third" }) _repository.Write(name, new string('x', 400));
        using var files = Files.LocalFiles.In(_repository["cache"]);
        var user = new UserBootFiles(Dhcp(), new("users", 1000), files, TimeProvider.System);
        await PutAsync("first");
        File.SetLastWriteTimeUtc(_repository["users/pxe-jane--first"], new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        await PutAsync("second");
        await PutAsync("third");
        Assert.Equal(["pxe-jane--second", "pxe-jane--third"], Directory.GetFiles(_repository["users"]).Select(Path.GetFileName).Order());
        var failure = await Assert.ThrowsAsync<OperationFailedException>(() => PutAsync("first", "second", "third"));
        Assert.Contains("1000 bytes", failure.Message, StringComparison.Ordinal);

        Task PutAsync(params string[] names) => user.PutAsync(
            new("x") { Files = [.. names.Select(name => new Uri(_repository[name]))] }, "jane", OperationId.Create(OperationKind.Reboot, DateTimeOffset.UnixEpoch), Token);
    }

    [Fact]
    public async Task Another_program_is_chained_to()
    {
        Directory.CreateDirectory(_repository["grub/cfg"]);
        var options = Options() with
        {
            Local = new() { Method = NetBootMethod.Grub, Repository = _repository["grub"], ProfilesFolder = "cfg", Binary = "core.0", Naming = ProfileNaming.Hostname },
        };
        await Prepare(options, new BootEntry.LocalDisk("/dev/sda", 2));
        Assert.Equal("DEFAULT chain\nLABEL chain\n\tKERNEL /core.0\n\tAPPEND keeppxe\n", Text());
        Assert.Contains("set root=(hd0,2)", File.ReadAllText(_repository["grub/cfg/a-1.site.example"]), StringComparison.Ordinal);
        await Prepare(options, new BootEntry.DeploymentEnvironment());
        Assert.StartsWith("DEFAULT network", Text(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_in_the_place_of_a_profile_is_replaced_and_not_followed()
    {
        var victim = _repository.Write("victim", "untouched");
        File.CreateSymbolicLink(_repository["pxelinux.cfg/0A4D01FE"], victim);
        await Prepare(Options(), new BootEntry.DeploymentEnvironment());
        Assert.Equal("untouched", File.ReadAllText(victim));
        Assert.StartsWith("DEFAULT network", Text(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reader_sees_one_profile_or_the_other_and_no_mixture()
    {
        var options = Options() with { Dhcp = Dhcp() with { Header = new string('#', 20_000) } };
        await Prepare(options, new BootEntry.DeploymentEnvironment());
        var ends = new[] { Text()[^40..] }.ToList();
        await Prepare(options, new BootEntry.LocalDisk("/dev/sda", 1));
        ends.Add(Text()[^40..]);
        var writing = Task.Run(
            async () =>
            {
                for (var i = 0; i < 50; i++)
                {
                    await Prepare(options, i % 2 == 0 ? new BootEntry.DeploymentEnvironment() : new BootEntry.LocalDisk("/dev/sda", 1));
                }
            },
            Token);
        do Assert.Contains(Text()[^40..], ends);
        while (!writing.IsCompleted);
        await writing;
        Assert.Equal(["0A4D01FE"], Profiles());
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_a_failure_of_the_node()
    {
        var net = new ProfileNetBoot(Options());
        Directory.CreateDirectory(_repository["pxelinux.cfg/0A4D01FE/in-the-way"]);
        var failure = await Assert.ThrowsAsync<OperationFailedException>(() => net.PrepareAsync(Node, new BootEntry.DeploymentEnvironment(), Attempt, Token));
        Assert.Equal(FaultCodes.BootProfile, failure.Code);
        Assert.Contains("0A4D01FE", failure.Message, StringComparison.Ordinal);
        Assert.Equal(["0A4D01FE"], Directory.EnumerateFileSystemEntries(_repository["pxelinux.cfg"]).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_node_without_what_the_name_is_made_of_is_refused()
    {
        foreach (var naming in new[] { ProfileNaming.Ip, ProfileNaming.IpHex, ProfileNaming.Mac })
        {
            var net = new ProfileNetBoot(Options() with { Dhcp = Dhcp() with { Naming = naming } });
            await Assert.ThrowsAsync<DriverUnusableException>(() => net.PrepareAsync(
                new() { Name = NodeName.Parse("b"), Cluster = "a" }, new BootEntry.DeploymentEnvironment(), Attempt, Token));
        }

        await Assert.ThrowsAsync<DriverUnusableException>(() => Prepare(Options(), new BootEntry.NfsRoot()));
        Assert.Empty(Profiles());
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData("/etc")]
    [InlineData("a/../../b")]
    [InlineData("pxelinux.cfg/")]
    [InlineData("missing")]
    public void A_profiles_folder_outside_of_the_repository_is_refused(string folder) =>
        Assert.Contains("profiles' folder", Assert.Throws<ConfigurationException>(
            () => new ProfileNetBoot(Options() with { Dhcp = Dhcp() with { ProfilesFolder = folder } })).Message, StringComparison.Ordinal);

    [Fact]
    public void Everything_that_is_wrong_is_listed()
    {
        var failure = Assert.Throws<ConfigurationException>(() => new ProfileNetBoot(new()
        {
            Dhcp = Dhcp() with { Protocol = BootFileProtocol.Http, Binary = "../x", NamePrefix = "../" },
            Deployment = new("/etc/passwd", ["a b", "../../x"], "quiet\nKERNEL /evil"),
            NfsRoot = new("..", []),
            Network = Dhcp() with { Method = NetBootMethod.Gpxelinux },
            Firmware = NodeFirmware.Uefi,
        }));
        Assert.Equal(11, failure.Problems.Length);
    }

    private NetBootProgram Dhcp() => new() { Repository = _repository.Path };

    private NetBootOptions Options() => new() { Dhcp = Dhcp(), Deployment = new("vmlinuz", ["initrd"], "quiet") };

    private static Task Prepare(NetBootOptions options, BootEntry entry) => new ProfileNetBoot(options).PrepareAsync(Node, entry, Attempt, Token);

    private string Text() => File.ReadAllText(_repository["pxelinux.cfg/0A4D01FE"]);

    private string[] Profiles() => [.. Directory.EnumerateFiles(_repository["pxelinux.cfg"]).Select(Path.GetFileName).Order(StringComparer.Ordinal)!];
}
