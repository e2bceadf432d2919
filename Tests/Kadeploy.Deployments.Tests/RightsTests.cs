using Kadeploy.Engine;
using Xunit;

namespace Kadeploy.Deployments.Tests;

/// <summary>Users who may not do everything, on real nodes.</summary>
public sealed class RightsTests(ThreeNodes three) : IClassFixture<ThreeNodes>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Revokes as an administrator of that configuration; commands act for the user of their process, whom it does not name.</summary>
    private static async Task RevokeAsync(string state, string node)
    {
        await using var opened = await EngineHost.OpenCatalogsAsync(new() { StateDirectory = state, Administrators = ["boss"] }, Stop);
        var change = await opened.Catalogs.Rights.RevokeAsync(new() { Principal = Principal.Parse(Environment.UserName), Scopes = [RightScope.Of(NodeName.Parse(node))] }, "boss", Stop);
        Assert.Equal([node], change.Stopped.Select(static each => each.Node.Value));
    }

    [Fact(Timeout = Limits.Namespaces)]
    public async Task A_right_that_is_revoked_in_mid_broadcast_ends_that_nodes_part_of_it_and_nobody_elses()
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
        await RevokeAsync(state, "node-2");

        // The node is held in the middle of the image for ever: only being cut off ends that.
        var result = await run.ResultAsync(Stop);
        result.AssertOk("node-1");
        await lab.AssertRunsAsync(result, "node-1");
        Assert.DoesNotContain(run.Lines, static line => line.TryGetProperty("node", out var node) && node.GetString() == "node-2"
            && line.TryGetProperty("macroStep", out var macro) && macro.GetString() == "bootNewEnv");
        Assert.Equal(("cancelled", FaultCodes.RightEnded.ToString()), (result.Nodes["node-2"].State, result.Nodes["node-2"].Code));
        var trail = (await lab.RunAsync(state, ["audit", "list"])).Output;
        foreach (var action in new[] { "refused", "granted", "revoked", "operationStarted", "operationEnded" }) Assert.Contains(action, trail, StringComparison.OrdinalIgnoreCase);
    }

    [Fact(Timeout = Limits.Namespaces)]
    public async Task A_right_that_is_revoked_while_a_program_runs_on_a_node_ends_it_there_and_then()
    {
        var lab = await three.GetAsync();
        var state = Path.Combine(lab.States, "rights-in-a-step");
        var everybody = lab.ConfigureServer(
            "everybody-else", ("administrators: [root]", "administrators: [boss]"),
            ("files: { networks:", $"files: {{ allow: ['{Path.GetDirectoryName(lab.Description)}', '{lab.Folder}'], networks:"));
        Assert.Equal(0, (await lab.RunAsync(state, ["rights", "grant"], "-u", Environment.UserName, "-m", "node-[1-2]", "-p", "/dev/vda1")).ExitCode);
        using var run = lab.StartDeployment("node-[1-2]", "--state", state, "--config", everybody, "--custom-steps", lab.CountRuns());
        await run.UntilStartedAsync("custom_pre_count", null, "node-2", Stop);
        await lab.UntilCountedAsync("node-2");
        await RevokeAsync(state, "node-2");

        // Nobody releases the program: it would wait for ever.
        var result = await run.ResultAsync(Stop);
        result.AssertOk("node-1");
        await lab.AssertRunsAsync(result, "node-1");
        var end = result.Nodes["node-2"];
        Assert.Equal(("cancelled", FaultCodes.RightEnded.ToString()), (end.State, end.Code));
        Assert.Contains("revoked the right", end.Message, StringComparison.Ordinal);
        Assert.Contains("which may be half done", end.Message, StringComparison.Ordinal);
        var last = run.Lines.Last(static line => line.TryGetProperty("node", out var node) && node.GetString() == "node-2" && line.TryGetProperty("microStep", out _)
            && line.GetProperty("kind").GetString() == "stepStarted");
        Assert.Equal("custom_pre_count", last.GetProperty("microStep").GetString());
        // On the node it runs no more either.
        Assert.Equal("gone\n", await lab.SshAsync("node-2", "while ps | grep -q '[c]ount.sh'; do sleep 0.1; done; echo gone"));
    }
}
