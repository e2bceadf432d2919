using Xunit;

namespace Kadeploy.Deployments.Tests;

/// <summary>Reboots and power of real nodes, by their management controllers.</summary>
public sealed class RebootTests(ThreeNodes three) : IClassFixture<ThreeNodes>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limits.Namespaces)]
    public async Task A_deployed_node_is_rebooted_into_each_kind_of_system_and_back()
    {
        var lab = await three.GetAsync();
        var state = NewState(lab);
        var deployed = await lab.DeployAsync("node-1", "--state", state);
        deployed.AssertOk("node-1");

        await lab.SshAsync("node-1", "touch /run/before");
        AssertOk(await RebootAsync("simple"));
        await AssertIsNewAsync();
        await lab.AssertRunsAsync(deployed, "node-1");

        AssertOk(await RebootAsync("deploy_env", "-k", Path.Combine(lab.Files, "ssh-key.pub"), "-l", "hard"));
        await AssertIsNewAsync();
        Assert.Equal("deployment environment\n", await lab.SshAsync("node-1", "test -x /etc/rc.agent && echo deployment environment"));

        AssertOk(await RebootAsync("recorded_env", "-a", lab.Description, "-p", "1", "-l", "very_hard"));
        await AssertIsNewAsync();
        await lab.AssertRunsAsync(deployed, "node-1");

        // The profile that boots the disk, as if somebody had written it himself.
        var profile = Path.Combine(lab.Folder, "profile");
        await File.WriteAllTextAsync(profile, (await lab.ReadProfileAsync("node-1")).Replace("\n", "\n# NODE_SINGULARITY\n", StringComparison.Ordinal), Stop);
        var pattern = Path.Combine(lab.Folder, "pattern");
        await File.WriteAllTextAsync(pattern, "node-1,of my own\n", Stop);
        AssertOk(await RebootAsync("set_pxe", "-w", profile, "--set-pxe-pattern", pattern));
        Assert.Contains("\n# of my own\n", await lab.ReadProfileAsync("node-1"), StringComparison.Ordinal);
        await AssertIsNewAsync();
        await lab.AssertRunsAsync(deployed, "node-1");

        Task<DeploymentResult> RebootAsync(string kind, params string[] options) => lab.RunAsync(state, ["reboot"], ["-m", "node-1", "-r", kind, .. options]);

        async Task AssertIsNewAsync() => Assert.Equal("new\n", await lab.SshAsync("node-1", "test ! -e /run/before && touch /run/before && echo new"));

        static void AssertOk(DeploymentResult result)
        {
            result.AssertOk("node-1");
            Assert.Equal(0, result.ExitCode);
        }
    }

    [Fact(Timeout = Limits.Namespaces)]
    public async Task A_killed_engines_reboot_is_resumed_and_a_destructive_environment_is_left_alone()
    {
        var lab = await three.GetAsync();
        var state = NewState(lab);
        var description = lab.Describe("destructive", ("filesystem:", "destructive: true\nfilesystem:"));
        (await lab.DeployAsync("node-2", "--state", state, "-a", description)).AssertOk("node-2");
        await lab.SshAsync("node-2", "touch /run/before");
        var refused = await lab.RunAsync(state, ["reboot"], "-m", "node-2", "--check-destructive");
        Assert.Equal(6, refused.ExitCode);
        Assert.Contains("node-2", refused.Error, StringComparison.Ordinal);
        await lab.SshAsync("node-2", "test -e /run/before");

        using (var run = lab.Start("reboot", "-m", "node-2", "--state", state, "--config", lab.Configuration, "--json"))
        {
            await run.UntilStartedAsync("WaitReboot", "reboot", null, Stop);
            run.KillEngine();
            await run.EndAsync(Stop);
        }

        var resumed = await lab.RunAsync(state, ["resume"]);
        resumed.AssertOk("node-2");
        await lab.SshAsync("node-2", "test ! -e /run/before");
    }

    [Fact(Timeout = Limits.Namespaces)]
    public async Task Power_is_asked_for_and_switched_with_whatever_level_it_takes()
    {
        var lab = await three.GetAsync();
        var state = NewState(lab);
        var configuration = lab.ConfigureAll("patient", ("cipher_suite: 3,", "cipher_suite: 3, off_limit: 5,"));
        await AssertAsync("cycle", "on", "-l", "hard");
        await AssertAsync("on", "on");
        await AssertAsync("status", "on");
        await using (await lab.FaultAsync("node-2", "no-boot"))
        {
            // From now on, node-2 does not hear what its system is asked: it has none.
            await AssertAsync("cycle", "on", "-l", "hard");
            await AssertAsync("off", "off", "-l", "soft");
            await AssertAsync("status", "off");
        }

        async Task AssertAsync(string action, string expected, params string[] options)
        {
            var result = await lab.RunAsync(state, ["power", action], ["-m", "node-[1-3]", "--config", configuration, .. options]);
            result.AssertOk("node-1", "node-2", "node-3");
            Assert.All(result.Nodes.Values, end => Assert.Equal(expected, end.Power));
        }
    }

    [Fact(Timeout = Limits.Namespaces)]
    public async Task Silent_and_strange_controllers_cost_their_nodes_only()
    {
        var lab = await three.GetAsync();
        var file = Path.Combine(lab.Folder, "wrong-power-password");
        await File.WriteAllTextAsync(file, "not-this-one\n", Stop);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var configuration = lab.Configure("strange", ("password_file: bmc-password", $"password_file: {file}"), ("cipher_suite: 3,", "cipher_suite: 3, call_limit: 5, attempts: 1,"));
        await using var fault = await lab.FaultAsync("node-3", "bmc-hang");
        using var asked = lab.Start("power", "status", "-m", "node-[1-2]", "--state", NewState(lab), "--config", configuration);
        Assert.Equal(3, await asked.EndAsync(Stop));
        Assert.Matches("(?m)^node-1: (on|off)$", asked.Output);
        Assert.Matches($"(?m)^node-2: unknown \\({FaultCodes.PowerRefused}: .*10.78.1.2:623 does not let user 'admin'", asked.Output);
        var hanging = lab.ConfigureAll("hanging", ("cipher_suite: 3,", "cipher_suite: 3, call_limit: 1, attempts: 1,"));
        using var silent = lab.Start("power", "status", "-m", "node-[1,3]", "--state", NewState(lab), "--config", hanging);
        Assert.Equal(3, await silent.EndAsync(Stop));
        Assert.Matches("(?m)^node-1: (on|off)$", silent.Output);
        Assert.Matches($"(?m)^node-3: unknown \\({FaultCodes.PowerTimeout}: .*10.78.1.3:623", silent.Output);
    }

    private static string NewState(DeploymentLab lab) => Path.Combine(lab.States, Guid.NewGuid().ToString("N"));
}
