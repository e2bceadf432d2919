using System.Security.Cryptography;
using System.Text;
using Xunit;

namespace Kadeploy.Agent.Tests.EndToEnd;

public class CommandTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Programs_get_their_arguments_variables_and_input_as_they_are()
    {
        await using var harness = new AgentHarness();
        using var agent = await harness.StartAgentAsync();

        var arguments = await harness.RunAsync(harness.Command("printf", "%s|", "a b", "$HOME", "", "ä'\"\\"));
        Assert.Equal((0, "a b|$HOME||ä'\"\\|"), (arguments.ExitStatus, Assert.Single(arguments.LastLines)));

        var variables = await harness.RunAsync(harness.Script("echo \"$KADEPLOY_X\"") with
        {
            Environment = System.Collections.Immutable.ImmutableDictionary<string, string>.Empty.Add("KADEPLOY_X", "=1 2"),
        });
        Assert.Equal(["=1 2"], variables.LastLines);

        var input = await harness.RunAsync(harness.Command("cat") with { StandardInput = "first\nsecond" });
        Assert.Equal(["first", "second"], input.LastLines);
        // Without input it reads the end, not the agent's own.
        Assert.Empty((await harness.RunAsync(harness.Command("cat"))).LastLines);
    }

    [Fact]
    public async Task Ends_are_told_as_shells_tell_them()
    {
        await using var harness = new AgentHarness();
        using var agent = await harness.StartAgentAsync();
        var failed = await harness.RunAsync(harness.Script("echo out; echo err >&2; exit 3"));
        Assert.Equal(3, failed.ExitStatus);
        Assert.Equal(["err", "out"], failed.LastLines.Order(StringComparer.Ordinal));
        Assert.Equal(128 + 9, (await harness.RunAsync(harness.Script("kill -9 $$"))).ExitStatus);
        var missing = await harness.RunAsync(harness.Command("no-such-program"));
        Assert.Equal((127, "no-such-program: No such file or directory"), (missing.ExitStatus, Assert.Single(missing.LastLines)));
        Assert.Equal(126, (await harness.RunAsync(harness.Command("/etc/passwd"))).ExitStatus);
        // SIGPIPE ends programs, as it does elsewhere.
        Assert.Equal(["y"], (await harness.RunAsync(harness.Script("yes | head -n 1"))).LastLines);
    }

    [Fact]
    public async Task Large_output_and_input_arrive_whole_and_in_order()
    {
        const int Size = 20_000_000;
        await using var harness = new AgentHarness();
        using var agent = await harness.StartAgentAsync();
        long received = 0;
        var inOrder = true;
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var result = await harness.Channel.RunAsync(
            harness.Node, harness.Script("yes 0123456789 | head -c \"$1\"", $"{Size}"), output =>
            {
                inOrder &= output.Offset == received;
                received += output.Data.Length;
                digest.AppendData(output.Data.Span);
            }, null, Token);
        Assert.Equal((0, (long)Size, true), (result.ExitStatus, received, inOrder));
        var expected = string.Concat(Enumerable.Repeat("0123456789\n", (Size / 11) + 1))[..Size];
        Assert.Equal(Convert.ToHexString(SHA256.HashData(Encoding.ASCII.GetBytes(expected))), Convert.ToHexString(digest.GetHashAndReset()));

        var input = expected[..3_000_000];
        var sum = await harness.RunAsync(harness.Command("sha256sum") with { StandardInput = input });
        Assert.Equal([$"{Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(input)))}  -"], sum.LastLines);
        // A program that does not want its input is no obstacle.
        Assert.Equal(0, (await harness.RunAsync(harness.Command("true") with { StandardInput = input })).ExitStatus);
    }

    [Fact]
    public async Task A_cancelled_program_is_stopped_with_all_that_it_started()
    {
        await using var harness = new AgentHarness();
        using var agent = await harness.StartAgentAsync();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var started = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var run = harness.Channel.RunAsync(
            harness.Node, harness.Script("sleep 600 & echo $!; wait"), output => started.TrySetResult(int.Parse(Encoding.ASCII.GetString(output.Data.Span), null)), null, cancel.Token);
        var sleeper = await started.Task.WaitAsync(Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.False(IsRunning(sleeper));
        // The agent serves on.
        Assert.Equal(0, (await harness.RunAsync(harness.Command("true"))).ExitStatus);
    }

    [Fact]
    public async Task Many_programs_run_at_once()
    {
        await using var harness = new AgentHarness();
        using var agent = await harness.StartAgentAsync();
        var results = await Task.WhenAll(Enumerable.Range(0, 40).Select(number => harness.RunAsync(harness.Script("echo $1", $"{number}"))));
        Assert.Equal(Enumerable.Range(0, 40).Select(static number => $"{number}"), results.Select(static result => Assert.Single(result.LastLines)));
    }

    [Fact]
    public async Task A_program_left_in_the_background_does_not_hold_the_end_back()
    {
        await using var harness = new AgentHarness();
        using var agent = await harness.StartAgentAsync();
        var result = await harness.RunAsync(harness.Script("sleep 600 & echo $!"));
        var sleeper = int.Parse(Assert.Single(result.LastLines), null);
        Assert.True(IsRunning(sleeper));
        await harness.RunAsync(harness.Command("kill", $"{sleeper}"));
    }

    [Fact]
    public async Task Progress_is_passed_on()
    {
        await using var harness = new AgentHarness();
        using var agent = await harness.StartAgentAsync();
        var told = new List<(long, long)>();
        await harness.Channel.RunAsync(
            harness.Node, harness.Script("eval \"echo 7 10 >&$KADEPLOY_PROGRESS_FD\"; echo no number >&3; echo 10 10 >&3"), null,
            progress => told.Add((progress.Done, progress.Total)), Token);
        Assert.Equal((10, 10), told[^1]);
    }

    [Fact]
    public async Task The_same_attempt_is_run_once_and_another_command_in_its_place_not_at_all()
    {
        await using var harness = new AgentHarness();
        using var agent = await harness.StartAgentAsync();
        var command = harness.Script("echo run >> \"$1\"; wc -l < \"$1\"", harness.Folder.File("runs"));
        Assert.Equal(["1"], (await harness.RunAsync(command)).LastLines);
        Assert.Equal(["1"], (await harness.RunAsync(command)).LastLines);
        Assert.Equal(["2"], (await harness.RunAsync(command with { Ordinal = 1 })).LastLines);
        var conflict = await Assert.ThrowsAsync<OperationFailedException>(() => harness.RunAsync(command with { Arguments = ["-c", "echo x"] }));
        Assert.Contains("was not run", conflict.Message, StringComparison.Ordinal);
        Assert.Equal(2, harness.Runs.Length);
    }

    [Fact]
    public async Task What_does_not_fit_into_a_request_is_refused_before_it_is_sent()
    {
        await using var harness = new AgentHarness();
        using var agent = await harness.StartAgentAsync();
        await Assert.ThrowsAsync<OperationFailedException>(() => harness.RunAsync(harness.Command("echo", new string('x', 200_000))));
        await Assert.ThrowsAsync<OperationFailedException>(() => harness.RunAsync(harness.Command("echo", "a\0b")));
        Assert.Equal(0, (await harness.RunAsync(harness.Command("true"))).ExitStatus);
    }

    [Fact]
    public async Task Files_appear_whole_with_their_permissions_or_not_at_all()
    {
        await using var harness = new AgentHarness();
        using var agent = await harness.StartAgentAsync();
        var path = harness.Folder.File("deep/er/file");
        var content = new byte[1_000_000];
        new Random(1).NextBytes(content);
        await harness.Channel.WriteFileAsync(harness.Node, path, (UnixFileMode)0x1A0, new MemoryStream(content), content.Length, null, Token);
        Assert.Equal(content, await File.ReadAllBytesAsync(path, Token));
        Assert.Equal((UnixFileMode)0x1A0, File.GetUnixFileMode(path));
        await Assert.ThrowsAsync<OperationFailedException>(() =>
            harness.Channel.WriteFileAsync(harness.Node, path, (UnixFileMode)0x1A0, new MemoryStream(content), content.Length + 1, null, Token));
        await Assert.ThrowsAsync<OperationFailedException>(() =>
            harness.Channel.WriteFileAsync(harness.Node, "/proc/nowhere/file", (UnixFileMode)0x1A0, new MemoryStream(content), content.Length, null, Token));
        Assert.Equal(content, await File.ReadAllBytesAsync(path, Token));
        Assert.Equal([path], Directory.EnumerateFiles(Path.GetDirectoryName(path)!));
    }

    [Fact]
    public async Task The_hardware_is_told()
    {
        await using var harness = new AgentHarness();
        using var agent = await harness.StartAgentAsync();
        var inventory = await harness.Channel.ReadInventoryAsync(harness.Node, Token);
        Assert.Equal(Environment.ProcessorCount, Math.Min(Environment.ProcessorCount, inventory.Processors));
        Assert.True(inventory.MemoryBytes > 64 * 1024 * 1024);
        Assert.Equal(
            Directory.EnumerateDirectories("/sys/block").Select(Path.GetFileName).Where(static name => name!.StartsWith("vd", StringComparison.Ordinal) || name.StartsWith("nvme", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
            inventory.Disks.Select(static disk => disk.Name).Where(static name => name.StartsWith("vd", StringComparison.Ordinal) || name.StartsWith("nvme", StringComparison.Ordinal)));
    }

    // A zombie has ended, though whoever adopted it has not noticed.
    private static bool IsRunning(int process) =>
        File.Exists($"/proc/{process}/stat") && !File.ReadAllText($"/proc/{process}/stat").Contains(") Z ", StringComparison.Ordinal);
}
