using Xunit;

namespace Kadeploy.Deployments.Tests;

/// <summary>Whole deployments of machines with firmware, BMC, network boot, a kernel and a disk.</summary>
public sealed class MachineTests(TwoMachines machines) : IClassFixture<TwoMachines>
{
    [Fact(Timeout = Limits.Machines)]
    public async Task Two_machines_are_deployed_by_kexec()
    {
        var lab = await machines.GetAsync();
        var result = await lab.DeployAsync("node-[1-2]");
        result.AssertOk("node-1", "node-2");
        Assert.Equal(0, result.ExitCode);
        Assert.All(result.Nodes.Values, static end => Assert.Matches("^[0-9a-f]{64}$", end.Digest));
        await lab.AssertRunsAsync(result, "node-1", "node-2");
    }

    [Fact(Timeout = Limits.Machines)]
    public async Task Two_machines_boot_what_was_deployed_from_their_disks()
    {
        var lab = await machines.GetAsync();
        var result = await lab.DeployAsync("node-[1-2]", "--disable-kexec");
        result.AssertOk("node-1", "node-2");
        await lab.AssertRunsAsync(result, "node-1", "node-2");
    }

    [Fact(Timeout = Limits.Machines)]
    public async Task Two_machines_boot_the_deployed_kernel_over_the_network()
    {
        var lab = await machines.GetAsync();
        var configuration = lab.ConfigureAll("network", ("\nboot:\n", "\nboot:\n  disk_over_network: true\n"));
        var result = await lab.DeployAsync("node-[1-2]", "--config", configuration, "--disable-kexec");
        result.AssertOk("node-1", "node-2");
        await lab.AssertRunsAsync(result, "node-1", "node-2");
        Assert.DoesNotContain(result.Lines, static line => line.TryGetProperty("microStep", out var step) && step.GetString() == "InstallBootloader");
        var image = result.Nodes["node-1"].Digest!;
        Assert.Contains($"/kadeploy/{image[..16]}/vmlinuz root=", await lab.ReadProfileAsync("node-1"), StringComparison.Ordinal);
    }
}

/// <summary>The same with UEFI.</summary>
public sealed class UefiTests(UefiMachine machine) : IClassFixture<UefiMachine>
{
    [Fact(Timeout = Limits.Machines)]
    public async Task A_machine_boots_what_was_deployed_from_its_disk()
    {
        var lab = await machine.GetAsync();
        var result = await lab.DeployAsync("node-1", "--disable-kexec");
        result.AssertOk("node-1");
        await lab.AssertRunsAsync(result, "node-1");
    }
}
