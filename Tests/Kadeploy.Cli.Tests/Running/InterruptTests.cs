using Kadeploy.Cli.Consoles;
using Kadeploy.Cli.Tests.Fakes;
using Xunit;

namespace Kadeploy.Cli.Tests.Running;

public class InterruptTests
{
    private readonly FakeConsole _terminal = new() { InputIsTerminal = true, ErrorIsTerminal = true };
    private readonly FakeEngines _engines = new();

    [Fact]
    public async Task Away_from_a_terminal_ctrl_c_leaves_the_operation_to_be_resumed_and_says_how()
    {
        var console = new FakeConsole();
        var run = await StartAsync(console, "--state", "/tmp/my state");
        console.Interrupt();
        Assert.Equal(ExitCode.Interrupted, await run);
        Assert.True(_engines.Suspended);
        Assert.Empty(_engines.Cancelled);
        Assert.Contains("Left as it is", console.ErrorText.ToString(), StringComparison.Ordinal);
        Assert.Contains("  kadeploy resume --state \"/tmp/my state\"\n", console.ErrorText.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("[c]", console.ErrorText.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_to_end_asks_nothing()
    {
        var run = await StartAsync(_terminal);
        _terminal.Interrupt(Interruption.Terminate);
        Assert.Equal(ExitCode.Interrupted, await run);
        Assert.True(_engines.Suspended);
        Assert.DoesNotContain("[c]", _terminal.ErrorText.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_answer_l_leaves_the_operation()
    {
        var run = await AskAsync();
        _terminal.Press('x'); // no answer
        _terminal.Press('l');
        Assert.Equal(ExitCode.Interrupted, await run);
        Assert.True(_engines.Suspended);
        Assert.Contains("  kadeploy resume\n", _terminal.ErrorText.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_answer_c_cancels_and_waits_for_the_end()
    {
        var engines = new FakeEngines { OnCancel = static engine => engine.End(engine.Script.Ended(new(Ok: 1, Cancelled: 1))) };
        var run = KadeployCommand.RunAsync(["simulate", "--nodes", "2"], _terminal, engines, TestContext.Current.CancellationToken);
        await engines.Followed;
        _terminal.Interrupt();
        await _terminal.KeyAwaited;
        _terminal.Press('c');
        Assert.Equal(ExitCode.Interrupted, await run);
        Assert.False(engines.Suspended);
        Assert.Single(engines.Cancelled);
        Assert.Contains("was cancelled: 2 nodes, 1 ok, 1 cancelled.", _terminal.OutputText.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_answer_enter_goes_on_and_the_exit_code_is_that_of_the_nodes()
    {
        var run = await AskAsync();
        _terminal.Press('\n');
        _engines.End(_engines.Script.Ended(new(Ok: 2)));
        Assert.Equal(ExitCode.Ok, await run);
        Assert.False(_engines.Suspended);
    }

    [Fact]
    public async Task A_second_interrupt_instead_of_an_answer_leaves_the_operation()
    {
        var run = await AskAsync();
        _terminal.Interrupt();
        Assert.Equal(ExitCode.Interrupted, await run);
        Assert.True(_engines.Suspended);
    }

    [Fact]
    public async Task A_later_interrupt_does_not_ask_again()
    {
        var run = await AskAsync();
        _terminal.Press('\n');
        _terminal.Interrupt();
        Assert.Equal(ExitCode.Interrupted, await run);
        Assert.True(_engines.Suspended);
        Assert.Single(_terminal.ErrorText.ToString().Split("[c]")[1..]);
    }

    [Fact]
    public async Task An_operation_that_ends_while_the_question_stands_needs_no_answer()
    {
        var run = await AskAsync();
        _engines.End(_engines.Script.Ended(new(Ok: 1, Ko: 1)));
        Assert.Equal(ExitCode.SomeFailed, await run);
    }

    [Fact]
    public async Task A_callers_cancellation_counts_as_a_request_to_end()
    {
        using var source = new CancellationTokenSource();
        var run = KadeployCommand.RunAsync(["simulate", "--nodes", "2"], _terminal, _engines, source.Token);
        await _engines.Followed;
        await source.CancelAsync();
        Assert.Equal(ExitCode.Interrupted, await run);
        Assert.True(_engines.Suspended);
    }

    private async Task<Task<ExitCode>> StartAsync(FakeConsole console, params string[] options)
    {
        var run = KadeployCommand.RunAsync(["simulate", "--nodes", "2", .. options], console, _engines, TestContext.Current.CancellationToken);
        await _engines.Followed;
        return run;
    }

    private async Task<Task<ExitCode>> AskAsync()
    {
        var run = await StartAsync(_terminal);
        _terminal.Interrupt();
        await _terminal.KeyAwaited;
        return run;
    }
}
