using Kadeploy.Engine.Drivers.Channels;
using Kadeploy.Protocol;
using Xunit;

namespace Kadeploy.Agent.Tests.EndToEnd;

/// <summary>The agent as ssh starts it.</summary>
public class StandardStreamTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_same_protocol_is_spoken_on_standard_streams()
    {
        using var folder = new TemporaryFolder();
        using var agent = AgentProcess.Start("--stdio", "--state", folder.Path, "--boot-id", "b-9");
        var reader = new FrameReader(agent.Process.StandardOutput.BaseStream, Peer.Agent);
        var writer = new FrameWriter(agent.Process.StandardInput.BaseStream);
        var hello = Hello.Parse((await reader.ReadAsync(Token))!.Value.Payload.Span);
        Assert.Equal(("", "b-9", false), (hello.Token, hello.BootId, hello.IsDeploymentEnvironment));
        await writer.WriteAsync(new Welcome(30), Token);
        using var connection = new AgentConnection(NodeName.Parse("n-1"), hello, EmbeddedPrograms.All, reader, writer, TimeSpan.FromSeconds(30), TimeProvider.System);
        var receiving = connection.ReceiveAsync(Token);
        var attempt = new AttemptId(OperationId.Create(OperationKind.Deployment, TimeProvider.System.GetUtcNow()), NodeName.Parse("n-1"), new(0, "lab", MacroStep.SetDeploymentEnv, new("SetDeploymentEnvKexec"), new("Kexec")), 1, 1);
        var exit = await connection.RunAsync(new(new(attempt, "cat", []) { StandardInput = "hello" }, null, null), Token);
        Assert.Equal((CommandEnd.Exited, 0, "hello"), (exit.End, exit.Status, Assert.Single(exit.LastLines)));

        // When ssh goes, so do the agent and what it runs.
        var run = connection.RunAsync(new(new(attempt, "sleep", ["600"]) { Ordinal = 1 }, null, null), Token);
        await connection.PingAsync(Token);
        agent.Process.StandardInput.Close();
        await agent.Process.WaitForExitAsync(Token);
        await Assert.ThrowsAsync<ChannelLostException>(() => run);
        await receiving;
    }
}
