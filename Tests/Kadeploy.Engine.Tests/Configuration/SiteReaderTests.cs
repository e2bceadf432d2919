using System.Net;
using Kadeploy.Engine.BootServices;
using Kadeploy.Engine.Configuration;
using Kadeploy.Engine.Drivers.Broadcast.Chain;
using Kadeploy.Engine.Drivers.NetBoot;
using Kadeploy.Engine.Drivers.Power;
using Xunit;

namespace Kadeploy.Engine.Tests.Configuration;

public sealed class SiteReaderTests
{
    [Fact]
    public void The_least_configuration_has_the_documented_defaults()
    {
        using var folder = new SiteFolder();
        var site = folder.Read();
        Assert.Equal("10.77.0.1", site.Server.Address);
        Assert.Equal(new IPEndPoint(IPAddress.Any, 25300), site.Server.Agents);
        Assert.Equal(new IPEndPoint(IPAddress.Any, 25301), site.Server.Images);
        Assert.Null(site.Server.Administrators);
        Assert.Empty(site.Server.Groups);
        Assert.Equal(RightsMode.Enforced, site.Server.Rights);
        Assert.All(Enum.GetValues<ThrottledResource>(), resource => Assert.Equal(StepDefaults.Slots(resource), site.Server.Limits.Slots(resource)));
        Assert.Empty(site.Server.Files.Allow);
        Assert.Empty(site.Server.Files.Networks);
        Assert.Equal((100_000_000_000, TimeSpan.FromDays(7), 20_000_000L), (site.Server.Files.Size, site.Server.Files.VerifyAfter, site.Server.Files.PreinstallLimit));
        var cluster = Assert.Single(site.Clusters);
        Assert.Equal(["node-1", "node-2"], site.Nodes.Select(static node => node.Name.Value));
        Assert.All(site.Nodes, static node => Assert.Equal("lab", node.Cluster));
        Assert.Null(cluster.Power);
        Assert.Null(cluster.NetBoot);
        Assert.Null(cluster.Console);
        Assert.Equal(("/dev/sda", 3), (cluster.Cluster.BlockDevice, cluster.Cluster.DeployPartition));
        Assert.Null(cluster.Cluster.SwapPartition);
        Assert.Equal(StepDefaults.Workflow, cluster.Cluster.Workflow);
    }

