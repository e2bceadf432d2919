using System.Diagnostics;
using Xunit;

namespace Kadeploy.Deployments.Tests;

/// <summary>What goes wrong on real nodes: each fault on the right node, the others deployed, and a message that says what to do.</summary>
public sealed class FailureTests(ThreeNodes three) : IClassFixture<ThreeNodes>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_management_controller_with_another_password_is_told()
    {
        var lab = await three.GetAsync();
        await File.WriteAllTextAsync(Path.Combine(lab.Folder, "wrong-password"), "not-this-one\n", Stop);
        File.SetUnixFileMode(Path.Combine(lab.Folder, "wrong-password"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var configuration = await lab.ConfigureAsync("wrong-password", "node-2", $"password_file: {lab.Folder}/wrong-password");
        var result = await lab.DeployAsync("node-[1-3]", "--config", configuration);
        result.AssertOk("node-1", "node-3");
        var end = result.AssertFault("node-2", FaultCodes.PowerRefused);
        Assert.Contains("password", end.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("not-this-one", result.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hook_of_an_image_that_fails_is_shown_with_its_last_words()
    {
        var lab = await three.GetAsync();
        var description = await lab.WithPostinstallAsync("fails", "echo the licence server is away >&2; test \"$(hostname)\" != node-2");
        var result = await lab.DeployAsync("node-[1-3]", "-a", description);
        result.AssertOk("node-1", "node-3");
        var end = result.AssertFault("node-2", FaultCodes.Postinstall);
        Assert.Contains("the licence server is away", end.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_truncated_archive_fails_with_what_the_unpacker_said()
    {
        var lab = await three.GetAsync();
        var image = await lab.CopyImageAsync("truncated", static bytes => bytes[..(bytes.Length / 2)]);
        var result = await lab.DeployAsync("node-1", "-a", image);
        var end = result.AssertFault("node-1", FaultCodes.Broadcast);
        Assert.NotEmpty(end.Evidence);
        Assert.Equal(4, result.ExitCode);
    }

    [Fact]
    public async Task An_image_with_another_checksum_is_refused_before_any_machine_is_touched()
    {
        var lab = await three.GetAsync();
        var image = await lab.CopyImageAsync("checksum", static bytes => bytes, new string('0', 64));
        var result = await lab.DeployAsync("node-1", "-a", image);
        Assert.Equal(2, result.ExitCode);
        Assert.Empty(result.Lines);
        Assert.Contains("0000000000000000", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_image_without_its_kernel_is_told_by_name()
    {
        var lab = await three.GetAsync();
        var description = DeploymentLab.Variation(lab.Description, "no-kernel.yaml", ("kernel: /vmlinuz", "kernel: /boot/vmlinuz-9.9"));
        var result = await lab.DeployAsync("node-1", "-a", description);
        var end = result.AssertFault("node-1", FaultCodes.KernelMissing);
        Assert.Contains("/boot/vmlinuz-9.9", end.Message + end.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_loses_its_power_in_the_broadcast_costs_itself_only()
    {
        var lab = await three.GetAsync();
        var image = await lab.LargeImageAsync();
        using var run = lab.StartDeployment("node-[1-3]", "-a", image, "--force-steps", "BroadcastEnv|Unicast:0:300");
        await run.ReadUntilAsync(static line => line.GetProperty("kind").GetString() == "stepStarted" && line.GetProperty("microStep").GetString() == "SendEnvironment", Stop);
        await lab.PowerAsync("node-2", "off");
        var result = DeploymentResult.Of(await run.EndAsync(Stop), run);
        result.AssertOk("node-1", "node-3");
        Assert.NotEqual("ok", result.Nodes["node-2"].State);
    }

    [Theory]
    [InlineData("CreatePartitionTable")]
    [InlineData("SendEnvironment")]
    [InlineData("WaitReboot", "bootNewEnv")]
    [InlineData("VerifySystem")]
    public async Task A_killed_engine_is_resumed_in_any_macro_step(string microStep, string? macroStep = null)
    {
        var lab = await three.GetAsync();
        using (var run = lab.StartDeployment("node-[1-3]"))
        {
            var begun = await run.ReadUntilAsync(
                line => line.GetProperty("kind").GetString() == "stepStarted" && line.GetProperty("microStep").GetString() == microStep
                    && (macroStep is null || line.GetProperty("macroStep").GetString() == macroStep),
                Stop);
            Assert.NotNull(begun);
            Process.GetProcessById(run.EngineProcess()).Kill();
            await run.EndAsync(Stop);
        }

        using var resumed = lab.Start("resume", "--state", lab.State, "--json");
        var result = DeploymentResult.Of(await resumed.EndAsync(Stop), resumed);
        Assert.Equal(0, result.ExitCode);
        await lab.AssertRunsAsync("node-1", "node-2", "node-3");
    }
}
