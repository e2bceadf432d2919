using Xunit;

namespace Kadeploy.Engine.Tests.MicroSteps;

public class NetworkStepTests
{
    private readonly StepRun _run = new();

    [Theory]
    [InlineData("ProdToDeployEnv", "DeploymentEnvironment { }")]
    [InlineData("ProdToNfsrootEnv", "NfsRoot { }")]
    [InlineData("DeployToDeployedEnv", "LocalDisk { BlockDevice = /dev/sda, Partition = 3, GivenName =  }")]
    public async Task Each_variant_prepares_its_boot_entry(string variant, string expected)
    {
        await _run.RunAsync("SwitchPxe", variant);
        var (node, entry, attempt) = Assert.Single(_run.Drivers.NetBoot.Entries);
        Assert.Equal(expected, entry.ToString());
        Assert.Equal("a-1", node.Value);
        Assert.Equal(_run.Context("SwitchPxe").Attempt, attempt);
    }

    [Fact]
    public async Task A_whole_disk_is_booted_by_its_own_boot_loader()
    {
        _run.Request = _run.Request with { BlockDevice = "/dev/nvme0n1" };
        await _run.RunAsync("SwitchPxe", "DeployToDeployedEnv");
        Assert.Equal(new BootEntry.LocalDisk("/dev/nvme0n1", null), Assert.Single(_run.Drivers.NetBoot.Entries).Entry);
    }

    [Fact]
    public async Task A_disk_that_was_found_keeps_the_name_by_which_it_was_given()
    {
        _run.Request = _run.Request with { BlockDevice = "/dev/disk/by-id/wwn-0x5000", Partition = 2 };
        _run.Facts = _run.Facts with { Disk = "/dev/sdc" };
        await _run.RunAsync("SwitchPxe", "DeployToDeployedEnv");
        Assert.Equal(
            new BootEntry.LocalDisk("/dev/sdc", 2) { GivenName = "/dev/disk/by-id/wwn-0x5000" }, Assert.Single(_run.Drivers.NetBoot.Entries).Entry);
    }

    [Theory]
    [InlineData("Default", "DEFAULT")]
    [InlineData("Requested", "lab-7")]
    public async Task All_nodes_move_together(string variant, string expected)
    {
        _run.Request = _run.Request with { Vlan = "lab-7" };
        var results = await _run.RunSetAsync("SetVlan", variant);
        var (nodes, vlan) = Assert.Single(_run.Drivers.Vlan.Moves);
        Assert.Equal(expected, vlan);
        Assert.Equal(_run.Request.Nodes, nodes.Select(node => node.Name));
        Assert.Equal(_run.Request.Nodes, results.Select(result => result.Node));
        Assert.All(results, result => Assert.Null(result.Failure));
    }

    [Theory]
    [InlineData("SwitchPxe")]
    [InlineData("WaitReboot")]
    [InlineData("Kexec")]
    [InlineData("CheckNodes")]
    public async Task An_unknown_variant_is_a_defect_and_not_a_nodes_failure(string step) =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => _run.RunAsync(step, "Nonsense"));
}