    [Fact]
    public void Every_key_of_a_full_configuration_arrives()
    {
        using var folder = new SiteFolder(FullSite.Cluster, FullSite.Server);
        folder.Write("clusters/other.yml", FullSite.Other);
        var site = folder.Read();
        Assert.Equal(IPEndPoint.Parse("10.77.0.1:25400"), site.Server.Agents);
        Assert.Equal(IPEndPoint.Parse("[fd77::1]:25401"), site.Server.Images);
        Assert.Equal(["root", "admin", "carol"], site.Server.Administrators);
        Assert.Equal(["alice", "bob-b", "d.e@f"], site.Server.Groups["students"]);
        Assert.Equal(["carol", "admin"], site.Server.Groups["staff"]);
        Assert.Equal(RightsMode.Open, site.Server.Rights);
        var files = site.Server.Files;
        Assert.Equal([folder.At("boot"), folder.At("clusters")], files.Allow);
        Assert.Equal([IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("fd00::/8"), IPNetwork.Parse("192.0.2.7/32")], files.Networks);
        Assert.Equal((20L << 30, TimeSpan.FromDays(30), 5_000_000L, 6_000_000L), (files.Size, files.VerifyAfter, files.PreinstallLimit, files.PostinstallLimit));
        var mirror = Assert.Single(files.Mirrors);
        Assert.Equal("https://images.example/", mirror.Prefix.AbsoluteUri);
        Assert.Equal(["https://mirror.example/images/", "http://10.0.0.5/"], mirror.Others.Select(static other => other.AbsoluteUri));
        Assert.Equal("x86_64", site.Clusters[0].Cluster.Architecture);
        Assert.Equal(folder.At("agent"), site.Server.AgentFile);
        Assert.Equal(new ResourceLimits { Boots = 100, BmcCalls = 10, Broadcasts = 2 }, site.Server.Limits);
        Assert.Equal([100, 10, 2], new[] { ThrottledResource.BootsInFlight, ThrottledResource.BmcCalls, ThrottledResource.Broadcasts }.Select(site.Server.Limits.Slots));
        Assert.Equal((folder.At("boot"), 6969, 1024, 8, 9, 50), Flat(site.Server.Tftp!));
        Assert.Equal(8070, site.Server.Http!.Port);
        Assert.Equal([IPAddress.Parse("10.77.0.1")], site.Server.Http.Addresses);

        var lab = site.Clusters[0];
        Assert.Equal(["node-3", "node-1", "node-2", "single"], lab.Nodes.Select(static node => node.Name.Value));
        Assert.Equal(["10.77.1.7", "10.77.1.9", "10.77.1.10", null], lab.Nodes.Select(static node => node.Address?.ToString()));
        Assert.Equal(["52:54:00:77:00:07"], lab.Nodes[0].MacAddresses.Select(static mac => mac.ToString()));
        Assert.Equal(["52:54:00:77:00:10", "52:54:00:77:01:10"], lab.Nodes[2].MacAddresses.Select(static mac => mac.ToString()));
        Assert.Equal(2, lab.Nodes[3].MacAddresses.Length);

        Assert.Equal(new DiskRule { Serial = "S2", Wwn = "0x6000", Model = "OTHER*", AtLeast = 1_000_000_000_000, Smallest = true }, lab.Nodes[3].DiskRule);
        Assert.Equal(["rack=r7", "switch=sw-1"], lab.Nodes[3].Tags);
        Assert.Null(lab.Nodes[0].DiskRule);
        Assert.Equal(new ConsoleSettings.LogFile(folder.At("single.log")), Assert.Single(lab.NodeConsoles, static each => each.Key.Value == "single").Value);
        var recorded = lab.Entries[3].Definition;
        Assert.Equal(["spare", "gpu"], recorded.Groups);
        Assert.Equal("the one with the loose cable: café", recorded.Description);
        Assert.Equal($"{folder.At("clusters/lab.yml")}:25", lab.Entries[3].Place);

        var power = Assert.IsType<PowerSettings.Ipmi>(lab.Power);
        var first = power.Endpoints[NodeName.Parse("node-3")];
        Assert.Equal(("10.78.1.7", "admin", "secret", 624, 17, IpmiPrivilege.Administrator),
            (first.Address, first.User, first.Password.Reveal(), first.Port, first.CipherSuite!.Value, first.Privilege));
        var single = power.Endpoints[NodeName.Parse("single")];
        Assert.Equal(("bmc-single", "other", "from the variable", 623, 3, IpmiPrivilege.User),
            (single.Address, single.User, single.Password.Reveal(), single.Port, single.CipherSuite!.Value, single.Privilege));
        Assert.Equal(
            new IpmiOptions
            {
                Program = "/usr/bin/ipmitool", Passing = PasswordPassing.File, RetransmitInterval = TimeSpan.FromSeconds(2), Retransmissions = 5,
                CallLimit = TimeSpan.FromSeconds(20), Attempts = 3, RetryPause = TimeSpan.FromSeconds(0.5), MinimumInterval = TimeSpan.FromSeconds(2),
                OffLimit = TimeSpan.FromSeconds(40), OffInterval = TimeSpan.FromSeconds(2),
            },
            power.Options);

        Assert.Equal(new SshSettings { User = "deploy", Port = 2222, IdentityFile = folder.At("key"), Options = lab.Ssh.Options, AddProofKey = false }, lab.Ssh);
        Assert.Equal(["ForwardAgent=no"], lab.Ssh.Options);
        Assert.Equal((new ConsoleSettings.LogFile(folder.At("HOSTNAME_SHORT/console.log")), 1L << 20), (lab.Console, lab.ConsoleLogLimit));
        Assert.Equal(["broadcast", "ENVFILE"], lab.Broadcast!.Words);
        Assert.Equal(
            new ChainOptions
            {
                Chains = 2, Direction = ChainDirection.Alternate, IsSealed = true, BytesPerSecond = 100_000_000, NodeBytesPerSecond = 50_000_000,
                RingBytes = 64 << 20, NodePort = 25403, SlowBelow = 0.4, TreeArity = 3,
            },
            lab.Chain);
        Assert.Equal(["kavlan", "-s", "NODES", "-i", "VLAN_ID", "-u", "USER"], site.Server.Vlan!.Command.Words);
        Assert.Equal("-kavlan-VLAN_ID", site.Server.Vlan.HostnameSuffix);
        Boot(folder, lab.NetBoot!);
        Disk(folder, lab.Cluster);
        Workflow(folder, lab.Cluster);
        Commands(site.Clusters[1]);
    }

