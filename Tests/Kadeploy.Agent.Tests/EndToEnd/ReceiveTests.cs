using System.Security.Cryptography;
using Xunit;

namespace Kadeploy.Agent.Tests.EndToEnd;

/// <summary>An image on its way to a node: <c>kadeploy-agent receive</c> as the engine runs it.</summary>
public class ReceiveTests
{
    private static readonly byte[] Image = Bytes(5_000_000);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_image_arrives_whole_and_its_digest_is_told()
    {
        await using var harness = new AgentHarness();
        await using var server = new ImageServer(Image);
        using var agent = await harness.StartAgentAsync();
        var told = new List<(long, long)>();
        var result = await harness.Channel.RunAsync(harness.Node, Receive(harness, server), null, progress => told.Add((progress.Done, progress.Total)), Token);
        Assert.Equal((0, $"sha256={Digest(Image)} bytes={Image.Length}"), (result.ExitStatus, result.LastLines[^1]));
        Assert.Equal(Image, await File.ReadAllBytesAsync(harness.Folder.File("disk"), Token));
        Assert.Equal((Image.Length, Image.Length), told[^1]);
    }

    [Fact]
    public async Task A_lost_connection_goes_on_where_it_was()
    {
        await using var harness = new AgentHarness();
        await using var server = new ImageServer(Image);
        server.Breaks.Enqueue(1_500_000);
        server.Breaks.Enqueue(2_000_000);
        using var agent = await harness.StartAgentAsync();
        var result = await harness.RunAsync(Receive(harness, server));
        Assert.Equal((0, $"sha256={Digest(Image)} bytes={Image.Length}"), (result.ExitStatus, result.LastLines[^1]));
        Assert.Equal(Image, await File.ReadAllBytesAsync(harness.Folder.File("disk"), Token));
        Assert.Equal(
            ["GET /s3cret/image.tar?x=1 HTTP/1.1 0", "GET /s3cret/image.tar?x=1 HTTP/1.1 1500000", "GET /s3cret/image.tar?x=1 HTTP/1.1 3500000"], server.Requests);
    }

    [Fact]
    public async Task A_server_without_ranges_is_read_again_from_the_start()
    {
        await using var harness = new AgentHarness();
        await using var server = new ImageServer(Image) { KnowsRanges = false };
        server.Breaks.Enqueue(1_500_000);
        using var agent = await harness.StartAgentAsync();
        var result = await harness.RunAsync(Receive(harness, server));
        Assert.Equal((0, $"sha256={Digest(Image)} bytes={Image.Length}"), (result.ExitStatus, result.LastLines[^1]));
        Assert.Equal(Image, await File.ReadAllBytesAsync(harness.Folder.File("disk"), Token));
    }

