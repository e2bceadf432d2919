using System.Net.Security;
using System.Net.Sockets;
using Kadeploy.Agent.Tests.Protocol;
using Kadeploy.Engine.Drivers.Channels;
using Kadeploy.Protocol;
using Xunit;

namespace Kadeploy.Agent.Tests.EndToEnd;

public class AdmissionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_listener_with_another_certificate_is_told_nothing()
    {
        await using var harness = new AgentHarness();
        var arguments = harness.KernelArguments().Replace(harness.Listener.Fingerprint, new('a', 64), StringComparison.Ordinal);
        using var agent = AgentProcess.Start(harness.Folder, arguments, "boot-1");
        var line = await agent.SaysAsync("fingerprint");
        Assert.DoesNotContain(TokenOf(arguments), line, StringComparison.Ordinal);
        Assert.Null(harness.Listener.Find(harness.Node.Name));
    }

    [Fact]
    public async Task A_wrong_token_is_refused()
    {
        await using var harness = new AgentHarness();
        var arguments = harness.KernelArguments();
        using var agent = AgentProcess.Start(harness.Folder, arguments.Replace(TokenOf(arguments), new('x', 43), StringComparison.Ordinal), "boot-1");
        await agent.SaysAsync("not known here");
        Assert.Null(harness.Listener.Find(harness.Node.Name));
        Assert.DoesNotContain(TokenOf(arguments), harness.Reports, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_lets_in_one_boot_only_also_after_a_restart()
    {
        await using var harness = new AgentHarness();
        var arguments = harness.KernelArguments();
        using var agent = AgentProcess.Start(harness.Folder, arguments, "boot-1");
        await harness.Channel.WaitForAsync(harness.Node, SystemKind.DeploymentEnvironment, null, Token);
        await harness.RestartAsync();
        using var thief = AgentProcess.Start(harness.Folder, arguments, "boot-2");
        await thief.SaysAsync("used by another boot");
        var system = await harness.Channel.WaitForAsync(harness.Node, SystemKind.DeploymentEnvironment, null, Token);
        Assert.Equal("boot-1", system.BootId);
    }

    [Fact]
    public async Task The_same_boot_with_another_secret_is_refused()
    {
        await using var harness = new AgentHarness();
        var hello = Hello(TokenOf(harness.KernelArguments()));
        Assert.IsType<Welcome>(await CallAsync(harness.Listener, await SampleMessages.FramesAsync(hello)));
        Assert.IsType<Welcome>(await CallAsync(harness.Listener, await SampleMessages.FramesAsync(hello)));
        var refused = Assert.IsType<Refused>(await CallAsync(harness.Listener, await SampleMessages.FramesAsync(hello with { Session = new byte[Wire.SessionLength] })));
        Assert.Equal(RefusalReason.UsedToken, refused.Reason);
    }

    [Fact]
    public async Task Another_version_is_told_so()
    {
        await using var harness = new AgentHarness();
        var refused = Assert.IsType<Refused>(await CallAsync(harness.Listener, await SampleMessages.FramesAsync(Hello(TokenOf(harness.KernelArguments())) with { Version = 99 })));
        Assert.Equal(RefusalReason.Version, refused.Reason);
    }

    [Fact]
    public async Task Callers_that_break_the_protocol_are_refused_and_the_listener_serves_on()
    {
        await using var harness = new AgentHarness();
        byte[][] calls =
        [
            [0x7F, 0xFF, 0xFF, 0xFF, 1, 0, 0, 0, 0],
            [0, 0, 0, 1, 200, 0, 0, 0, 0, 0],
            [0, 0, 0, 8, (byte)FrameType.Pong, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
            [0, 0, 0, 4, 1, 0, 0, 0, 0, 0, 1, 0xFF, 0xFF],
            [0, 0, 0, 4, 1, 0, 0, 0, 5, 0, 1, 0xFF, 0xFF],
        ];
        foreach (var call in calls)
            Assert.Equal(RefusalReason.Protocol, Assert.IsType<Refused>(await CallAsync(harness.Listener, call)).Reason);
        // Not even TLS.
        using (var plain = new TcpClient())
        {
            await plain.ConnectAsync(harness.Listener.EndPoint, Token);
            await plain.GetStream().WriteAsync("GET / HTTP/1.0\r\n\r\n"u8.ToArray(), Token);
            await ReadToEndAsync(plain.GetStream());
        }

        using var agent = await harness.StartAgentAsync();
        Assert.Equal(0, (await harness.RunAsync(harness.Command("true"))).ExitStatus);
    }

    [Fact]
    public async Task A_replayed_frame_ends_the_connection()
    {
        await using var harness = new AgentHarness();
        var hello = await SampleMessages.FramesAsync(Hello(TokenOf(harness.KernelArguments())));
        using var client = await ConnectAsync(harness.Listener);
        await client.WriteAsync(hello, Token);
        var connection = await harness.Listener.WaitAsync(harness.Node.Name, static _ => true, Token);
        await client.WriteAsync(hello, Token);
        await connection.Ended.WaitAsync(Token);
        await ReadToEndAsync(client);
    }

    [Fact]
    public async Task Certificate_and_tokens_are_for_the_engines_user_alone_and_tokens_are_not_in_them()
    {
        await using var harness = new AgentHarness();
        var token = TokenOf(harness.KernelArguments());
        var files = Directory.GetFiles(harness.Folder.File("engine"), "*", SearchOption.AllDirectories);
        Assert.Equal(2, files.Length);
        foreach (var file in files)
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            Assert.DoesNotContain(token, await File.ReadAllTextAsync(file, System.Text.Encoding.Latin1, Token), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Two_hundred_agents_call_at_once()
    {
        await using var harness = new AgentHarness();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var nodes = Enumerable.Range(1, 200).Select(static number => AgentHarness.NodeOf($"n-{number}")).ToArray();
        var agents = nodes.Select(node => InProcessAgent.RunAsync(harness, node, stop.Token)).ToArray();
        var results = await Task.WhenAll(nodes.Select(async node =>
        {
            var system = await harness.Channel.WaitForAsync(node, SystemKind.DeploymentEnvironment, null, Token);
            Assert.Equal($"boot-of-{node.Name}", system.BootId);
            return await harness.Channel.RunAsync(node, harness.Command("echo", $"{node.Name}"), Token);
        }));
        Assert.Equal(nodes.Select(static node => $"{node.Name}"), results.Select(static result => Assert.Single(result.LastLines)));
        await stop.CancelAsync();
        foreach (var agent in agents) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => agent);
    }

    private static string TokenOf(string arguments) => arguments[(arguments.IndexOf("token=", StringComparison.Ordinal) + 6)..];

    private static Hello Hello(string token) =>
        new() { Token = token, Session = [.. Enumerable.Repeat((byte)7, Wire.SessionLength)], BootId = "boot-1", IsDeploymentEnvironment = true };

    private static async Task<SslStream> ConnectAsync(AgentListener listener)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(listener.EndPoint, Token);
        var tls = new SslStream(new NetworkStream(socket, ownsSocket: true));
        await tls.AuthenticateAsClientAsync(
            new() { TargetHost = "x", RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.GetCertHashString(System.Security.Cryptography.HashAlgorithmName.SHA256).Equals(listener.Fingerprint, StringComparison.OrdinalIgnoreCase) == true },
            Token);
        return tls;
    }

    // The first answer; the connection is then closed by whoever is not content.
    private static async Task<IMessage?> CallAsync(AgentListener listener, byte[] bytes)
    {
        using var client = await ConnectAsync(listener);
        await client.WriteAsync(bytes, Token);
        var frame = await new FrameReader(client, Peer.Engine).ReadAsync(Token);
        var message = SampleMessages.Parse(frame!.Value);
        if (message is Refused) await ReadToEndAsync(client);
        return message;
    }

    private static async Task ReadToEndAsync(Stream stream)
    {
        try
        {
            await stream.CopyToAsync(Stream.Null, Token);
        }
        catch (IOException)
        {
            // Closed the hard way, as its own bytes were not all read.
        }
    }
}