    private static (string, int, int, int, int, int) Flat(TftpOptions tftp) =>
        (tftp.Root, tftp.Port, tftp.LargestBlock, tftp.LargestWindow, tftp.Tries, tftp.MostTransfers);

    private static void Boot(SiteFolder folder, NetBootOptions boot)
    {
        Assert.Equal(
            new NetBootProgram
            {
                Method = NetBootMethod.Ipxe, Repository = folder.At("boot"), Protocol = BootFileProtocol.Http, Server = "10.77.0.1:8070",
                ProfilesFolder = "pxelinux.cfg", Naming = ProfileNaming.Mac, NamePrefix = "p-", NameSuffix = ".ipxe", Header = "echo hello\n",
            },
            boot.Dhcp);
        Assert.Equal(("grub/grub.efi", NetBootMethod.Grub, "grub"), (boot.Network!.Binary, boot.Network.Method, boot.Network.ProfilesFolder));
        Assert.Equal(("local.efi", "local"), (boot.Local!.Binary, boot.Local.ProfilesFolder));
        Assert.Equal("echo local", boot.LocalHeader);
        Assert.Equal(NodeFirmware.Uefi, boot.Firmware);
        Assert.Equal(2, boot.EfiPartition);
        Assert.Equal(new UserFilesOptions("users", 1L << 30), boot.UserFiles);
        Assert.Equal(1, boot.DiskNumbers["/dev/disk/by-id/wwn-0x5000"]);
        Assert.Equal(("vmlinuz", "console=ttyS0,115200"), (boot.Deployment.Kernel, boot.Deployment.Parameters));
        Assert.Equal(["initrd.img", "overlay.img"], boot.Deployment.Initrds);
        Assert.Equal(("vmlinuz-nfs", "root=/dev/nfs"), (boot.NfsRoot!.Kernel, boot.NfsRoot.Parameters));
    }

    private static void Disk(SiteFolder folder, Cluster cluster)
    {
        Assert.Equal(
            new DiskRule { Serial = "S1", Wwn = "0x5000", Model = "VIRT*", AtLeast = 100_000_000_000, AtMost = 2L << 40, Smallest = true }, cluster.DiskRule);
        Assert.Equal(PartitionScheme.Mbr, cluster.PartitionTable!.Scheme);
        Assert.Equal(
            [
                new(1, PartitionKind.Swap, 512L << 20), new(2, PartitionKind.Linux, 953L << 20), new(4, PartitionKind.Extended, 8L << 30),
                new(5, PartitionKind.Linux, 4L << 30), new PartitionEntry(3, PartitionKind.Linux, null),
            ],
            cluster.PartitionTable.Partitions);
        Assert.Equal((3, 1, 2, 5), (cluster.DeployPartition, cluster.SwapPartition, cluster.ProductionPartition, cluster.TemporaryPartition));
        Assert.Equal(["ext4", "xfs"], cluster.SupportedFileSystems);
        Assert.Equal(["-O", "^metadata_csum"], cluster.FormatOptions["ext4"]);
        Assert.Equal(["-f"], cluster.FormatOptions["xfs"]);
        Assert.Equal("console=ttyS0 quiet", cluster.KernelParameters);
        Assert.Equal(BootloaderChoice.SystemdBoot, cluster.Bootloader);
        Assert.True(cluster.BootsDiskOverNetwork);
        Assert.False(cluster.BroadcastDecompresses);
        Assert.Equal(("60 + 20 * n", "30"), (cluster.RebootTimeout.Text, cluster.KexecTimeout.Text));
        Assert.Equal([new InstallScript(new($"file://{folder.At("admin.tgz")}"), ImageCompression.Gzip, "pre.sh")], cluster.AdminPreinstalls);
        Assert.Equal([new InstallScript(new("https://files.example/post.tar"), ImageCompression.None, null)], cluster.AdminPostinstalls);
    }

