using System.Text;
using System.Text.Json;
using Kadeploy.Cli.Consoles;
using Kadeploy.Cli.Tests.Fakes;
using Kadeploy.TestKit.Consoles;
using Xunit;

namespace Kadeploy.Cli.Tests.Commands;

public sealed class ConsoleCommandTests : IDisposable
{
    private readonly SiteFolder _site = new();
    private readonly FakeConsole _console = new() { InputIsTerminal = true, OutputIsTerminal = true };
    private readonly FakeConsoleSession _session = new(readOnly: false);
    private readonly FakeEngines _engines;

    public ConsoleCommandTests()
    {
        _engines = new() { Console = _session };
        Configure(_console);
        _engines.End(_engines.Script.Ended(new(Ok: 1)));
    }

    private string Shown => Encoding.UTF8.GetString(_console.Bytes.ToArray());

    private string Error => _console.ErrorText.ToString();

    public void Dispose() => _site.Dispose();

    [Fact]
    public async Task Keys_go_to_the_node_and_its_bytes_to_the_screen_until_the_user_leaves()
    {
        _session.OnTyped = () =>
        {
            Assert.True(_console.Terminal.IsTaken);
            if (!_session.Typed.ToString().EndsWith("ls\r", StringComparison.Ordinal)) return;
            _session.Prints("file\r\n");
            _session.Tells("somebody says something");
            _console.Terminal.Type("\u001b\u001b\u001b\u001b");
        };
        _console.Terminal.Type("l");
        _console.Terminal.Type("s\r");
        Assert.Equal(ExitCode.Ok, await RunAsync("node-1", "--force"));
        Assert.Equal("ls\r\u001b\u001b\u001b\u001b", _session.Typed.ToString());
        Assert.False(_console.Terminal.IsTaken);
        Assert.True(_session.IsLeft);
        Assert.StartsWith("\r\n[kadeploy] this is the console of sim-1; ^[^[^[^[ leaves it", Error, StringComparison.Ordinal);
        Assert.EndsWith($"[kadeploy] you have left the console of sim-1{Environment.NewLine}", Error, StringComparison.Ordinal);
        var request = Assert.IsType<ConsoleRequest>(Assert.Single(_engines.Requests));
        Assert.Equal(("node-1", false, true), (request.Nodes.Single().Value, request.ReadOnly, request.TakeOver));
    }

    [Fact]
    public async Task What_comes_is_shown_before_the_session_ends_by_itself()
    {
        _session.Prints("bye\r\n");
        _session.Tells("joe has taken the console over");
        _session.Ends();
        Assert.Equal(ExitCode.Ok, await RunAsync("node-1"));
        Assert.Equal("bye\r\n", Shown);
        Assert.Contains("\r\n[kadeploy] joe has taken the console over\r\n", Error, StringComparison.Ordinal);
        Assert.False(_console.Terminal.IsTaken);
    }

    [Fact]
    public async Task A_request_to_end_gives_the_terminal_back()
    {
        _session.OnTyped = () => _console.Interrupt(Interruption.Terminate);
        _console.Terminal.Type("x");
        Assert.Equal(ExitCode.Interrupted, await RunAsync("node-1"));
        Assert.False(_console.Terminal.IsTaken);
        Assert.True(_session.IsLeft);
    }

    [Fact]
    public async Task A_terminal_that_is_closed_leaves()
    {
        _console.Terminal.Close();
        Assert.Equal(ExitCode.Ok, await RunAsync("node-1"));
        Assert.True(_session.IsLeft);
    }

    [Fact]
    public async Task A_node_that_cannot_be_reached_is_told_with_what_to_do()
    {
        var engines = new FakeEngines();
        engines.Script.Started().Ends(1, NodeState.Ko, Script.Fault(FaultCodes.ConsoleUnreachable, null));
        engines.End(engines.Script.Ended(new(Ko: 1)));
        Assert.Equal(ExitCode.AllFailed, await KadeployCommand.RunAsync(["console", "node-1"], _console, engines, TestContext.Current.CancellationToken));
        Assert.StartsWith("kadeploy: it broke\n", Error, StringComparison.Ordinal);
        Assert.Contains("(KA2601)", Error, StringComparison.Ordinal);
        Assert.False(_console.Terminal.IsTaken);
    }

