using System.Net.Sockets;
using Xunit;

namespace Kadeploy.Agent.Tests.Broadcast;

/// <summary>Images that pass through chains of real agents.</summary>
public class ChainTests
{
    private static readonly byte[] Image = Bytes(3_000_001);

    // Programs start slowly on a busy machine.
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, byte[]> Images => new()
    {
        { "some blocks and a part of one", Image },
        { "whole blocks", Bytes(4 * 64 * 1024) },
        { "less than a block", Bytes(7) },
        { "nothing", [] },
        { "zeros within", [.. Bytes(100_000), .. new byte[1_000_000], .. Bytes(10)] },
        { "zeros at the end", [.. Bytes(200_000), .. new byte[1_000_000]] },
    };

    [Theory]
    [MemberData(nameof(Images), DisableDiscoveryEnumeration = true)]
    public async Task Every_node_writes_the_image_and_confirms_its_root_digest(string what, byte[] image)
    {
        Assert.NotEmpty(what);
        await using var chain = await LoopbackChain.PrepareAsync(image, 3);
        await chain.AssertWellAsync([.. Enumerable.Range(1, 3).Select(node => (node, chain.Start(node)))]);
    }

    [Theory]
    [InlineData(1, 1, false)]
    [InlineData(2, 1, false)]
    [InlineData(1, 2, false)]
    [InlineData(1, 1, true)]
    public async Task Several_chains_trees_and_encrypted_blocks_bring_the_same(int chains, int arity, bool isSealed)
    {
        await using var chain = await LoopbackChain.PrepareAsync(Image, 4, new() { Chains = chains, Arity = arity, IsSealed = isSealed, Patience = Long });
        await chain.AssertWellAsync([.. Enumerable.Range(1, 4).Select(node => (node, chain.Start(node)))]);
        // Each node but the first ones got it from another one.
        var summary = chain.Run.Summarize(4, TimeSpan.FromSeconds(1));
        Assert.True(
            summary.ServerBytes - (chains * (long)Image.Length) is >= 0 and <= 64 * 1024,
            $"{summary.ServerBytes} bytes were sent; {string.Join(", ", summary.Bypasses)}; {chain.Said()}");
    }

    [Fact]
    public async Task Blocks_are_encrypted_for_several_chains_at_once()
    {
        await using var chain = await LoopbackChain.PrepareAsync(Bytes(48 * 1024 * 1024), 4, new() { Chains = 4, IsSealed = true, Patience = Long });
        await chain.AssertWellAsync([.. Enumerable.Range(1, 4).Select(node => (node, chain.Start(node)))]);
        var summary = chain.Run.Summarize(4, TimeSpan.FromSeconds(1));
        Assert.Equal((0, 0), (summary.ResentBytes, summary.Wrong.Length));
    }

