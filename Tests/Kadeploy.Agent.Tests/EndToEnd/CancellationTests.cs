using Xunit;

namespace Kadeploy.Agent.Tests.EndToEnd;

public class CancellationTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_cancelled_command_tells_what_it_had_printed()
    {
        await using var harness = new AgentHarness();
        using var agent = await harness.StartAgentAsync();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var run = harness.Channel.RunAsync(harness.Node, harness.Script("echo half; exec sleep 600"), _ => cancel.Cancel(), null, cancel.Token);
        Assert.Equal(["half"], (await Assert.ThrowsAsync<CommandStoppedException>(() => run)).LastLines);
    }

    [Fact]
    public async Task A_program_that_does_not_heed_the_request_is_killed()
    {
        await using var harness = new AgentHarness();
        using var agent = await harness.StartAgentAsync();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var run = harness.Channel.RunAsync(
            harness.Node, harness.Script("trap 'echo heard' TERM; echo $$ >\"$1\"; echo ready; while :; do sleep 600; done", harness.Folder.File("pid")), _ => cancel.Cancel(), null, cancel.Token);
        Assert.Contains("heard", (await Assert.ThrowsAsync<CommandStoppedException>(() => run)).LastLines);
        Assert.False(AgentProcess.IsAlive(harness.Folder.File("pid")));
    }

    [Fact]
    public async Task A_cancellation_while_the_agent_is_away_reaches_it_when_it_is_back()
    {
        await using var harness = new AgentHarness(TimeSpan.FromSeconds(60));
        using var agent = await harness.StartAgentAsync();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var command = harness.Script("trap 'echo stopped >\"$1\"; exit' TERM; echo ready; sleep 600 & wait", harness.Folder.File("stopped"));
        var run = harness.Channel.RunAsync(harness.Node, command, _ => ready.TrySetResult(), null, cancel.Token);
        await ready.Task.WaitAsync(Token);
        var connection = harness.Listener.Find(harness.Node.Name)!;
        // The agent cannot come back before the caller has given up.
        agent.Signal("STOP");
        connection.Close();
        await cancel.CancelAsync();
        // A line may follow that tells of the lost connection: whether it was noticed before the cancellation is chance.
        Assert.Equal("ready", (await Assert.ThrowsAsync<CommandStoppedException>(() => run)).LastLines[0]);
        agent.Signal("CONT");
        // The same command is not run again: it is attached to, and how it ended is told.
        var ended = await Assert.ThrowsAsync<OperationFailedException>(() => harness.RunAsync(command));
        Assert.Contains("earlier cancellation", ended.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(harness.Folder.File("stopped")));
    }

    [Fact]
    public async Task A_listener_that_throws_fails_its_own_command_only()
    {
        await using var harness = new AgentHarness();
        using var agent = await harness.StartAgentAsync();
        var connection = harness.Listener.Find(harness.Node.Name);
        await Assert.ThrowsAsync<NotSupportedException>(() =>
            harness.Channel.RunAsync(harness.Node, harness.Command("echo", "x"), _ => throw new NotSupportedException(), null, Token));
        Assert.Equal(0, (await harness.RunAsync(harness.Command("true"))).ExitStatus);
        Assert.Same(connection, harness.Listener.Find(harness.Node.Name));
    }

    [Fact]
    public async Task A_start_that_cannot_be_recorded_is_refused_and_the_agent_stays()
    {
        await using var harness = new AgentHarness();
        using var agent = await harness.StartAgentAsync();
        var connection = harness.Listener.Find(harness.Node.Name);
        var records = Directory.GetDirectories(harness.Folder.File("state"), "commands", SearchOption.AllDirectories)[0];
        Directory.Delete(records, recursive: true);
        var refused = await harness.RunAsync(harness.Command("touch", harness.Folder.File("ran")));
        Assert.Equal(126, refused.ExitStatus);
        Assert.Contains("cannot be recorded", refused.LastLines[^1], StringComparison.Ordinal);
        Assert.False(File.Exists(harness.Folder.File("ran")));
        Directory.CreateDirectory(records);
        Assert.Equal(0, (await harness.RunAsync(harness.Command("true"))).ExitStatus);
        Assert.Same(connection, harness.Listener.Find(harness.Node.Name));
    }

    [Fact]
    public async Task The_engines_programs_are_sent_before_they_are_run_and_find_each_other()
    {
        await using var harness = new AgentHarness();
        using var agent = await harness.StartAgentAsync();
        var results = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => harness.RunAsync(harness.Command("kadeploy-greet", "you") with { StandardInput = "12345" })));
        Assert.All(results, result => Assert.Equal([$"hello you from {harness.Folder.File("programs/kadeploy-greet")}", "5"], result.LastLines));
        Assert.Equal(2, Directory.GetFiles(harness.Folder.File("programs")).Length);
    }

    [Fact]
    public async Task A_frozen_agent_is_lost_and_found_again()
    {
        await using var harness = new AgentHarness(silence: TimeSpan.FromSeconds(2));
        using var agent = await harness.StartAgentAsync();
        var connection = harness.Listener.Find(harness.Node.Name)!;
        agent.Signal("STOP");
        await connection.Ended.WaitAsync(Token);
        agent.Signal("CONT");
        var next = await harness.Listener.WaitAsync(harness.Node.Name, other => other != connection, Token);
        Assert.Equal(connection.System.BootId, next.System.BootId);
        Assert.Equal(0, (await harness.RunAsync(harness.Command("true"))).ExitStatus);
    }
}
