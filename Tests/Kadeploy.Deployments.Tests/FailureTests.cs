using Xunit;

namespace Kadeploy.Deployments.Tests;

/// <summary>What goes wrong on real nodes: each fault on the right node, the others deployed, and a message that says what to do.</summary>
public sealed class FailureTests(ThreeNodes three) : IClassFixture<ThreeNodes>
{
    // Long enough for a namespace node on a busy machine, short enough to wait for.
    private const string ShortBoot = "10";
    private const string NoSecondTry = "SetDeploymentEnv|Untrusted:0:120";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limits.Namespaces)]
    public async Task A_management_controller_with_another_password_is_told()
    {
        var lab = await three.GetAsync();
        var file = Path.Combine(lab.Folder, "wrong-password");
        await File.WriteAllTextAsync(file, "not-this-one\n", Stop);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var configuration = lab.Configure("wrong-password", ("password_file: bmc-password", $"password_file: {file}"));
        var result = await lab.DeployAsync("node-[1-3]", "--config", configuration);
        result.AssertOk("node-1", "node-3");
        var end = result.AssertFault("node-2", FaultCodes.PowerRefused);
        Assert.Contains("10.78.1.2:623 does not let user 'admin'", end.Message, StringComparison.Ordinal);
        Assert.Contains("password", end.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limits.Namespaces)]
    public async Task A_management_controller_that_hangs_is_told()
    {
        var lab = await three.GetAsync();
        await using var fault = await lab.FaultAsync("node-2", "bmc-hang");
        var configuration = lab.Configure("bmc-hang", ("cipher_suite: 3,", "cipher_suite: 3, call_limit: 1, attempts: 1,"));
        var result = await lab.DeployAsync("node-[1-3]", "--config", configuration, "--force-steps", NoSecondTry);
        result.AssertOk("node-1", "node-3");
        var end = result.AssertFault("node-2", FaultCodes.PowerTimeout);
        Assert.Contains("10.78.1.2:623", end.Message, StringComparison.Ordinal);
        Assert.Equal(1, end.Message!.Split("chassis power status").Length - 1); // once, not for every level
    }

    [Fact(Timeout = Limits.Namespaces)]
    public async Task A_node_that_never_boots_is_told()
    {
        var lab = await three.GetAsync();
        await using var fault = await lab.FaultAsync("node-2", "no-boot");
        var result = await lab.DeployAsync("node-[1-3]", "--force-steps", NoSecondTry, "--reboot-classical-timeout", ShortBoot);
        result.AssertOk("node-1", "node-3");
        var end = result.AssertFault("node-2", FaultCodes.NoBoot);
        Assert.Contains("deployment environment", end.Message, StringComparison.Ordinal);
        Assert.Contains(ShortBoot, end.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limits.Namespaces)]
    public async Task A_boot_file_that_is_missing_is_seen_on_the_console()
    {
        var lab = await three.GetAsync();
        var file = Path.Combine(lab.Files, "boot", "lab", "vanishing-kernel");
        File.Copy(Path.Combine(lab.Files, "boot", "lab", "kernel"), file);
        var configuration = lab.Configure("no-file", ("kernel: lab/kernel", "kernel: lab/vanishing-kernel"));
        using var run = lab.StartDeployment(
            "node-[1-3]", "--config", configuration, "--force-steps", NoSecondTry, "--reboot-classical-timeout", ShortBoot);
        await run.UntilStartedAsync("SwitchPxe", "setDeploymentEnv", "node-2", Stop);
        File.Delete(file); // the profile names it, DHCP and TFTP answer, but it is not there
        var result = await run.ResultAsync(Stop);
        await lab.PowerAsync("node-2", "off"); // its firmware would not hear the next test's soft reboot
        result.AssertOk("node-1", "node-3");
        var end = result.AssertFault("node-2", FaultCodes.NoBoot);
        Assert.Contains("vanishing-kernel", end.Evidence, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limits.Namespaces)]
    public async Task A_disk_that_is_too_small_is_named_with_what_it_needs()
    {
        var lab = await three.GetAsync();
        var configuration = lab.Configure("too-small", ("size: rest", "size: 5 TiB"));
        var result = await lab.DeployAsync("node-[1-3]", "--config", configuration, "--force-steps", NoSecondTry);
        result.AssertOk("node-1", "node-3");
        var end = result.AssertFault("node-2", FaultCodes.Disk);
        Assert.Contains("/dev/vda", end.Message, StringComparison.Ordinal);
        Assert.Contains("too small", end.Message, StringComparison.Ordinal);
        Assert.Equal("FindDisk", end.MicroStep);
    }

    [Fact(Timeout = Limits.Namespaces)]
    public async Task A_script_of_an_image_that_fails_is_shown_with_its_last_words()
    {
        var lab = await three.GetAsync();
        var description = lab.WithPostinstall("fails", "echo the licence server is away >&2; test \"$(hostname)\" != node-2");
        var result = await lab.DeployAsync("node-[1-3]", "-a", description, "--force-steps", "BroadcastEnv|Unicast:0:120");
        result.AssertOk("node-1", "node-3");
        var end = result.AssertFault("node-2", FaultCodes.Postinstall);
        Assert.Contains("run.sh", end.Message, StringComparison.Ordinal);
        Assert.Contains("the licence server is away", end.Evidence, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limits.Namespaces)]
    public async Task A_killed_agent_costs_its_node_the_attempt_and_is_told()
    {
        var lab = await three.GetAsync();
        using var run = lab.StartDeployment("node-[1-3]", "--custom-steps", lab.HoldSecondNode(), "--force-steps", "BroadcastEnv|Unicast:0:120");
        await run.UntilStartedAsync("SendEnvironment", null, "node-2", Stop);
        await lab.UntilHeldAsync();
        await lab.KillAgentAsync("node-2");
        var result = await run.ResultAsync(Stop);
        result.AssertOk("node-1", "node-3");
        var end = result.AssertFault("node-2", FaultCodes.Broadcast);
        Assert.Contains("agent was killed", end.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limits.Namespaces)]
    public async Task A_node_with_a_killed_agent_is_deployed_by_the_next_attempt()
    {
        var lab = await three.GetAsync();
        using var run = lab.StartDeployment("node-[1-3]", "--custom-steps", lab.HoldSecondNode("BroadcastEnvChain"));
        await run.UntilStartedAsync("SendEnvironment", null, "node-2", Stop);
        await lab.UntilHeldAsync();
        await lab.KillAgentAsync("node-2");
        var result = await run.ResultAsync(Stop);
        result.AssertOk("node-1", "node-2", "node-3");
        await lab.AssertRunsAsync(result, "node-1", "node-2", "node-3");
    }

    [Fact(Timeout = Limits.Namespaces)]
    public async Task A_deployed_system_that_never_boots_is_told_also_when_a_fallback_finds_nobody()
    {
        var lab = await three.GetAsync();
        using var run = lab.StartDeployment(
            "node-[1-3]", "--force-steps", "BootNewEnv|Classical:0:120,Kexec:0:120", "--reboot-classical-timeout", ShortBoot);
        await run.UntilStartedAsync("FindDisk", null, "node-2", Stop);
        await using var fault = await lab.FaultAsync("node-2", "no-boot");
        var result = await run.ResultAsync(Stop);
        result.AssertOk("node-1", "node-3");
        var end = result.AssertFault("node-2", FaultCodes.NoBoot);
        Assert.Contains("the deployed system gave no sign of life", end.Message, StringComparison.Ordinal);
        Assert.Contains("afterwards BootNewEnvKexec found it gone", end.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limits.Namespaces)]
    public async Task A_node_that_loses_its_power_in_the_broadcast_costs_itself_only()
    {
        var lab = await three.GetAsync();
        using var run = lab.StartDeployment("node-[1-3]", "--custom-steps", lab.HoldSecondNode(), "--force-steps", "BroadcastEnv|Unicast:0:20");
        await run.UntilStartedAsync("SendEnvironment", null, "node-2", Stop);
        await lab.UntilHeldAsync();
        await lab.PowerAsync("node-2", "off");
        var result = await run.ResultAsync(Stop);
        result.AssertOk("node-1", "node-3");
        var end = result.AssertFault("node-2", FaultCodes.InstanceTimeout);
        Assert.Contains("the connection with its agent was lost", end.Evidence, StringComparison.Ordinal);
    }
}
