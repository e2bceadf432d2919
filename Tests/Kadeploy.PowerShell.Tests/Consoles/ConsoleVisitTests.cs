using Kadeploy.PowerShell.Bridge;
using Kadeploy.PowerShell.Consoles;
using Kadeploy.PowerShell.Tests.Fakes;
using Kadeploy.Terminals;
using Kadeploy.TestKit;
using Kadeploy.TestKit.Consoles;
using Xunit;

namespace Kadeploy.PowerShell.Tests.Consoles;

public sealed class ConsoleVisitTests : IAsyncDisposable
{
    private readonly OperationPlan _plan = SamplePlans.Small(2);
    private readonly RecordingStreams _streams = new();
    private readonly FakeTerminal _terminal = new();
    private readonly FakeSession _session;
    private readonly CancellationTokenSource _stop = new();

    public ConsoleVisitTests()
    {
        _session = new(_plan);
        _session.Happens(new OperationEvent.Started { Operation = _plan.Operation, At = _plan.PlannedAt });
    }

    private string Shown => string.Concat(_streams.Told.OfType<string>().Select(static told => told["shown: ".Length..]));

    public async ValueTask DisposeAsync()
    {
        _stop.Dispose();
        await _session.DisposeAsync();
    }

    [Fact]
    public async Task Keys_go_to_the_node_its_bytes_to_the_terminal_and_notices_to_the_host()
    {
        var console = new FakeConsoleSession(readOnly: false);
        console.OnTyped = () =>
        {
            Assert.True(_terminal.IsTaken);
            if (console.Typed.ToString() != "ls\r") return;
            console.Prints("é\u001b[1mfile\r\n");
            console.Tells("somebody says something");
            console.Ends();
        };
        _terminal.Type("ls\r");
        await VisitAsync(console);
        Assert.Equal("é\u001b[1mfile\r\n", _terminal.Shown);
        Assert.Equal(
            "\r\n[kadeploy] this is the console of sim-1; ^[^[^[^[ leaves it\r\n\r\n[kadeploy] somebody says something\r\n"
            + $"{Environment.NewLine}[kadeploy] you have left the console of sim-1{Environment.NewLine}",
            Shown);
        Assert.False(_terminal.IsTaken);
        Assert.True(console.IsLeft);
        Assert.Empty(_session.Cancelled);
    }

    [Fact]
    public async Task The_keys_that_leave_leave()
    {
        var console = new FakeConsoleSession(readOnly: false);
        _terminal.Type("\u001b\u001b\u001b\u001b");
        await VisitAsync(console);
        Assert.True(console.IsLeft);
        Assert.False(_terminal.IsTaken);
    }

    [Fact]
    public async Task The_keys_that_leave_leave_also_a_console_that_takes_none()
    {
        var console = new FakeConsoleSession(readOnly: false) { TakesNoKeys = true };
        _terminal.Type("x");
        for (var i = 0; i < 4; i++) _terminal.Type("\u001b");
        await VisitAsync(console);
        Assert.Equal("x", console.Typed.ToString());
        Assert.True(console.IsLeft);
        Assert.False(_terminal.IsTaken);
    }

    [Fact]
    public async Task All_that_was_typed_before_the_keys_that_leave_reaches_the_node()
    {
        var console = new FakeConsoleSession(readOnly: false);
        var expected = string.Concat(Enumerable.Range(0, 5000).Select(static i => $"{i} "));
        for (var i = 0; i < expected.Length; i += 100) _terminal.Type(expected.Substring(i, Math.Min(100, expected.Length - i)));
        _terminal.Type("\u001b\u001b\u001b\u001b");
        await VisitAsync(console);
        Assert.Equal(expected + "\u001b\u001b\u001b\u001b", console.Typed.ToString());
    }

    [Fact]
    public async Task Who_only_looks_on_needs_no_terminal_and_letters_are_whole_however_their_bytes_come()
    {
        var console = new FakeConsoleSession(readOnly: true);
        console.Prints("caf\u00e9"u8[..4]);
        console.Prints("caf\u00e9"u8[4..]);
        console.Ends();
        await VisitAsync(console);
        Assert.Contains($"Ctrl-C leaves it{Environment.NewLine}café[kadeploy] you have left", Shown, StringComparison.Ordinal);
        Assert.Empty(_terminal.Shown);
    }

    [Fact]
    public async Task A_pipeline_that_is_stopped_leaves_and_gives_the_terminal_back()
    {
        var console = new FakeConsoleSession(readOnly: false) { OnTyped = _stop.Cancel };
        _terminal.Type("x");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => VisitAsync(console));
        Assert.True(console.IsLeft);
        Assert.False(_terminal.IsTaken);
        Assert.Equal(["ada"], _session.Cancelled);
    }

    [Fact]
    public async Task A_console_that_cannot_be_had_is_an_error_with_its_code_and_the_node()
    {
        _session.Happens(SampleEvents.NodeFinished(_plan, _plan.Clusters[0].Nodes[0].Name) with
        {
            State = NodeState.Ko, Fault = new() { Code = FaultCodes.ConsoleUnreachable, Message = "no answer", SuggestedAction = "Look." },
        });
        await VisitAsync(null);
        var error = Assert.Single(_streams.Told.OfType<ErrorReport>());
        Assert.Equal((FaultCodes.ConsoleUnreachable, "node-1"), (error.Code, Assert.IsType<NodeResult>(error.Target).Node.Value));
        Assert.Empty(Shown);
    }

    [Fact]
    public async Task A_terminal_that_cannot_be_taken_is_told_and_the_console_left()
    {
        var console = new FakeConsoleSession(readOnly: false);
        _session.Console = console;
        var visit = new ConsoleVisit(_session, _streams, static _ => throw new IOException("the terminal cannot be asked for its modes: no"), EscapeSequence.Default);
        var wrong = await Assert.ThrowsAsync<ConfigurationException>(() => visit.RunAsync(Request, _stop.Token));
        Assert.Contains("cannot be asked", wrong.Message, StringComparison.Ordinal);
        Assert.True(console.IsLeft);
    }

    private static ConsoleRequest Request => new() { Nodes = [NodeName.Parse("sim-1")], User = "ada" };

    private Task VisitAsync(FakeConsoleSession? console)
    {
        _session.Console = console;
        return new ConsoleVisit(_session, _streams, _terminal.Take, EscapeSequence.Default).RunAsync(Request, _stop.Token);
    }
}
