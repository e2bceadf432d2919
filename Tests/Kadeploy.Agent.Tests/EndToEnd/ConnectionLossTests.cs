using Kadeploy.TestKit.Drivers;
using Xunit;

namespace Kadeploy.Agent.Tests.EndToEnd;

public class ConnectionLossTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_command_survives_the_loss_of_its_connection()
    {
        await using var harness = new AgentHarness();
        using var agent = await harness.StartAgentAsync();
        var (run, _, go) = await harness.StartWaitingAsync();
        var connection = harness.Listener.Find(harness.Node.Name)!;
        connection.Close();
        await harness.Listener.WaitAsync(harness.Node.Name, other => other != connection, Token);
        go();
        var result = await run;
        Assert.Equal(5, result.ExitStatus);
        Assert.Equal(["ready", "done"], result.LastLines);
        Assert.Equal(["run"], harness.Runs);
    }

    [Fact]
    public async Task A_command_that_ended_while_nobody_listened_is_not_run_again()
    {
        await using var harness = new AgentHarness();
        using var agent = await harness.StartAgentAsync();
        var (run, command, go) = await harness.StartWaitingAsync();
        await harness.RestartAsync();
        // The first engine's wait dies with it, as its process would.
        go();
        var result = await harness.RunAsync(command);
        Assert.Equal((5, "done"), (result.ExitStatus, result.LastLines[^1]));
        Assert.Equal(["run"], harness.Runs);
        Assert.False(run.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_killed_agent_comes_back_and_says_what_was_interrupted()
    {
        await using var harness = new AgentHarness();
        var arguments = harness.KernelArguments();
        using var first = AgentProcess.Start(harness.Folder, arguments, "boot-1");
        await harness.Channel.WaitForAsync(harness.Node, SystemKind.DeploymentEnvironment, null, Token);
        var ended = harness.Command("true");
        await harness.RunAsync(ended);
        var (run, _, _) = await harness.StartWaitingAsync();
        first.Kill();
        using var second = AgentProcess.Start(harness.Folder, arguments, "boot-1");
        var fault = await Assert.ThrowsAsync<OperationFailedException>(() => run);
        Assert.Contains("killed", fault.Message, StringComparison.Ordinal);
        Assert.Equal(["run"], harness.Runs);
        Assert.Equal(0, (await harness.RunAsync(ended)).ExitStatus);
    }

    [Fact]
    public async Task A_reboot_in_mid_command_is_a_lost_channel()
    {
        await using var harness = new AgentHarness();
        using var first = await harness.StartAgentAsync();
        var (run, _, _) = await harness.StartWaitingAsync();
        first.Kill();
        using var second = AgentProcess.Start(harness.Folder, harness.KernelArguments(), "boot-2");
        var system = await harness.Channel.WaitForAsync(harness.Node, SystemKind.DeploymentEnvironment, "boot-1", Token);
        Assert.Equal("boot-2", system.BootId);
        var fault = await Assert.ThrowsAsync<ChannelLostException>(() => run);
        Assert.Contains("rebooted", fault.Message, StringComparison.Ordinal);
        Assert.Equal(["ready"], fault.Evidence);
    }

    [Fact]
    public async Task Nothing_is_run_in_another_boot_than_the_one_that_was_prepared()
    {
        await using var harness = new AgentHarness();
        using var first = await harness.StartAgentAsync();
        first.Kill();
        using var second = AgentProcess.Start(harness.Folder, harness.KernelArguments(), "boot-2");
        await harness.Listener.WaitAsync(harness.Node.Name, static each => each.System.BootId == "boot-2", Token);
        var file = harness.Folder.File("written");
        var fault = await Assert.ThrowsAsync<ChannelLostException>(() => harness.RunAsync(harness.Command("touch", file)));
        Assert.Contains("has rebooted since", fault.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ChannelLostException>(() => harness.Channel.SendFileAsync(harness.Node, new(file, UnixFileMode.UserRead), Token));
        Assert.False(File.Exists(file));
        await harness.Channel.WaitForAsync(harness.Node, SystemKind.DeploymentEnvironment, "boot-1", Token);
        Assert.Equal(0, (await harness.RunAsync(harness.Command("true"))).ExitStatus);
    }

    [Fact]
    public async Task Nothing_that_is_meant_for_the_deployment_environment_is_run_on_an_installed_system()
    {
        var installed = new RecordingNodeChannel { Running = new(SystemKind.Installed, "boot-of-old-system") };
        await using var harness = new AgentHarness(installed: installed);
        Assert.Equal(0, (await harness.RunAsync(harness.Command("true"))).ExitStatus); // deployed from the production system
        Assert.Single(installed.Commands);
        using (var agent = await harness.StartAgentAsync())
        {
            var connection = harness.Listener.Find(harness.Node.Name)!;
            agent.Kill();
            await connection.Ended;
        }

        var fault = await Assert.ThrowsAsync<OperationFailedException>(() => harness.RunAsync(harness.Command("mkfs")));
        Assert.Equal(FaultCodes.WrongSystem, fault.Code);
        await Assert.ThrowsAsync<OperationFailedException>(() => harness.Channel.SendFileAsync(harness.Node, new("/x", UnixFileMode.UserRead), Token));
        Assert.Single(installed.Commands);
        Assert.Empty(installed.Files);
        await harness.Channel.WaitForAsync(harness.Node, SystemKind.Installed, null, Token);
        Assert.Equal(0, (await harness.RunAsync(harness.Command("true"))).ExitStatus);
        Assert.Equal(2, installed.Commands.Count);
    }

    [Fact]
    public async Task No_installed_system_is_asked_for_while_the_agent_answers()
    {
        var installed = new RecordingNodeChannel();
        await using var harness = new AgentHarness(installed: installed);
        using var agent = await harness.StartAgentAsync();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var wait = harness.Channel.WaitForAsync(harness.Node, SystemKind.Installed, "boot-1", limit.Token);
        Assert.NotNull(await harness.Channel.IdentifyAsync(harness.Node, Token)); // it answers
        await limit.CancelAsync();
        var stopped = await Assert.ThrowsAsync<CommandStoppedException>(() => wait);
        Assert.Contains("still runs", Assert.Single(stopped.LastLines), StringComparison.Ordinal);
        Assert.Empty(installed.Waits);

        // As after kexec: silent, and the connection is not ended.
        var connection = harness.Listener.Find(harness.Node.Name)!;
        agent.Signal("STOP");
        Assert.Equal("boot-new", (await harness.Channel.WaitForAsync(harness.Node, SystemKind.Installed, "boot-1", Token)).BootId);
        Assert.Single(installed.Waits);
        await connection.Ended.WaitAsync(Token);
    }

    [Fact]
    public async Task An_agent_that_never_comes_back_is_a_lost_channel()
    {
        await using var harness = new AgentHarness(TimeSpan.FromSeconds(1));
        using var agent = await harness.StartAgentAsync();
        Assert.NotNull(await harness.Channel.IdentifyAsync(harness.Node, Token));
        agent.Kill();
        await Assert.ThrowsAsync<ChannelLostException>(() => harness.RunAsync(harness.Command("true")));
        Assert.Null(await harness.Channel.IdentifyAsync(harness.Node, Token));
    }
}
