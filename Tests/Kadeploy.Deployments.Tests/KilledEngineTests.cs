using Xunit;

namespace Kadeploy.Deployments.Tests;

/// <summary>The process that deploys is killed, and another takes up what it left.</summary>
public sealed class KilledEngineTests(ThreeNodes three) : IClassFixture<ThreeNodes>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory(Timeout = Limits.Namespaces)]
    [InlineData("Reboot", "setDeploymentEnv")]
    [InlineData("CreatePartitionTable", "setDeploymentEnv")]
    [InlineData("InstallBootloader", "broadcastEnv")]
    [InlineData("WaitReboot", "bootNewEnv")]
    [InlineData("VerifySystem", "verify")]
    public async Task A_killed_engine_is_resumed_in_any_macro_step(string microStep, string macroStep)
    {
        var lab = await three.GetAsync();
        var state = Path.Combine(lab.States, $"killed-in-{microStep}");
        using (var run = lab.StartDeployment("node-[1-3]", "--state", state))
        {
            await run.UntilStartedAsync(microStep, macroStep, null, Stop);
            run.KillEngine();
            await run.EndAsync(Stop);
        }

        await AssertResumedAsync(lab, state);
    }

    [Fact(Timeout = Limits.Namespaces)]
    public async Task A_node_that_still_unpacks_for_a_killed_engine_begins_anew_for_the_next()
    {
        var lab = await three.GetAsync();
        var state = Path.Combine(lab.States, "killed-in-SendEnvironment");
        using (var run = lab.StartDeployment("node-[1-3]", "--state", state, "--custom-steps", lab.HoldSecondNode()))
        {
            await run.UntilStartedAsync("SendEnvironment", null, "node-2", Stop);
            await lab.UntilHeldAsync();
            run.KillEngine();
            await run.EndAsync(Stop);
        }

        await AssertResumedAsync(lab, state);
    }

    private static async Task AssertResumedAsync(DeploymentLab lab, string state)
    {
        using var resumed = lab.Start("resume", "--state", state, "--config", lab.Configuration, "--json");
        var result = await resumed.ResultAsync(Stop);
        result.AssertOk("node-1", "node-2", "node-3");
        Assert.Equal(0, result.ExitCode);
        await lab.AssertRunsAsync(result, "node-1", "node-2", "node-3");
    }
}
