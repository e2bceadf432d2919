using Xunit;

namespace Kadeploy.Engine.Tests.Drivers.Consoles;

/// <summary>Users of a node's only line who leave at the same moment: the one who holds it, and others who would take it up.</summary>
public class ConsoleLeavingTests
{
    private static readonly int Rounds = int.Parse(Environment.GetEnvironmentVariable("KADEPLOY_TEST_ROUNDS") ?? "12", System.Globalization.CultureInfo.InvariantCulture);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Nobody_is_kept_when_all_leave_at_once()
    {
        var random = new Random(1);
        for (var round = 0; round < Rounds; round++)
        {
            await using var bench = new ConsoleBench();
            var owner = bench.Enter("owner", readOnly: round % 2 == 0);
            await owner.SeesAsync("start 1");
            var other = bench.Enter("other", readOnly: round % 2 != 0, second: 1);
            await other.SeesAsync("start 1");
            // The line changes hands within some 100 ms of the first's leaving, and a program is started.
            var pause = TimeSpan.FromMilliseconds(random.Next(0, 160));
            await AllLeaveAsync(round, LeaveAsync(owner, TimeSpan.Zero), LeaveAsync(other, round % 3 == 0 ? TimeSpan.Zero : pause));
        }
    }

    [Fact]
    public async Task Who_stays_has_the_line_when_two_leave_at_once()
    {
        var random = new Random(2);
        for (var round = 0; round < Rounds; round++)
        {
            await using var bench = new ConsoleBench();
            var owner = bench.Enter("owner", readOnly: true);
            await owner.SeesAsync("start 1");
            var jane = bench.Enter("jane", second: 1);
            await jane.SeesAsync("start 1");
            var other = bench.Enter("other", readOnly: true, second: 2);
            await other.SeesAsync("start 1");
            await AllLeaveAsync(round, LeaveAsync(owner, TimeSpan.Zero), LeaveAsync(other, TimeSpan.FromMilliseconds(random.Next(0, 160))));
            await TypesAsync(jane, $"still there {round}").WaitAsync(Limit, TestContext.Current.CancellationToken);
            await AllLeaveAsync(round, LeaveAsync(jane, TimeSpan.Zero));
        }
    }

    [Fact]
    public async Task A_child_of_the_program_that_lives_on_keeps_nobody()
    {
        // As the process that ssh leaves behind for connections to come (ControlPersist), with the program's output in its hands.
        await using var bench = new ConsoleBench("sleep 600 &\necho $! >> children\n" + ConsoleBench.Echo);
        try
        {
            var owner = bench.Enter("owner", readOnly: true);
            await owner.SeesAsync("start 1");
            var jane = bench.Enter("jane", second: 1);
            await jane.SeesAsync("start 1");
            await AllLeaveAsync(0, LeaveAsync(owner, TimeSpan.Zero));
            await TypesAsync(jane, "still there").WaitAsync(Limit, TestContext.Current.CancellationToken);
            await AllLeaveAsync(0, LeaveAsync(jane, TimeSpan.Zero));
        }
        finally
        {
            foreach (var child in bench.Folder.Lines("children"))
                using (var process = System.Diagnostics.Process.GetProcessById(int.Parse(child, System.Globalization.CultureInfo.InvariantCulture))) process.Kill();
        }
    }

    [Fact]
    public async Task A_program_that_reads_nothing_keeps_nobody_who_types()
    {
        await using var bench = new ConsoleBench(ConsoleBench.Echo.Replace("cat", "exec sleep 600", StringComparison.Ordinal));
        var jane = bench.Enter("jane");
        await jane.SeesAsync("start 1");
        using var over = new CancellationTokenSource();
        var pasting = PasteAsync();
        Assert.NotSame(pasting, await Task.WhenAny(pasting, Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken)));
        await over.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pasting);
        await AllLeaveAsync(0, LeaveAsync(jane, TimeSpan.Zero));

        async Task PasteAsync()
        {
            var line = new byte[4000];
            for (var i = 0; i < 10_000; i++) await jane.Session.WriteAsync(line, over.Token);
        }
    }

    private static async Task TypesAsync(ConsoleUser user, string text)
    {
        // What is typed before the line is up again is lost.
        while (!user.Seen.Contains(text, StringComparison.Ordinal))
        {
            await user.TypeAsync(text + "\r\n");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    private static async Task LeaveAsync(ConsoleUser user, TimeSpan pause)
    {
        await Task.Delay(pause, TestContext.Current.CancellationToken);
        await user.DisposeAsync();
    }

    private static async Task AllLeaveAsync(int round, params Task[] leaving)
    {
        try
        {
            await Task.WhenAll(leaving).WaitAsync(Limit, TestContext.Current.CancellationToken);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"round {round}: somebody is kept");
        }
    }
}
