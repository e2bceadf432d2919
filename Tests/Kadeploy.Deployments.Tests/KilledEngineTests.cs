using Xunit;

namespace Kadeploy.Deployments.Tests;

/// <summary>The process that deploys is killed, and another takes up what it left.</summary>
public sealed class KilledEngineTests(ThreeNodes three) : IClassFixture<ThreeNodes>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limits.Namespaces)]
    public async Task An_engine_that_is_killed_in_each_macro_step_is_resumed_to_a_good_end()
    {
        var lab = await three.GetAsync();
        var state = Path.Combine(lab.States, "killed-in-each");
        await KillAsync(lab.StartDeployment("node-[1-3]", "--state", state), "Reboot", "setDeploymentEnv");
        await KillAsync(Resume(lab, state), "CreatePartitionTable", "setDeploymentEnv");
        await KillAsync(Resume(lab, state), "InstallBootloader", "broadcastEnv");
        await KillAsync(Resume(lab, state), "WaitReboot", "bootNewEnv");
        await KillAsync(Resume(lab, state), "VerifySystem", "verify");
        await AssertResumedAsync(lab, state);
    }

    [Fact(Timeout = Limits.Namespaces)]
    public async Task A_node_that_still_unpacks_for_a_killed_engine_begins_anew_for_the_next()
    {
        var lab = await three.GetAsync();
        var state = Path.Combine(lab.States, "killed-in-SendEnvironment");
        using (var run = lab.StartDeployment("node-[1-3]", "--state", state, "--custom-steps", lab.HoldSecondNode("BroadcastEnvChain")))
        {
            await run.UntilStartedAsync("SendEnvironment", null, "node-2", Stop);
            await lab.UntilHeldAsync();
            run.KillEngine();
            await run.EndAsync(Stop);
        }

        await AssertResumedAsync(lab, state);
    }

    [Fact(Timeout = Limits.Namespaces)]
    public async Task A_custom_operation_that_goes_on_for_a_killed_engine_is_not_run_again_by_the_next()
    {
        var lab = await three.GetAsync();
        var state = Path.Combine(lab.States, "killed-in-custom-operation");
        using (var run = lab.StartDeployment("node-[1-3]", "--state", state, "--custom-steps", lab.CountRuns()))
        {
            await run.UntilStartedAsync("custom_pre_count", null, "node-2", Stop);
            await lab.UntilCountedAsync("node-2");
            run.KillEngine();
            await run.EndAsync(Stop);
        }

        using var resumed = Resume(lab, state);
        await resumed.UntilStartedAsync("custom_pre_count", null, "node-2", Stop);
        await lab.ReleaseAsync("node-2");
        var result = await resumed.ResultAsync(Stop);
        result.AssertOk("node-1", "node-2", "node-3");
        Assert.Equal("run\n", await lab.SshAsync("node-2", "cat /runs"));
    }

    private static CommandRun Resume(DeploymentLab lab, string state) => lab.Start("resume", "--state", state, "--config", lab.Configuration, "--json");

    private static async Task KillAsync(CommandRun run, string microStep, string macroStep)
    {
        using (run)
        {
            await run.UntilStartedAsync(microStep, macroStep, null, Stop);
            run.KillEngine();
            await run.EndAsync(Stop);
        }
    }

    private static async Task AssertResumedAsync(DeploymentLab lab, string state)
    {
        using var resumed = Resume(lab, state);
        var result = await resumed.ResultAsync(Stop);
        result.AssertOk("node-1", "node-2", "node-3");
        Assert.Equal(0, result.ExitCode);
        await lab.AssertRunsAsync(result, "node-1", "node-2", "node-3");
    }
}
