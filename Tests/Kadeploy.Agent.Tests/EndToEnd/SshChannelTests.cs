using System.Net;
using System.Net.Sockets;
using Kadeploy.Engine.Configuration;
using Kadeploy.Engine.Drivers.Channels;
using Xunit;

namespace Kadeploy.Agent.Tests.EndToEnd;

/// <summary>Installed systems, asked and used through real ssh servers.</summary>
public class SshChannelTests
{
    private static readonly OperationId Operation = OperationId.Create(OperationKind.Deployment, TimeProvider.System.GetUtcNow());

    private static readonly Node Node = new() { Name = NodeName.Parse("n-1"), Cluster = "lab", Address = IPAddress.Loopback };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("dropbear")]
    [InlineData("sshd")]
    public async Task The_proof_key_tells_what_runs_and_can_do_nothing_else(string kind)
    {
        using var folder = new TemporaryFolder();
        using var server = SshServer.Start(kind, folder);
        var key = await ProofKey.LoadOrCreateAsync(folder.File("state"), TimeProvider.System, Token);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key.IdentityFile));
        Assert.Equal(key.AuthorizedKeysLine, (await ProofKey.LoadOrCreateAsync(folder.File("state"), TimeProvider.System, Token)).AuthorizedKeysLine);
        await using var channel = new SshChannel(Settings(server, null), key, AgentFile(folder), TimeProvider.System);
        server.AuthorizedKeys = key.AuthorizedKeysLine;
        var system = await channel.WaitForAsync(Node, SystemKind.Installed, "another-boot", Token);
        Assert.Equal((await File.ReadAllTextAsync("/proc/sys/kernel/random/boot_id", Token)).Trim(), system.BootId);
        Assert.Null(system.DeployedBy);
        server.Marker = $"{Operation}\nsecond line\n";
        Assert.Same(system, await channel.IdentifyAsync(Node, Token)); // it has told so just now, and is not asked again for the same
        Assert.Equal(Operation, (await channel.IdentifyAsync(Node, Token))?.DeployedBy);

        // The key runs no program: what is asked for is not what the server runs.
        await using var thief = new SshChannel(Settings(server, key.IdentityFile), null, AgentFile(folder), TimeProvider.System);
        var refused = await Assert.ThrowsAsync<ChannelLostException>(() => thief.RunAsync(Node, Command("touch", folder.File("stolen")), Token));
        Assert.Contains("standard output", refused.Evidence[^1], StringComparison.Ordinal);
        Assert.False(File.Exists(folder.File("stolen")));
    }

    [Theory]
    [InlineData("dropbear")]
    [InlineData("sshd")]
    public async Task Programs_and_files_go_by_a_normal_login_with_the_same_protocol(string kind)
    {
        using var folder = new TemporaryFolder();
        using var server = SshServer.Start(kind, folder);
        var admin = await ProofKey.LoadOrCreateAsync(folder.File("admin"), TimeProvider.System, Token);
        var proof = await ProofKey.LoadOrCreateAsync(folder.File("state"), TimeProvider.System, Token);
        server.AuthorizedKeys = admin.AuthorizedKeysLine[admin.AuthorizedKeysLine.LastIndexOf("ssh-ed25519", StringComparison.Ordinal)..];
        await using var channel = new SshChannel(Settings(server, admin.IdentityFile), proof, AgentFile(folder), TimeProvider.System)
        {
            Programs = new Dictionary<string, ReadOnlyMemory<byte>> { ["kadeploy-greet"] = "#!/bin/sh\necho \"hello $1\"\n"u8.ToArray() },
        };
        // The proof key is unknown there, so the login is asked.
        Assert.Equal(SystemKind.Installed, (await channel.WaitForAsync(Node, SystemKind.Installed, null, Token)).Kind);
        var results = await Task.WhenAll(Enumerable.Range(1, 5).Select(number =>
            channel.RunAsync(Node, Command("sh", "-c", "cat; exit $0", $"{number}") with { Ordinal = number, StandardInput = $"input {number}" }, Token)));
        Assert.Equal([(1, "input 1"), (2, "input 2"), (3, "input 3"), (4, "input 4"), (5, "input 5")], results.Select(static each => (each.ExitStatus, each.LastLines[^1])));
        Assert.Equal(["hello you"], (await channel.RunAsync(Node, Command("kadeploy-greet", "you") with { Ordinal = 6 }, Token)).LastLines);
        await channel.SendFileAsync(Node, new("/run/some/where", (UnixFileMode)0x180) { Content = "content"u8.ToArray() }, Token);
        Assert.Equal("content", await File.ReadAllTextAsync(folder.File("run/some/where"), Token));

        // The agent goes with its ssh, and is there for the next.
        await channel.DisposeAsync();
        Assert.Equal(0, (await channel.RunAsync(Node, Command("true") with { Ordinal = 7 }, Token)).ExitStatus);
        Assert.Single(Directory.GetFiles(folder.File("run/kadeploy"), "agent-*"));
    }

    [Fact]
    public async Task A_login_that_is_denied_is_told_when_the_wait_ends()
    {
        using var folder = new TemporaryFolder();
        using var server = SshServer.Start(File.Exists("/usr/sbin/sshd") ? "sshd" : "dropbear", folder);
        var key = await ProofKey.LoadOrCreateAsync(folder.File("state"), TimeProvider.System, Token);
        server.AuthorizedKeys = "";
        await using var channel = new SshChannel(Settings(server, key.IdentityFile), null, null, TimeProvider.System);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var wait = channel.WaitForAsync(Node, SystemKind.Installed, null, limit.Token);
        // Null before the server listens, and after it has refused; the lines tell the two apart.
        limit.CancelAfter(TimeSpan.FromSeconds(10));
        var stopped = await Assert.ThrowsAsync<CommandStoppedException>(() => wait);
        Assert.Contains(stopped.LastLines, static line => line.Contains("Permission denied", StringComparison.Ordinal));
        await Assert.ThrowsAsync<DriverUnusableException>(() => channel.RunAsync(Node, Command("true"), Token));
    }

    [Fact]
    public async Task A_system_that_goes_down_while_it_is_asked_is_let_go_for_the_next_one()
    {
        using var folder = new TemporaryFolder();
        var key = await ProofKey.LoadOrCreateAsync(folder.File("state"), TimeProvider.System, Token);
        using var old = new TcpListener(IPAddress.Loopback, 0);
        old.Start();
        var port = ((IPEndPoint)old.LocalEndpoint).Port;
        var settings = new SshSettings { Port = port, Options = ["ConnectTimeout=600"] };
        // Neither ssh nor the channel gives a silent system up by themselves.
        var time = new WithoutTimersOf(TimeSpan.FromSeconds(20));
        await using var channel = new SshChannel(settings, key, null, time);
        var wait = channel.WaitForAsync(Node, SystemKind.Installed, "another-boot", Token);
        using var asked = await AcceptSshAsync(old);
        var given = time.NextTimerOf(TimeSpan.FromMilliseconds(200)); // the pause before it is asked again
        old.Stop(); // the connection stays, as that of a machine that was switched off
        await given.WaitAsync(Token); // no machine is back sooner

        using var server = SshServer.Start("dropbear", folder, port);
        server.AuthorizedKeys = key.AuthorizedKeysLine;
        Assert.Equal((await File.ReadAllTextAsync("/proc/sys/kernel/random/boot_id", Token)).Trim(), (await wait).BootId);
    }

    [Fact]
    public void The_proof_fits_into_a_line_of_authorized_keys_and_its_answer_is_understood()
    {
        Assert.DoesNotContain('"', SystemProof.ForcedCommand);
        Assert.DoesNotContain('\\', SystemProof.ForcedCommand);
        Assert.DoesNotContain('\n', SystemProof.ForcedCommand);
        var system = SystemProof.Parse(["Welcome!", "boot_id=b-1", "root=/dev/sda3", "uuid=12-AB", $"marker={Operation}", "agent=0"])!;
        Assert.Equal(
            (SystemKind.Installed, "b-1", "/dev/sda3", "12-AB", Operation), (system.Kind, system.BootId, system.RootDevice, system.FileSystemId, system.DeployedBy!.Value));
        Assert.Equal(SystemKind.DeploymentEnvironment, SystemProof.Parse(["boot_id=b-1", "agent=1"])!.Kind);
        Assert.Null(SystemProof.Parse(["boot_id=", "agent=0"]));
    }

    [Fact]
    public async Task A_system_without_the_agents_libraries_is_refused_with_their_names()
    {
        using var folder = new TemporaryFolder();
        using var server = SshServer.Start("dropbear", folder);
        var admin = await ProofKey.LoadOrCreateAsync(folder.File("admin"), TimeProvider.System, Token);
        server.AuthorizedKeys = admin.AuthorizedKeysLine[admin.AuthorizedKeysLine.LastIndexOf("ssh-ed25519", StringComparison.Ordinal)..];
        var file = folder.File("agent");
        await File.WriteAllTextAsync(file, "#!/bin/sh\necho 'cannot open libm.so.6' >&2\nexit 127\n", Token);
        await using var channel = new SshChannel(Settings(server, admin.IdentityFile), null, file, TimeProvider.System);
        await channel.WaitForAsync(Node, SystemKind.Installed, null, Token);
        var refused = await Assert.ThrowsAsync<DriverUnusableException>(() => channel.RunAsync(Node, Command("true"), Token));
        Assert.Contains("OpenSSL 3", refused.Message, StringComparison.Ordinal);
        Assert.Contains("libm.so.6", Assert.Single(refused.Evidence), StringComparison.Ordinal);
    }

    private static async Task<TcpClient> AcceptSshAsync(TcpListener listener)
    {
        while (true)
        {
            // Who only looks whether somebody listens says nothing.
            var client = await listener.AcceptTcpClientAsync(Token);
            if (await client.GetStream().ReadAsync(new byte[64], Token) > 0) return client;
            client.Dispose();
        }
    }

    private static SshSettings Settings(SshServer server, string? key) => new() { Port = server.Port, IdentityFile = key };

    private static NodeCommand Command(string program, params string[] arguments) =>
        new(new(Operation, Node.Name, new(0, "lab", MacroStep.SetDeploymentEnv, new("SetDeploymentEnvKexec"), new("Kexec")), 1, 1), program, [.. arguments]);

    // One file, as the native agent is.
    private static string AgentFile(TemporaryFolder folder)
    {
        var file = folder.File("agent");
        File.WriteAllText(file, $"#!/bin/sh\nexec {AgentProcess.Program} \"$@\"\n");
        return file;
    }

    /// <summary>The system's clock, on which one length of time never ends.</summary>
    private sealed class WithoutTimersOf(TimeSpan never) : TimeProvider
    {
        private (TimeSpan After, TaskCompletionSource Made)? _next;

        public Task NextTimerOf(TimeSpan dueTime)
        {
            var made = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _next = (dueTime, made);
            return made.Task;
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (_next is { } next && next.After == dueTime) next.Made.TrySetResult();
            return base.CreateTimer(callback, state, dueTime == never ? Timeout.InfiniteTimeSpan : dueTime, period);
        }
    }
}