    [Fact]
    public async Task An_image_that_becomes_shorter_while_it_is_sent_ends_the_broadcast()
    {
        await using var chain = await LoopbackChain.PrepareAsync(Image, 1);
        using (var file = new FileStream(chain.Folder.File("image"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite)) file.SetLength(1_000_000);
        Assert.NotEqual(0, (await LoopbackChain.EndAsync(chain.Start(1))).Status);
        Assert.Contains("could be reached any more", chain.Said(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_gets_the_image_on_its_standard_input_at_its_own_pace()
    {
        await using var chain = await LoopbackChain.PrepareAsync(Image, 2);
        await chain.AssertWellAsync(
            (1, chain.Start(1, null, "--", "sh", "-c", $"sleep 0.3; cat >'{chain.SinkOf(1)}'")),
            (2, chain.Start(2, null, "--", "dd", $"of={chain.SinkOf(2)}", "bs=1000")));
    }

    [Fact]
    public async Task A_program_that_fails_costs_its_own_node_alone()
    {
        await using var chain = await LoopbackChain.PrepareAsync(Image, 3);
        var (first, second, third) = (chain.Start(1), chain.Start(2, null, "--", "sh", "-c", "head -c 100000 >/dev/null; echo torn >&2; exit 3"), chain.Start(3));
        Assert.Equal(12, (await LoopbackChain.EndAsync(second)).Status);
        await chain.AssertWellAsync((1, first), (3, third));
    }

    [Fact]
    public async Task A_program_that_needs_no_more_ends_well_while_the_digests_are_still_confirmed()
    {
        await using var chain = await LoopbackChain.PrepareAsync(Image, 2);
        var first = chain.Start(1, null, "--", "sh", "-c", "head -c 1000 >/dev/null");
        await chain.AssertWellAsync((2, chain.Start(2)));
        var (status, output) = await LoopbackChain.EndAsync(first);
        Assert.Equal(0, status);
        Assert.Contains($"root={chain.Manifest.Root}", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_late_node_gets_everything()
    {
        await using var chain = await LoopbackChain.PrepareAsync(Image, 3, new() { BytesPerSecond = 1_500_000 });
        var (first, second) = (chain.Start(1), chain.Start(2));
        // The others have begun without it, as it did not come.
        while (!chain.Told.Any(static progress => progress.Nodes.Any(static node => node.Bytes > 0))) await Task.Delay(20, Token);
        await chain.AssertWellAsync((1, first), (2, second), (3, chain.Start(3)));
    }

    [Fact]
    public async Task A_wrong_block_is_not_written_but_fetched_again_and_its_sender_is_named()
    {
        await using var chain = await LoopbackChain.PrepareAsync(Image, 3);
        await using var liar = await LyingMember.JoinAsync(chain, 1);
        liar.Spoil = static (block, bytes) => bytes[bytes.Length / 2] ^= (byte)(block is 3 or 20 ? 1 : 0);
        await chain.AssertWellAsync((2, chain.Start(2)), (3, chain.Start(3)));
        Assert.Equal([new WrongBlocks(NodeName.Parse("n-1"), 2)], chain.Run.Summarize(2, TimeSpan.FromSeconds(1)).Wrong);
    }

    [Fact]
    public async Task A_source_that_sends_mostly_nonsense_is_passed_by()
    {
        await using var chain = await LoopbackChain.PrepareAsync(Image, 2);
        await using var liar = await LyingMember.JoinAsync(chain, 1);
        liar.Spoil = static (_, bytes) => bytes[0] ^= 0x80;
        await chain.AssertWellAsync((2, chain.Start(2)));
        Assert.Equal(BypassCause.Corrupt, Assert.Single(chain.Run.Summarize(1, TimeSpan.FromSeconds(1)).Bypasses).Cause);
    }

    [Fact]
    public async Task A_source_that_falls_silent_is_passed_by()
    {
        await using var chain = await LoopbackChain.PrepareAsync(Image, 3);
        await using var liar = await LyingMember.JoinAsync(chain, 1);
        (liar.FreezesAfter, liar.Reports) = (10, false);
        await chain.AssertWellAsync((2, chain.Start(2)), (3, chain.Start(3)));
        Assert.Equal(BypassCause.Frozen, Assert.Single(chain.Run.Summarize(2, TimeSpan.FromSeconds(1)).Bypasses).Cause);
    }

    [Fact]
    public async Task Who_does_not_know_the_key_is_neither_served_nor_listened_to()
    {
        await using var chain = await LoopbackChain.PrepareAsync(Image, 2);
        var lines = chain.LinesFor(1);
        var stranger = chain.Start(1, lines.Replace(Convert.ToHexStringLower(chain.Run.Key.Span), new string('0', 64), StringComparison.Ordinal));
        // It gives up without having written anything.
        Assert.Equal(10, (await LoopbackChain.EndAsync(stranger)).Status);
        Assert.False(File.Exists(chain.SinkOf(1)));
        await chain.AssertWellAsync((2, chain.Start(2)));
    }

    [Fact]
    public async Task Garbage_that_is_sent_to_nodes_and_server_changes_nothing()
    {
        await using var chain = await LoopbackChain.PrepareAsync(Image, 2, new() { BytesPerSecond = 3_000_000, NodePort = 0 });
        var agents = new[] { (1, chain.Start(1)), (2, chain.Start(2)) };
        var random = new Random(5);
        for (var i = 0; i < 50; i++)
        {
            using var client = new TcpClient();
            await client.ConnectAsync(chain.Server.EndPoint, Token);
            var bytes = new byte[random.Next(1, 200)];
            random.NextBytes(bytes);
            if (i % 2 == 0) "KDC1"u8.CopyTo(bytes.AsSpan(0, Math.Min(4, bytes.Length)).Length == 4 ? bytes : new byte[4]);
            await client.GetStream().WriteAsync(bytes, Token);
        }

        await chain.AssertWellAsync(agents);
    }

    [Fact]
    public async Task Progress_tells_where_each_node_stands()
    {
        await using var chain = await LoopbackChain.PrepareAsync(Image, 2, new() { BytesPerSecond = 1_500_000 });
        await chain.AssertWellAsync((1, chain.Start(1)), (2, chain.Start(2)));
        var moving = chain.Told.First(static progress => progress.Nodes.All(static node => node.State == TransferState.Receiving));
        Assert.Equal(Image.Length, moving.Bytes);
        Assert.Equal([("n-1", 1), ("n-2", 2)], moving.Nodes.Select(static node => (node.Node.Value, node.Place)));
    }

    [Fact]
    public async Task Without_a_broadcast_to_join_the_image_is_fetched_directly()
    {
        await using var server = new EndToEnd.ImageServer(Image);
        await using var chain = await LoopbackChain.PrepareAsync(Image, 1);
        chain.Server.Close(chain.Run);
        var agent = chain.Start(1, $"{chain.LinesFor(1)}url={server.Address}\nlength={Image.Length}\n", "--", "dd", $"of={chain.SinkOf(1)}");
        var (status, output) = await LoopbackChain.EndAsync(agent);
        Assert.Equal((0, $"sha256={Convert.ToHexStringLower(chain.Manifest.Head.ImageDigest)} bytes={Image.Length}\n"), (status, output));
    }

    private static byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        return bytes;
    }
}
