using Kadeploy.Engine.Planning;
using Xunit;

namespace Kadeploy.Engine.Tests.Planning;

public class ValidationTests
{
    private readonly PlanCase _it = new();

    private void Expect(params string[] parts)
    {
        var problems = _it.Problems();
        foreach (var part in parts) Assert.Contains(problems, problem => problem.Contains(part, StringComparison.Ordinal));
        Assert.Equal(parts.Length, problems.Length);
    }

    [Fact]
    public void All_problems_of_all_kinds_are_reported_at_once()
    {
        _it.Request = _it.Request with
        {
            Nodes = [NodeName.Parse("a-1"), NodeName.Parse("a-1"), NodeName.Parse("a-11"), NodeName.Parse("zzzzzz")],
            User = "",
            Breakpoint = "Nowhere",
            ForceSteps = "BroadcastEnv|Chian:1:1",
            Partition = 0,
            BlockDevice = "sda; reboot",
            ReformatTemporary = "-f",
            Vlan = "a\nb",
        };
        _it.Drivers.Power.Levels = [];
        _it.Drivers.Power.Missing = "no BMC here";
        _it.Drivers.Vlan.Missing = "no VLAN here";
        Expect(
            "the user is empty", "the VLAN 'aU+000Ab' is no name of a network", "block device 'sda; reboot' is no device path",
            "partition 0 does not exist", "'-f' is no file system", "named more than once: a-1", "node 'a-11' is not known; did you mean 'a-1'?",
            "node 'zzzzzz' is not known", "'Chian' is no instance", "'Nowhere' is neither", "cannot mount the file system '-f' for temporary files",
            "SetDeploymentEnvUntrusted cannot be used: no BMC here", "BootNewEnvHardReboot cannot be used: no BMC here",
            "SetDeploymentEnvUntrusted cannot be used: no VLAN here", "BootNewEnvClassical cannot be used: no VLAN here",
            "BootNewEnvHardReboot cannot be used: no VLAN here");
    }

    [Fact]
    public void At_least_one_node_must_be_named()
    {
        _it.Request = _it.Request with { Nodes = [] };
        Expect("no node is named");
    }

    [Fact]
    public void A_thousand_unknown_nodes_are_told_in_a_few_lines()
    {
        _it.Request = _it.Request with { Nodes = [.. Enumerable.Range(0, 1000).Select(i => NodeName.Parse($"qqqqqqqq-{i}"))] };
        var problems = _it.Problems();
        Assert.Equal(11, problems.Length);
        Assert.Equal("990 further nodes are not known", problems[^1]);
    }

    [Fact]
    public void The_cluster_of_a_node_must_be_configured()
    {
        _it.Nodes.Add(new() { Name = NodeName.Parse("b-1"), Cluster = "aa" });
        _it.Request = _it.Request with { Nodes = [NodeName.Parse("b-1")] };
        Expect("cluster 'aa' of node b-1 is not configured; did you mean 'a'?");
    }

    [Fact]
    public void A_whole_disk_receives_only_bytes()
    {
        _it.Request = _it.Request with { BlockDevice = "/dev/sdb" };
        Expect("the whole disk '/dev/sdb' can only receive an image of kind dd");
        _it.Environment = _it.Environment with { Image = _it.Environment.Image with { Kind = ImageKind.Dd } };
        _it.Plan();
    }

    [Fact]
    public void Files_are_not_unpacked_where_they_cannot_be_mounted()
    {
        _it.Environment = _it.Environment with { FileSystem = "ntfs" };
        Expect("cluster a cannot mount the file system 'ntfs' of environment 'debian13', so its files cannot be unpacked there; supported are ext2, ext3, ext4, vfat");
        _it.Environment = _it.Environment with { Image = _it.Environment.Image with { Kind = ImageKind.Dd } };
        _it.Plan();
    }

