using Xunit;

namespace Kadeploy.Deployments.Tests;

/// <summary>Users who may not do everything, on real nodes.</summary>
public sealed class RightsTests(ThreeNodes three) : IClassFixture<ThreeNodes>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limits.Namespaces)]
    public async Task A_right_that_is_revoked_in_mid_deployment_is_missed_at_the_next_macro_step_on_that_node_only()
    {
        var lab = await three.GetAsync();
        var state = Path.Combine(lab.States, "rights");
        // Whoever runs the tests is an administrator by one configuration, and like everybody else by the other.
        var everybody = lab.ConfigureServer(
            "everybody", ("administrators: [root]", "administrators: [boss]"),
            ("files: { networks:", $"files: {{ allow: ['{Path.GetDirectoryName(lab.Description)}', '{lab.Folder}'], networks:"));
        Assert.Equal(5, (await lab.DeployAsync("node-[1-2]", "--state", state, "--config", everybody)).ExitCode);
        Assert.Equal(5, (await lab.RunAsync(state, ["power", "status"], "-m", "node-1", "--config", everybody)).ExitCode);
        Assert.Equal(0, (await lab.RunAsync(state, ["rights", "grant"], "-u", Environment.UserName, "-m", "node-[1-2]", "-p", "/dev/vda1")).ExitCode);
        Assert.Equal(0, (await lab.RunAsync(state, ["power", "status"], "-m", "node-1", "--config", everybody)).ExitCode);
        Assert.Equal(5, (await lab.DeployAsync("node-[1-3]", "--state", state, "--config", everybody)).ExitCode);

        using var run = lab.StartDeployment("node-[1-2]", "--state", state, "--config", everybody, "--custom-steps", lab.HoldSecondNode("BroadcastEnvChain"));
        await run.UntilStartedAsync("SendEnvironment", null, "node-2", Stop);
        await lab.UntilHeldAsync();
        Assert.Equal(0, (await lab.RunAsync(state, ["rights", "revoke"], "-u", Environment.UserName, "-m", "node-2")).ExitCode);
        await lab.SshAsync("node-2", "echo go >/run/word");

        var result = await run.ResultAsync(Stop);
        result.AssertOk("node-1");
        await lab.AssertRunsAsync(result, "node-1");
        Assert.DoesNotContain(run.Lines, static line => line.TryGetProperty("node", out var node) && node.GetString() == "node-2"
            && line.TryGetProperty("macroStep", out var macro) && macro.GetString() == "bootNewEnv");
        Assert.Equal(("cancelled", FaultCodes.RightEnded.ToString()), (result.Nodes["node-2"].State, result.Nodes["node-2"].Code));
        var trail = (await lab.RunAsync(state, ["audit", "list"])).Output;
        foreach (var action in new[] { "refused", "granted", "revoked", "operationStarted", "operationEnded" }) Assert.Contains(action, trail, StringComparison.OrdinalIgnoreCase);
    }
}
