using Kadeploy.Engine.MacroSteps;
using Kadeploy.Engine.Planning;
using Xunit;

namespace Kadeploy.Engine.Tests.Planning;

/// <summary>Each rule: its steps are there without its condition, and are not with it.</summary>
public class BypassRuleTests
{
    private static readonly ImageReference Dd = new(new("file:///i.img"), ImageKind.Dd, ImageCompression.None);
    private static readonly ImageReference Fsa = new(new("file:///i.fsa"), ImageKind.Fsa, ImageCompression.None);

    // Rule, what the case must be without its condition, the condition, the macro-step, the steps.
    private static readonly (string Rule, Action<PlanCase> Without, Action<PlanCase> With, MacroStep MacroStep, string[] Steps)[] Table =
    [
        ("whole-disk", Image(Dd, null), it =>
        {
            Image(Dd, null)(it);
            it.Request = it.Request with { BlockDevice = "/dev/sdb" };
        }, MacroStep.SetDeploymentEnv,
            ["CreatePartitionTable", "FormatTmpPart", "FormatSwapPart"]),
        ("whole-disk-boots-itself", Image(Dd, "ext4"), it =>
        {
            Image(Dd, "ext4")(it);
            it.Request = it.Request with { BlockDevice = "/dev/sdb" };
        }, MacroStep.BroadcastEnv,
            ["InstallBootloader"]),
        ("broadcast-decompresses", Custom(unpacks: false), Custom(unpacks: true), MacroStep.BroadcastEnv, ["DecompressEnvironment"]),
        ("image-brings-file-system", Nothing, Image(Dd, "ext4"), MacroStep.SetDeploymentEnv, ["FormatDeployPart"]),
        ("image-not-yet-written", Nothing, Image(Dd, "ext4"), MacroStep.SetDeploymentEnv, ["MountDeployPart"]),
        ("already-mounted", Image(Dd, "ext4"), Image(Tar(), "ext4"), MacroStep.BroadcastEnv, ["MountDeployPart"]),
        ("file-system-unsupported", Image(Dd, "ext4"), Image(Dd, "ntfs"), MacroStep.BroadcastEnv,
            ["MountDeployPart", "ManageAdminPostInstall", "ManageUserPostInstall", "CheckKernelFiles", "SendKey", "WriteMarker", "InstallBootloader"]),
        ("file-system-unsupported", Image(Dd, "ext4"), Image(Dd, null), MacroStep.BootNewEnv, ["UmountDeployPart"]),
        ("multipart", Nothing, it => it.Environment = it.Environment with { Multipart = true }, MacroStep.SetDeploymentEnv,
            ["FormatTmpPart", "FormatSwapPart"]),
        ("no-key", Nothing, it => it.Request = it.Request with { AuthorizedKeys = null }, MacroStep.SetDeploymentEnv, ["SendKeyInDeployEnv"]),
        ("no-key", Nothing, it => it.Request = it.Request with { AuthorizedKeys = null }, MacroStep.BroadcastEnv, ["SendKey"]),
        ("partitioning-disabled", Nothing, it => it.Request = it.Request with { DisableDiskPartitioning = true }, MacroStep.SetDeploymentEnv,
            ["CreatePartitionTable"]),
        ("no-reformat", Nothing, it => it.Request = it.Request with { ReformatTemporary = null }, MacroStep.SetDeploymentEnv, ["FormatTmpPart"]),
        ("no-swap", Nothing, it => it.Cluster = it.Cluster with { SwapPartition = null }, MacroStep.SetDeploymentEnv, ["FormatSwapPart"]),
        ("no-swap", Nothing, it => it.Environment = it.Environment with { OperatingSystem = OperatingSystemKind.Bsd }, MacroStep.SetDeploymentEnv,
            ["FormatSwapPart"]),
        ("no-bootloader", Nothing, it => it.Cluster = it.Cluster with { BootsDiskOverNetwork = true }, MacroStep.BroadcastEnv, ["InstallBootloader"]),
        ("no-bootloader", Nothing, it => it.Request = it.Request with { DisableBootloaderInstall = true }, MacroStep.BroadcastEnv, ["InstallBootloader"]),
        ("no-preinstall", Preinstalls, it =>
        {
            Preinstalls(it);
            it.Cluster = it.Cluster with { AdminPreinstalls = [] };
        }, MacroStep.SetDeploymentEnv, ["ManageAdminPreInstall"]),
        ("no-admin-postinstall", Nothing, it => it.Cluster = it.Cluster with { AdminPostinstalls = [] }, MacroStep.BroadcastEnv,
            ["ManageAdminPostInstall"]),
        ("no-user-postinstall", Nothing, it => it.Environment = it.Environment with { Postinstalls = [] }, MacroStep.BroadcastEnv,
            ["ManageUserPostInstall"]),
        ("no-vlan", Nothing, it => it.Request = it.Request with { Vlan = null }, MacroStep.SetDeploymentEnv, ["SetVlan"]),
        ("no-vlan", Nothing, it => it.Request = it.Request with { Vlan = null }, MacroStep.BootNewEnv, ["SetVlan"]),
        ("deploys-on-swap", Nothing, it => it.Request = it.Request with { Partition = 1 }, MacroStep.SetDeploymentEnv, ["FormatSwapPart"]),
        ("deploys-on-temporary", Nothing, it => it.Request = it.Request with { Partition = 5 }, MacroStep.SetDeploymentEnv, ["FormatTmpPart"]),
        ("no-kernel", Image(Dd, "ext4"), it =>
        {
            Image(Dd, "ext4")(it);
            it.Environment = it.Environment with { Boot = new() };
        }, MacroStep.BroadcastEnv, ["CheckKernelFiles"]),
    ];

