using Xunit;

namespace Kadeploy.Deployments.Tests;

/// <summary>Whole deployments of machines with firmware, BMC, network boot, a kernel and a disk.</summary>
public sealed class MachineTests(TwoMachines machines) : IClassFixture<TwoMachines>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

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

    [Fact(Timeout = Limits.Machines)]
    public async Task A_machines_console_is_used_and_watched_over_its_management_controller()
    {
        var lab = await machines.GetAsync();
        var console = (await File.ReadAllLinesAsync(Path.Combine(lab.Files, "lab.yml"), Stop)).Single(static line => line.StartsWith("console:", StringComparison.Ordinal));
        string[] where = ["--state", Path.Combine(lab.States, "console"), "--config", lab.ConfigureAll("sol", (console, "console: sol"))];
        (await lab.RunAsync(where[1], ["reboot"], "-m", "node-1", "-r", "deploy_env", "-l", "hard", "--config", where[3])).AssertOk("node-1");

        using var user = lab.StartInTerminal(["console", "node-1", .. where]);
        await user.SeesAsync("leaves it");
        await user.TypeAsync("\r");
        await user.TypeAsync("echo $((6 * 7)) is the answer\r");
        await user.SeesAsync("42 is the answer");

        using var watching = lab.Start(["console", "node-1", "--watch", .. where]);
        // Whole lines: what is typed while an answer comes can be echoed into its middle.
        while (!watching.Output.Contains("\n43 more\n", StringComparison.Ordinal))
        {
            await user.TypeAsync("echo $((42 + 1)) more\r");
            await watching.ReadLineAsync(Stop);
        }

        using (var second = lab.StartInTerminal(["console", "node-1", .. where]))
        {
            Assert.Equal(4, await second.EndAsync());
            Assert.Contains($"({FaultCodes.ConsoleTaken})", second.Seen, StringComparison.Ordinal);
        }

        await user.TypeAsync("\u001b\u001b\u001b\u001b");
        Assert.Equal(0, await user.EndAsync());
        Assert.Contains("you have left the console of node-1", user.Seen, StringComparison.Ordinal);

        // The one who looks on has the line now, and somebody else the keyboard.
        using var next = lab.StartInTerminal(["console", "node-1", "--escape", "~.", .. where]);
        await next.SeesAsync("leaves it");
        while (!watching.Output.Contains("\n44 at last\n", StringComparison.Ordinal))
        {
            await next.TypeAsync("echo $((43 + 1)) at last\r");
            await watching.ReadLineAsync(Stop);
        }

        await next.TypeAsync("\r~.");
        Assert.Equal(0, await next.EndAsync());
        using var log = lab.Start(["console", "node-1", "--log", .. where]);
        Assert.Equal(0, await log.EndAsync(Stop));
        foreach (var line in new[] { "42 is the answer", "43 more", "44 at last" }) Assert.Contains($"\n{line}\n", log.Output, StringComparison.Ordinal);
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
