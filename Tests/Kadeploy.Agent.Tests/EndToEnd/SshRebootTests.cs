using System.Net;
using System.Threading.Channels;
using Kadeploy.Engine.Drivers.Channels;
using Xunit;

namespace Kadeploy.Agent.Tests.EndToEnd;

/// <summary>How a node is seen to be up again, whatever it runs, by real ssh servers.</summary>
public class SshRebootTests
{
    private static readonly Node Node = new() { Name = NodeName.Parse("n-1"), Cluster = "lab", Address = IPAddress.Loopback };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static string BootId => File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();

    [Fact]
    public async Task A_system_of_another_boot_is_the_next_one_at_once()
    {
        using var folder = new TemporaryFolder();
        var (server, key) = await StartAsync(folder, null, letsIn: true);
        using (server)
        {
            await using var channel = new SshChannel(new() { Port = server.Port }, key, null, TimeProvider.System);
            Assert.Equal(BootId, (await channel.WaitForAnySystemAsync(Node, "another-boot", Token))?.BootId);
        }
    }

    [Fact]
    public async Task A_system_that_stays_the_same_is_not_up_again_and_that_is_told()
    {
        using var folder = new TemporaryFolder();
        var (server, key) = await StartAsync(folder, null, letsIn: true);
        using (server)
        {
            var time = new CountedPauses();
            await using var channel = new SshChannel(new() { Port = server.Port }, key, null, time);
            await channel.WaitForAsync(Node, SystemKind.Installed, null, Token);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
            var wait = channel.WaitForAnySystemAsync(Node, BootId, limit.Token);
            await time.PassAsync(3);
            await limit.CancelAsync();
            Assert.Equal("the node was never seen to go down", (await Assert.ThrowsAsync<CommandStoppedException>(() => wait)).LastLines[^1]);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_of_which_nothing_was_known_is_up_when_it_answers_after_having_been_silent(bool letsIn)
    {
        using var before = new TemporaryFolder();
        using var after = new TemporaryFolder();
        var (server, key) = await StartAsync(before, null, letsIn: true);
        var port = server.Port;
        var time = new CountedPauses();
        await using var channel = new SshChannel(new() { Port = port }, key, null, time);
        Task<RunningSystem?> wait;
        using (server)
        {
            await channel.WaitForAsync(Node, SystemKind.Installed, null, Token);
            wait = channel.WaitForAnySystemAsync(Node, null, Token);
            await time.PassAsync(2);
            Assert.False(wait.IsCompleted); // it may be the one that is about to go down
        }

        await time.PassAsync(3);
        var (next, _) = await StartAsync(after, port, letsIn, key);
        using (next) Assert.Equal(letsIn ? BootId : null, (await wait)?.BootId);
    }

    private static async Task<(SshServer Server, ProofKey Key)> StartAsync(TemporaryFolder folder, int? port, bool letsIn, ProofKey? known = null)
    {
        var key = known ?? await ProofKey.LoadOrCreateAsync(folder.File("state"), TimeProvider.System, Token);
        var server = SshServer.Start("dropbear", folder, port);
        server.AuthorizedKeys = letsIn ? key.AuthorizedKeysLine : "";
        return (server, key);
    }

    /// <summary>Tells of the pauses between two looks at a node.</summary>
    private sealed class CountedPauses : TimeProvider
    {
        private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

        private readonly Channel<bool> _pauses = Channel.CreateUnbounded<bool>();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime == Pause) _pauses.Writer.TryWrite(true);
            return base.CreateTimer(callback, state, dueTime, period);
        }

        /// <summary>Waits for pauses that begin from now on; before the second one, all that was under way has ended.</summary>
        public async Task PassAsync(int pauses)
        {
            while (_pauses.Reader.TryRead(out _))
            {
            }

            for (var i = 0; i < pauses; i++) await _pauses.Reader.ReadAsync(Token);
        }
    }
}