    private static void Workflow(SiteFolder folder, Cluster cluster)
    {
        Assert.Equal(StepDefaults.Workflow.Select(static choice => choice.MacroStep), cluster.Workflow.Select(static choice => choice.MacroStep));
        var untrusted = cluster.Workflow[0].Instances.Single();
        Assert.Equal((new InstanceName("SetDeploymentEnvUntrusted"), 2, "400"), (untrusted.Name, untrusted.Retries, untrusted.Timeout!.Text));
        Assert.True(untrusted.Breakpoint);
        Assert.False(untrusted.Raisable);
        var step = Assert.Single(untrusted.MicroSteps);
        Assert.Equal((new MicroStepName("Reboot"), 1, "90", true), (step.Name, step.Retries, step.Timeout!.Text, step.Breakpoint));
        Assert.Equal(["BootNewEnvKexec", "BootNewEnvClassical"], cluster.Workflow[2].Instances.Select(static instance => instance.Name.Value));
        Assert.Equal(StepDefaults.Workflow[3], cluster.Workflow[3]);
        Assert.Equal(
            [
                ("first", CustomPlacement.Before, CustomAction.Exec, "sh -c echo $KADEPLOY_ENV", null),
                ("second", CustomPlacement.After, CustomAction.Send, "/mnt/dest/etc", new($"file://{folder.At("key")}")),
                ("third", CustomPlacement.Instead, CustomAction.Run, "a b c", new Uri($"file://{folder.At("script.sh")}")),
            ],
            cluster.CustomOperations.Select(static o => (o.Name, o.Placement, o.Action, string.Join(' ', o.Arguments), o.File)));
        Assert.All(cluster.CustomOperations, static o => Assert.Equal(("SetDeploymentEnvUntrusted", "Reboot"), (o.Target, o.MicroStep.Value)));
        Assert.Equal((3, "60"), (cluster.CustomOperations[0].Retries, cluster.CustomOperations[0].Timeout.Text));
    }

    private static void Commands(ClusterSettings other)
    {
        var power = Assert.IsType<PowerSettings.Commands>(other.Power);
        Assert.Equal(["ssh", "HOSTNAME_FQDN", "reboot now"], power.Options.Reboot[PowerLevel.Soft].Words);
        Assert.Equal(["pdu", "cycle", "HOSTNAME_SHORT"], power.Options.Reboot[PowerLevel.VeryHard].Words);
        Assert.Equal(["pdu", "status"], power.Options.Status!.Words);
        Assert.Equal(["ssh", "-l", "admin"], power.Options.Connector);
        Assert.Equal(TimeSpan.FromSeconds(12.5), power.Options.CallLimit);
        var own = power.Nodes[NodeName.Parse("pc-1")];
        Assert.Equal(["own", "on"], own.On[PowerLevel.Hard].Words);
        Assert.Equal(power.Options.Reboot, own.Reboot);
        Assert.Equal(power.Options.CallLimit, own.CallLimit);
        Assert.Equal(["conserver", "HOSTNAME_FQDN"], Assert.IsType<ConsoleSettings.Command>(other.Console).Template.Words);
        Assert.Equal(4L << 20, other.ConsoleLogLimit);
        Assert.NotNull(other.Cluster.PartitionScript);
        Assert.NotNull(other.Cluster.BootloaderScript);
    }
}