    public static TheoryData<int> Rows => [.. Enumerable.Range(0, Table.Length)];

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_rules_steps_are_there_without_its_condition_and_left_out_with_it(int row)
    {
        var (rule, without, with, macroStep, steps) = Table[row];
        var needed = PlanCase.Full();
        without(needed);
        var bypassed = PlanCase.Full();
        with(bypassed);
        var reasons = bypassed.Instance(macroStep).Bypassed.ToLookup(step => step.MicroStep.Value, step => step.Reason);
        var reason = BypassRules.All.Single(it => it.Name == rule).Reason;
        foreach (var step in steps)
        {
            Assert.Contains(step, needed.Steps(macroStep));
            Assert.DoesNotContain(step, bypassed.Steps(macroStep));
            Assert.Equal([reason], reasons[step]);
        }
    }

    [Fact]
    public void Every_rule_is_in_the_table_above() =>
        Assert.Equal(BypassRules.All.Select(rule => rule.Name).Order(), Table.Select(row => row.Rule).Distinct().Order());

    [Fact]
    public void A_whole_disk_is_not_formatted_either_even_if_its_image_were_none_that_brings_a_file_system()
    {
        var it = PlanCase.Full();
        it.Request = it.Request with { BlockDevice = "/dev/sdb" };
        var reason = BypassRules.Reason(
            new("FormatDeployPart"), new(it.Request, it.Cluster, InstanceCatalog.Find(new InstanceName("SetDeploymentEnvUntrusted"))!));
        Assert.Equal("the image fills the whole disk", reason);
    }

    [Fact]
    public void Other_broadcasts_than_the_custom_one_always_unpack_except_for_fsarchiver()
    {
        var it = PlanCase.Full();
        it.Cluster = it.Cluster with { BroadcastDecompresses = false };
        Assert.DoesNotContain("DecompressEnvironment", it.Steps(MacroStep.BroadcastEnv));
        Assert.False(BypassRules.IsUnpackedOnArrival(Fsa, it.Cluster, new("BroadcastEnvTree")));
    }

    [Fact]
    public void A_plain_deployment_does_just_this()
    {
        var it = new PlanCase();
        Assert.Equal(
            ["SwitchPxe", "Reboot", "WaitReboot", "FindDisk", "CreatePartitionTable", "FormatDeployPart", "MountDeployPart", "FormatSwapPart"],
            it.Steps(MacroStep.SetDeploymentEnv));
        Assert.Equal(["SendEnvironment", "CheckKernelFiles", "InstallBootloader", "WriteMarker", "Sync"], it.Steps(MacroStep.BroadcastEnv));
        Assert.Equal(["SwitchPxe", "UmountDeployPart", "RebootFromDeployEnv", "WaitReboot"], it.Steps(MacroStep.BootNewEnv));
        Assert.Equal(["VerifySystem"], it.Steps(MacroStep.Verify));
    }

    private static void Nothing(PlanCase it)
    {
    }

    private static ImageReference Tar() => new(new("file:///i.tar"), ImageKind.Tar, ImageCompression.None);

    private static Action<PlanCase> Image(ImageReference image, string? fileSystem) =>
        it => it.Environment = it.Environment with { Image = image, FileSystem = fileSystem };

    private static Action<PlanCase> Custom(bool unpacks) => it =>
    {
        it.Force = "BroadcastEnv|Custom:0:0";
        it.Cluster = it.Cluster with { BroadcastDecompresses = unpacks };
    };

    private static void Preinstalls(PlanCase it) => it.Force = "SetDeploymentEnv|UntrustedCustomPreInstall:0:0";
}