    [Fact]
    public void An_environment_must_be_described_well()
    {
        _it.Environment = new()
        {
            Name = "x\u0007",
            User = " ",
            Version = 0,
            Image = new(new("https://jane:secret@host/i.tar"), ImageKind.Tar, ImageCompression.None, "ABC"),
            Boot = new() { Initrd = "boot/initrd", KernelParameters = "a\0b" },
            Postinstalls = [new(new("relative/path", UriKind.Relative), ImageCompression.Gzip, "")],
        };
        Expect(
            "environment's name holds a control character (U+0007)", "environment's user is empty", "kernel parameters holds a control character (U+0000)",
            "version is 0", "'boot/initrd' does not begin with '/'", "on host holds a user or a password", "SHA-256 'ABC' is none",
            "names no file system", "names no kernel", "the archive 'relative/path' is no full address", "the script in an archive is empty");
        Assert.DoesNotContain(_it.Problems(), problem => problem.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public void Keys_must_be_public_and_text()
    {
        _it.Request = _it.Request with { AuthorizedKeys = "" };
        Expect("the list of public keys is empty");
        _it.Request = _it.Request with { AuthorizedKeys = "-----BEGIN OPENSSH " + "PRIVATE KEY" + "-----\n\u0001" };
        Expect("a private key was given", "hold control characters");
        _it.Request = _it.Request with { AuthorizedKeys = new string('k', 65537) };
        Expect("at most 65536");
    }

    [Fact]
    public void A_broadcaster_is_needed_for_each_broadcast()
    {
        _it.Force = "BroadcastEnv|Chain,Tree";
        _it.Drivers.Broadcasts.Clear();
        _it.Drivers.Broadcasts.Add("BroadcastEnvTree");
        Expect("BroadcastEnvChain cannot be used: no broadcaster serves it; there is one for BroadcastEnvTree");
        _it.Drivers.Broadcasts.Add("BroadcastEnvChain");
        _it.Drivers.Broadcaster.Missing = "the chain is not built";
        Expect("BroadcastEnvChain cannot be used: the chain is not built", "BroadcastEnvTree cannot be used: the chain is not built");
    }

    [Fact]
    public void Every_driver_is_asked_for_what_it_misses()
    {
        _it.Drivers.Channel.Missing = "no channel";
        _it.Drivers.NetBoot.Missing = "no boot";
        var problems = _it.Problems();
        Assert.Contains("VerifyStandard cannot be used: no channel", problems);
        Assert.Contains("BootNewEnvClassical cannot be used: no boot", problems);
        _it.Force = "SetDeploymentEnv|Dummy&BroadcastEnv|Dummy&BootNewEnv|Dummy&Verify|None";
        _it.Plan();
    }

    [Fact]
    public void A_hard_reboot_needs_a_driver_that_can_reset()
    {
        _it.Drivers.Power.Levels = [PowerLevel.Soft];
        Expect("BootNewEnvHardReboot cannot be used: it resets nodes");
    }

    [Fact]
    public void Limits_must_be_computable_for_each_number_of_nodes_that_may_be_left()
    {
        _it.Force = "BroadcastEnv|Chain:0:100 / (n - 1)";
        Expect("the limit of BroadcastEnvChain cannot be used: '100 / (n - 1)' gives");
        _it.Force = "BroadcastEnv|Chain:0:5 - n * 2";
        Expect("the limit of BroadcastEnvChain cannot be used: '5 - n * 2' gives -1 for n = 3");
        _it.Force = "BroadcastEnv|Chain:0:100 / (n - 2) ** 2"; // fine for one node and for three
        Expect("the limit of BroadcastEnvChain cannot be used: '100 / (n - 2) ** 2' gives Infinity for n = 2");
    }

    [Fact]
    public void A_reboot_may_not_take_longer_than_its_instance()
    {
        _it.Cluster = _it.Cluster with { RebootTimeout = TimeoutExpression.Parse("400 + 150 * (n - 1)") };
        Expect(
            "a reboot in BootNewEnvClassical may take 700 s for n = 3, but the instance only 600 s", "a reboot in BootNewEnvHardReboot may take 700 s for n = 3");
        _it.Cluster = _it.Cluster with { RebootTimeout = TimeoutExpression.None };
        _it.Plan();
    }

    [Fact]
    public void A_forced_instance_with_a_short_limit_is_taken_at_its_word()
    {
        _it.Force = "BootNewEnv|Classical:1:300";
        Assert.Equal("300", _it.Instance(MacroStep.BootNewEnv).Timeout.Text);
        _it.Request = _it.Request with { RebootTimeout = TimeoutExpression.Seconds(350) };
        Expect("a reboot in BootNewEnvClassical may take 350 s for n = 1, but the instance only 300 s");
        Assert.Single(_it.Problems()); // told for the smallest n, not for each
        _it.Force = "BootNewEnv|Classical:1:0";
        _it.Plan();
    }

    [Fact]
    public void Partitions_that_steps_need_must_exist()
    {
        _it.Cluster = _it.Cluster with { TemporaryPartition = null, ProductionPartition = null, DeployPartition = 0 };
        _it.Request = _it.Request with { ReformatTemporary = "ext4", ForceSteps = "SetDeploymentEnv|Prod&BroadcastEnv|Bittorrent" };
        Expect("the deployment partition is 0", "which BroadcastEnvBittorrent needs", "from which SetDeploymentEnvProd deploys", "that could be made anew");
    }

    [Fact]
    public void Disks_are_not_partitioned_where_nobody_says_how()
    {
        _it.Cluster = _it.Cluster with { PartitionTable = null };
        Expect("cluster a does not say how its disks are partitioned; write partitioning.layout or partitioning.script in its file");
        _it.Request = _it.Request with { DisableDiskPartitioning = true };
        _it.Plan();
        _it.Request = _it.Request with { DisableDiskPartitioning = false };
        _it.Cluster = _it.Cluster with { PartitionScript = new("https://host/partition.sh") };
        _it.Plan();
    }

    [Fact]
    public void A_clusters_workflow_is_checked_too()
    {
        _it.Cluster = _it.Cluster with
        {
            Workflow =
            [
                new(MacroStep.SetDeploymentEnv, [new(new("SetDeploymentEnvUntrusted"), -1) { MicroSteps = [new(new("WaitRebot"), 1000)] }]),
                new(MacroStep.BroadcastEnv, [new(new("BroadcastEnvKascade"))]),
                new(MacroStep.Verify, []),
            ],
        };
        Expect(
            "SetDeploymentEnvUntrusted has -1 retries", "has no micro-step 'WaitRebot'; did you mean 'WaitReboot'?", "WaitRebot has 1000 retries",
            "'BroadcastEnvKascade' is no instance of BroadcastEnv; use BroadcastEnvChain instead", "BootNewEnv is not configured", "Verify has no instance");
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.5)]
    [InlineData(double.NaN)]
    public void A_fault_rate_is_a_share(double rate)
    {
        _it.Simulation = new() { FaultRate = rate };
        Expect("it is a share from 0 to 1");
    }

    [Fact]
    public void Nothing_is_touched_by_planning()
    {
        PlanCase.Full().Plan();
        _it.Plan();
        Assert.Empty(_it.Drivers.Power.Reboots);
        Assert.Empty(_it.Drivers.NetBoot.Entries);
        Assert.Empty(_it.Drivers.Channel.Commands);
        Assert.Empty(_it.Drivers.Vlan.Moves);
        Assert.Empty(_it.Drivers.Broadcaster.Requests);
    }

    [Theory]
    [InlineData("SwitchPex", "SwitchPxe")]
    [InlineData("kexec", "Kexec")]
    [InlineData("x", null)]
    [InlineData("", null)]
    [InlineData("SomethingElse", null)]
    public void The_nearest_name_is_one_that_could_have_been_meant(string wrong, string? expected) =>
        Assert.Equal(expected, NearestName.Find(wrong, ["SwitchPxe", "Kexec", "Reboot"]));
}
