using Kadeploy.Lab.Configuration;
using Xunit;

namespace Kadeploy.Lab.Tests.Configuration;

/// <summary>The configuration with which a lab's nodes are deployed.</summary>
public sealed class SiteFilesTests
{
    [Fact]
    public void It_names_each_node_with_its_addresses_and_the_boot_files_of_the_lab()
    {
        var text = Cluster(new() { Nodes = 2 }, 1);
        Assert.Contains("  - { name: node-2, address: 10.77.1.2, macs: ['52:54:00:77:00:02'], bmc: { address: 10.78.1.2 } }\n", text, StringComparison.Ordinal);
        Assert.Contains("  kernel: lab/kernel\n  initrds: [lab/initrd0, lab/key]\n", text, StringComparison.Ordinal);
        Assert.Contains("password_file: bmc-password", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\r', text);
    }

    [Fact]
    public void The_agent_for_installed_systems_is_named_where_one_is_known()
    {
        Assert.Contains("\n  agent_file: '/a b/o''ne'\n  files: { networks: [127.0.0.0/8, 10.77.0.0/16] }\nclusters: [lab.yml]\n", SiteFiles.Server(new() { AgentFile = "/a b/o'ne" }, 2), StringComparison.Ordinal);
        Assert.DoesNotContain("agent_file", SiteFiles.Server(new(), 2), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(NodeKind.Vm, 4, 8)]
    [InlineData(NodeKind.Namespace, 2, 24)]
    public void As_many_boot_at_once_as_the_cores_can_do(NodeKind kind, int cores, int boots) => Assert.Contains(
        $"\n  limits: {{ boots: {boots}, bmc_calls: {boots} }} #", SiteFiles.Server(new() { Kind = kind }, cores), StringComparison.Ordinal);

    [Fact]
    public void Timeouts_grow_with_the_labs_factor() =>
        Assert.Contains("timeouts: { reboot: 225, kexec: 150 }", Cluster(new(), 2.5), StringComparison.Ordinal);

    [Fact]
    public void Emulated_machines_are_spared_the_precautions_that_slow_them_down()
    {
        Assert.Contains("mitigations=off x=''1", Cluster(new() { Accelerator = Accelerator.Tcg, Append = "x='1" }, 1), StringComparison.Ordinal);
        Assert.DoesNotContain("mitigations", Cluster(new() { Accelerator = Accelerator.Kvm }, 1), StringComparison.Ordinal);
        Assert.DoesNotContain("mitigations", Cluster(new() { Kind = NodeKind.Namespace }, 1), StringComparison.Ordinal);
    }

    [Fact]
    public void UEFI_machines_have_an_EFI_system_partition_before_the_one_that_is_deployed()
    {
        var text = Cluster(new() { Firmware = Firmware.Uefi }, 1);
        Assert.Contains("kind: efi_system", text, StringComparison.Ordinal);
        Assert.Contains("deploy: 2", text, StringComparison.Ordinal);
        Assert.Contains("method: pxelinux", Cluster(new() { Loader = NetworkLoader.Pxelinux }, 1), StringComparison.Ordinal);
    }

    private static string Cluster(LabOptions options, double factor) =>
        SiteFiles.ClusterFile(new("/var/lib/kadeploy/labs/lab"), options, "lab/kernel", ["lab/initrd0", "lab/key"], factor);
}