    [Fact]
    public async Task Watching_needs_no_terminal_and_ends_with_control_c()
    {
        var (console, session) = (new FakeConsole(), new FakeConsoleSession(readOnly: true));
        Configure(console);
        var engines = new FakeEngines { Console = session };
        engines.End(engines.Script.Ended(new(Ok: 1)));
        session.Prints("booting\r\n");
        var run = KadeployCommand.RunAsync(["console", "node-1", "--watch"], console, engines, TestContext.Current.CancellationToken);
        await Until(() => console.Bytes.Length > 0);
        console.Interrupt();
        Assert.Equal(ExitCode.Ok, await run);
        Assert.Equal("booting\r\n", Encoding.UTF8.GetString(console.Bytes.ToArray()));
        Assert.True(Assert.IsType<ConsoleRequest>(Assert.Single(engines.Requests)).ReadOnly);
        Assert.Contains("you look at the console of sim-1; Ctrl-C leaves it", console.ErrorText.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_terminal_nobody_types()
    {
        var console = new FakeConsole();
        Configure(console);
        Assert.Equal(ExitCode.Usage, await KadeployCommand.RunAsync(["console", "node-1"], console, _engines, TestContext.Current.CancellationToken));
        Assert.Contains("look on with --watch, or read what was kept with --log", console.ErrorText.ToString(), StringComparison.Ordinal);
        Assert.Empty(_engines.Requests);
    }

    [Theory]
    [InlineData("--watch --log", "give one of them")]
    [InlineData("--watch --force", "leave it out")]
    [InlineData("--follow --raw", "--raw goes with --log")]
    [InlineData("--tail 2", "--tail goes with --log")]
    [InlineData("--log --raw --tail 2", "--tail counts lines")]
    [InlineData("--json", "--json goes with --log")]
    [InlineData("-e ^", "-e: '^' was given, but keys such as")]
    public async Task What_does_not_go_together_is_told(string options, string expected)
    {
        Assert.Equal(ExitCode.Usage, await RunAsync(["node-1", .. options.Split(' ')]));
        Assert.Contains(expected, Error, StringComparison.Ordinal);
        Assert.Empty(_engines.Requests);
    }

    [Fact]
    public async Task What_was_kept_is_read_without_an_engine()
    {
        var log = _site.Write("state/consoles/node-1/00000000000000000000.log", "\u001b[1mlogin:\u001b[0m root\r\nhello\r\n");
        Assert.Equal(ExitCode.Ok, await RunAsync("node-1", "--log", "--state", _site["state"]));
        Assert.Equal(["login: root", "hello"], _console.OutputLines);
        _console.OutputText.GetStringBuilder().Clear();
        Assert.Equal(ExitCode.Ok, await RunAsync("node-1", "--log", "--tail", "1", "--state", _site["state"]));
        Assert.Equal(["hello"], _console.OutputLines);
        Assert.Equal(ExitCode.Ok, await RunAsync("node-1", "--log", "--raw", "--state", _site["state"]));
        Assert.Equal(await File.ReadAllTextAsync(log, TestContext.Current.CancellationToken), Shown);
        _console.OutputText.GetStringBuilder().Clear();
        Assert.Equal(ExitCode.Ok, await RunAsync("node-1", "--log", "--json", "--state", _site["state"]));
        using var line = JsonDocument.Parse(_console.OutputLines[1]);
        Assert.Equal(("consoleLine", "node-1", "hello"), (Text("kind"), Text("node"), Text("text")));
        Assert.Empty(_engines.Opened);

        string? Text(string name) => line.RootElement.GetProperty(name).GetString();
    }

    [Fact]
    public async Task A_log_that_is_not_there_is_explained()
    {
        Assert.Equal(ExitCode.Usage, await RunAsync("node-1", "--log", "--state", _site["state"]));
        Assert.Contains("nothing was kept yet of the console of node-1", Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, await RunAsync("node-9", "--log", "--state", _site["state"]));
        Assert.Contains("node 'node-9' is not known", Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_to_which_something_writes_is_the_log()
    {
        _site.Write("lab.yml", "name: lab\nnodes: { name: 'node-[1-2]' }\npartitioning: { block_device: /dev/sda, partitions: { deploy: 3 } }\nconsole: { file: HOSTNAME_SHORT.log }\n");
        _site.Write("node-1.log", "from elsewhere\n");
        Assert.Equal(ExitCode.Ok, await RunAsync("node-1", "--log", "--state", _site["state"]));
        Assert.Equal(["from elsewhere"], _console.OutputLines);
        Assert.Equal(ExitCode.Usage, await RunAsync("node-2", "--log", "--state", _site["state"]));
        Assert.Contains("to which something writes", Error, StringComparison.Ordinal);
    }

    private void Configure(FakeConsole console) => console.Variables["KADEPLOY_CONFIG"] = _site["kadeploy.yml"];

    private Task<ExitCode> RunAsync(params string[] arguments) =>
        KadeployCommand.RunAsync(["console", .. arguments], _console, _engines, TestContext.Current.CancellationToken);

    // A stream of bytes tells nobody of itself.
    private static async Task Until(Func<bool> holds)
    {
        while (!holds())
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