    [Fact]
    public async Task An_image_that_is_not_there_costs_the_disk_nothing()
    {
        await using var harness = new AgentHarness();
        await using var server = new ImageServer(Image) { Status = "404 Not Found" };
        using var agent = await harness.StartAgentAsync();
        var result = await harness.RunAsync(Receive(harness, server));
        Assert.Equal(10, result.ExitStatus);
        Assert.Contains("404", Assert.Single(result.LastLines), StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", result.LastLines[0], StringComparison.Ordinal);
        Assert.False(File.Exists(harness.Folder.File("disk")));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_server_that_breaks_every_connection_is_given_up_on_as_truncated()
    {
        await using var harness = new AgentHarness();
        await using var server = new ImageServer(Image);
        server.Breaks.Enqueue(1000);
        for (var i = 0; i < 20; i++) server.Breaks.Enqueue(0);
        using var agent = await harness.StartAgentAsync();
        var result = await harness.RunAsync(Receive(harness, server));
        Assert.Equal(11, result.ExitStatus);
        Assert.Contains("1000 of 5000000 bytes", result.LastLines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_length_that_the_server_does_not_have_is_truncation_before_anything_is_written()
    {
        await using var harness = new AgentHarness();
        await using var server = new ImageServer(Image);
        using var agent = await harness.StartAgentAsync();
        var result = await harness.RunAsync(Receive(harness, server, length: Image.Length + 1));
        Assert.Equal(11, result.ExitStatus);
        Assert.False(File.Exists(harness.Folder.File("disk")));
    }

    [Fact]
    public async Task A_wrong_digest_is_told_with_both()
    {
        await using var harness = new AgentHarness();
        await using var server = new ImageServer(Image);
        using var agent = await harness.StartAgentAsync();
        var wrong = new string('0', 64);
        var result = await harness.RunAsync(Receive(harness, server, digest: wrong));
        Assert.Equal(13, result.ExitStatus);
        Assert.Contains(wrong, result.LastLines[^1], StringComparison.Ordinal);
        Assert.Contains(Digest(Image), result.LastLines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_writer_that_fails_says_why()
    {
        await using var harness = new AgentHarness();
        await using var server = new ImageServer(Image);
        using var agent = await harness.StartAgentAsync();
        var result = await harness.RunAsync(Receive(harness, server, writer: ["sh", "-c", "head -c 10 >/dev/null; echo no space left >&2; exit 3"]));
        Assert.Equal(12, result.ExitStatus);
        Assert.Equal(["no space left", "kadeploy-agent: sh ended with status 3"], result.LastLines);
        Assert.Equal(12, (await harness.RunAsync(Receive(harness, server, writer: ["no-such-writer"]))).ExitStatus);
    }

    [Fact]
    public async Task A_writer_that_needs_no_more_is_no_failure_and_the_rest_counts_for_the_digest()
    {
        await using var harness = new AgentHarness();
        await using var server = new ImageServer(Image);
        using var agent = await harness.StartAgentAsync();
        var result = await harness.RunAsync(Receive(harness, server, writer: ["sh", "-c", "head -c 10 >/dev/null"]));
        Assert.Equal((0, $"sha256={Digest(Image)} bytes={Image.Length}"), (result.ExitStatus, result.LastLines[^1]));
    }

    [Fact]
    public async Task The_engines_own_programs_can_write()
    {
        await using var harness = new AgentHarness();
        await using var server = new ImageServer(Image);
        using var agent = await harness.StartAgentAsync();
        var result = await harness.RunAsync(Receive(harness, server, writer: ["kadeploy-count"]));
        Assert.Equal(0, result.ExitStatus);
        Assert.Contains($"{Image.Length}", result.LastLines);
    }

    [Fact]
    public async Task A_later_receiver_ends_the_one_before_it_with_its_writer()
    {
        await using var harness = new AgentHarness();
        await using var server = new ImageServer(Image);
        using var agent = await harness.StartAgentAsync();
        var (disk, number) = (harness.Folder.File("disk"), harness.Folder.File("number"));
        // It would write on as soon as this test's process has ended, however that is; so nothing of it is left then.
        string[] writer =
        [
            "sh", "-c", "head -c 1000 >/dev/null; echo $$ >\"$3\"; echo ready; tail -f --pid=\"$1\" /dev/null; echo spoilt >\"$2\"", "sh",
            $"{Environment.ProcessId}", disk, number,
        ];
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var first = harness.Channel.RunAsync(harness.Node, Receive(harness, server, writer: writer), _ => ready.TrySetResult(), null, Token);
        await await Task.WhenAny(ready.Task, first);
        var second = await harness.RunAsync(Receive(harness, server));
        Assert.Equal((0, $"sha256={Digest(Image)} bytes={Image.Length}"), (second.ExitStatus, second.LastLines[^1]));
        Assert.Equal(128 + 9, (await first).ExitStatus);
        Assert.False(AgentProcess.IsAlive(number));
        Assert.Equal(Image, await File.ReadAllBytesAsync(disk, Token));
    }

    [Fact]
    public async Task Nonsense_is_refused()
    {
        await using var harness = new AgentHarness();
        using var agent = await harness.StartAgentAsync();
        foreach (var input in new[] { "", "url=ftp://x/y\n", "url=http://x/\nlength=-1\n", "url=http://x/\nsha256=00\n", "nothing\n" })
            Assert.Equal(2, (await harness.RunAsync(harness.Command("kadeploy-agent", "receive", "--", "cat") with { StandardInput = input })).ExitStatus);
        Assert.Equal(2, (await harness.RunAsync(harness.Command("kadeploy-agent", "receive"))).ExitStatus);
    }

    private static NodeCommand Receive(AgentHarness harness, ImageServer server, long? length = null, string? digest = null, string[]? writer = null) =>
        harness.Command("kadeploy-agent", ["receive", "--", .. writer ?? ["dd", "bs=64k", "iflag=fullblock", "status=none", $"of={harness.Folder.File("disk")}"]]) with
        {
            StandardInput = $"url={server.Address}\nlength={length ?? server.Content.Length}\nsha256={digest ?? Digest(server.Content)}\n",
        };

    private static string Digest(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        new Random(5).NextBytes(bytes);
        return bytes;
    }
}
