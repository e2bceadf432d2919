using Kadeploy.Engine.Drivers.Processes;
using Xunit;

namespace Kadeploy.Engine.Tests.Drivers.Processes;

public sealed class ProcessRunnerTests : IDisposable
{
    private readonly ScratchFolder _folder = new();
    private readonly ProcessRunner _runner = new(TimeProvider.System);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Arguments_arrive_as_they_are_and_no_shell_reads_them()
    {
        var program = _folder.Program("p", """for a in "$@"; do printf '<%s>\n' "$a"; done; exit 3""");
        var outcome = await _runner.RunAsync(new() { Program = program, Arguments = ["a b", "$HOME", "", "x;id", "\"*'"] }, Token);
        Assert.Equal(3, outcome.ExitStatus);
        Assert.Equal(["<a b>", "<$HOME>", "<>", "<x;id>", "<\"*'>"], outcome.Output);
        Assert.Empty(outcome.Errors);
    }

    [Fact]
    public async Task Environment_input_and_both_outputs_are_passed()
    {
        var program = _folder.Program("p", "cat; echo \"$SECRET ${HOME-gone}\" >&2");
        var outcome = await _runner.RunAsync(
            new()
            {
                Program = program, Input = "one\ntwo",
                Environment = System.Collections.Immutable.ImmutableDictionary<string, string?>.Empty.Add("SECRET", "s").Add("HOME", null),
            },
            Token);
        Assert.Equal(["one", "two"], outcome.Output);
        Assert.Equal(["s gone"], outcome.Errors);
    }

    [Fact]
    public async Task Only_the_last_lines_are_kept_of_any_amount()
    {
        var program = _folder.Program("p", "i=0; while [ $i -lt 20000 ]; do echo line $i; i=$((i+1)); done; head -c 100000 /dev/zero | tr '\\0' x");
        var outcome = await _runner.RunAsync(new() { Program = program, KeptLines = 3 }, Token);
        Assert.Equal(["line 19998", "line 19999", new string('x', LineTail.LongestLine) + "…"], outcome.Output);
    }

    [Fact]
    public async Task A_program_that_reads_nothing_may_be_given_much()
    {
        var outcome = await _runner.RunAsync(new() { Program = _folder.Program("p", "exit 0"), Input = new('x', 1_000_000) }, Token);
        Assert.Equal(0, outcome.ExitStatus);
    }

    [Fact]
    public async Task Cancellation_kills_the_program_and_what_it_started()
    {
        var program = _folder.Program("p", $"sleep 600 & echo $$ $! > {_folder["part"]}; mv {_folder["part"]} {_folder["pids"]}; wait");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        using var watcher = new FileSystemWatcher(_folder.Path);
        var started = new TaskCompletionSource();
        watcher.Renamed += (_, _) => started.TrySetResult();
        watcher.EnableRaisingEvents = true;
        var run = _runner.RunAsync(new() { Program = program }, stop.Token);
        await started.Task.WaitAsync(Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        if (!OperatingSystem.IsLinux()) return;
        foreach (var pid in File.ReadAllText(_folder["pids"]).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            Assert.True(SpinWait.SpinUntil(() => IsGone(pid), TimeSpan.FromSeconds(30)), $"process {pid} lives on"); // a signal takes its way
    }

    [Fact]
    public async Task A_child_that_holds_the_output_open_does_not_hold_the_run()
    {
        var program = _folder.Program("p", $"sleep 600 & echo $! > {_folder["pid"]}; echo done");
        var outcome = await _runner.RunAsync(new() { Program = program }, Token);
        System.Diagnostics.Process.GetProcessById(int.Parse(_folder.Lines("pid")[0])).Kill();
        Assert.Equal(["done"], outcome.Output);
    }

    [Fact]
    public async Task A_missing_program_is_a_driver_that_cannot_work()
    {
        var failure = await Assert.ThrowsAsync<DriverUnusableException>(() => _runner.RunAsync(new() { Program = "no-such-program-here" }, Token));
        Assert.Contains("'no-such-program-here'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_started_after_cancellation()
    {
        var program = _folder.Program("p", $"echo ran > {_folder["ran"]}");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _runner.RunAsync(new() { Program = program }, new(canceled: true)));
        Assert.False(File.Exists(_folder["ran"]));
    }

    [Fact]
    public void Secret_arguments_are_not_printed()
    {
        var command = new ProcessCommand { Program = "tool", Arguments = ["-P", new("hunter2", IsSecret: true), "a b", ""] };
        Assert.Equal("tool -P *** 'a b' ''", command.ToString());
    }

    // A killed process that nobody has waited for yet is a zombie, or gone.
    private static bool IsGone(string pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return true;
        }
    }
}
