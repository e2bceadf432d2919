using Xunit;

namespace Kadeploy.Lab.Tests;

public class LabOptionsTests
{
    [Fact]
    public void All_problems_are_listed_together()
    {
        var refused = Assert.Throws<ConfigurationException>(static () => new LabOptions
        {
            Nodes = 0, MemoryMiB = 1, DiskGiB = 0, Loader = NetworkLoader.Pxelinux, Firmware = Firmware.Uefi, Initrds = ["/no/such/file"], Append = "a\nb",
        }.Validate());
        Assert.Equal(7, refused.Problems.Length);
    }

    [Fact]
    public void The_defaults_are_valid() => new LabOptions().Validate();

    [Fact]
    public void Only_missing_packages_are_named_each_once()
    {
        Assert.Empty(LabRequirements.MissingPackages(NodeKind.Vm, static _ => true));
        var missing = LabRequirements.MissingPackages(NodeKind.Namespace, static file => !file.EndsWith("/ssh", StringComparison.Ordinal)
            && !file.EndsWith("/ssh-keygen", StringComparison.Ordinal) && !file.EndsWith("/ipmi_sim", StringComparison.Ordinal));
        Assert.Equal(["openipmi", "openssh-client"], missing);
    }

    [Fact]
    public void Namespace_labs_need_no_QEMU()
    {
        Assert.Contains("qemu-system-x86", LabRequirements.MissingPackages(NodeKind.Vm, static _ => false));
        Assert.DoesNotContain("qemu-system-x86", LabRequirements.MissingPackages(NodeKind.Namespace, static _ => false));
    }

    [Fact]
    public void Installation_asks_nothing_and_brings_nothing_else() => Assert.Equal(
        ["DEBIAN_FRONTEND=noninteractive", "apt-get", "-o", "DPkg::Lock::Timeout=120", "install", "-y", "--no-install-recommends", "a", "b"],
        LabRequirements.InstallArguments(["a", "b"]));

    [Theory]
    [InlineData(300, 400, Accelerator.Kvm)]
    [InlineData(1000, 400, Accelerator.Kvm)]
    [InlineData(5000, 300, Accelerator.Tcg)]
    [InlineData(null, 300, Accelerator.Tcg)]
    [InlineData(300, null, Accelerator.Kvm)]
    [InlineData(null, null, Accelerator.Tcg)]
    public void KVM_is_taken_only_when_the_firmware_is_about_as_fast_with_it(int? kvm, int? tcg, Accelerator expected) => Assert.Equal(
        expected, AcceleratorChoice.Faster(Time(kvm), Time(tcg)));

    [Theory]
    [InlineData(NodeKind.Vm, Accelerator.Kvm, 2, 2, 1)]
    [InlineData(NodeKind.Vm, Accelerator.Tcg, 2, 2, 2)]
    [InlineData(NodeKind.Vm, Accelerator.Tcg, 8, 2, 8)]
    [InlineData(NodeKind.Namespace, Accelerator.Auto, 50, 2, 1)]
    [InlineData(NodeKind.Namespace, Accelerator.Auto, 200, 2, 2)]
    public void Timeouts_grow_with_emulation_and_with_nodes_per_core(NodeKind kind, Accelerator accelerator, int nodes, int cores, double expected) =>
        Assert.Equal(expected, TimeoutScale.Factor(kind, accelerator, nodes, cores));

    [Fact]
    public void A_command_finds_the_lab_in_its_environment_but_no_secret()
    {
        var folder = new LabFolder("/var/labs/a");
        var variables = LabInventory.Of(folder, new()).Variables(folder);
        Assert.Equal("node-1 node-2", variables["KADEPLOY_LAB_NODES"]);
        Assert.Equal("10.78.1.1 10.78.1.2", variables["KADEPLOY_LAB_BMC_ADDRESSES"]);
        Assert.Equal("52:54:00:77:00:01 52:54:00:77:00:02", variables["KADEPLOY_LAB_MACS"]);
        Assert.Equal("/var/labs/a/bmc-password", variables["KADEPLOY_LAB_BMC_PASSWORD_FILE"]);
        Assert.DoesNotContain(variables.Keys, static name => name.EndsWith("PASSWORD", StringComparison.Ordinal));
    }

    private static TimeSpan? Time(int? milliseconds) => milliseconds is { } value ? TimeSpan.FromMilliseconds(value) : null;
}
