using Kadeploy.Cli.Tests.Fakes;
using Xunit;

namespace Kadeploy.Cli.Tests.Errors;

public class UsageTests
{
    [Theory]
    [InlineData("", "kadeploy: which command? demo, deploy, reboot, power, console, simulate, operations, resume, cancel, env, cache, rights, audit, stat, config, nodes, clusters, lab, miniroot, links")]
    [InlineData("simulat", "kadeploy: unknown command 'simulat'; did you mean 'simulate'?")]
    [InlineData("stat --state x log", "kadeploy stat log: option '--state' belongs behind 'log'")]
    [InlineData("frobnicate", "kadeploy: unknown command 'frobnicate'")]
    [InlineData("nodes", "kadeploy nodes: which command? list, show, add, set, remove, import, export, fold, expand")]
    [InlineData("simulate", "kadeploy simulate: Option '--nodes' is required.")]
    [InlineData("simulate --node 5", "kadeploy simulate: unknown option '--node'; did you mean '--nodes'?")]
    [InlineData("simulate --nodes 5 --jsn", "kadeploy simulate: unknown option '--jsn'; did you mean '--json'?")]
    [InlineData("power status -m node-1 --foo", "kadeploy power status: unknown option '--foo'")]
    [InlineData("power status --foo -m node-1", "kadeploy power status: unknown option '--foo'")]
    [InlineData("reboot -m node-1 node-2 --vlam 7", "kadeploy reboot: unknown option '--vlam'; did you mean '--vlan'?")]
    [InlineData("nodes list --clutser lab", "kadeploy nodes list: unknown option '--clutser'; did you mean '--cluster'?")]
    [InlineData("nodes fold node-1 -q", "kadeploy nodes fold: unknown option '-q'")]
    [InlineData("nodes remove node-1 --jsn", "kadeploy nodes remove: unknown option '--jsn'; did you mean '--json'?")]
    [InlineData("rights grant -u al -m node-1 --overwirte", "kadeploy rights grant: unknown option '--overwirte'; did you mean '--overwrite'?")]
    [InlineData("simulate --nodes 0", "kadeploy simulate: --nodes: '0' was given, but a whole number from 1 to 100000 is expected")]
    [InlineData("simulate --nodes many", "kadeploy simulate: --nodes: 'many' was given, but a whole number from 1 to 100000 is expected")]
    [InlineData("simulate --nodes 5 extra", "kadeploy simulate: 'extra' is one argument too many")]
    [InlineData("simulate --nodes 5 --fault-rate 1.5", "kadeploy simulate: --fault-rate: '1.5' was given, but a number from 0 to 1, such as 0.05 is expected")]
    [InlineData("simulate --nodes 5 --latency slow", "kadeploy simulate: --latency: 'slow' was given, but one of none, realistic is expected")]
    [InlineData("simulate --nodes 99999999999", "kadeploy simulate: --nodes: '99999999999' was given, but a whole number from 1 to 100000 is expected")]
    [InlineData("simulate --nodes 2 --faults flaps --faults never-boots", "kadeploy simulate: Option '--faults' expects a single argument but 2 were provided.")]
    [InlineData("cancel D-1", "kadeploy cancel: ID: 'D-1' was given, but an operation's identifier, as 'kadeploy operations' lists them, is expected")]
    [InlineData("operations --events -1", "kadeploy operations: --events: '-1' was given, but a whole number from 0 is expected")]
    public async Task Mistakes_are_named_with_what_may_have_been_meant(string commandLine, string message)
    {
        var console = new FakeConsole();
        var engines = new FakeEngines();
        var exitCode = await KadeployCommand.RunAsync(
            commandLine.Split(' ', StringSplitOptions.RemoveEmptyEntries), console, engines, TestContext.Current.CancellationToken);
        Assert.Equal(ExitCode.Usage, exitCode);
        var lines = console.ErrorText.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(message, lines[0]);
        Assert.StartsWith("See 'kadeploy", lines[^1], StringComparison.Ordinal);
        Assert.Equal(2, lines.Length);
        Assert.Empty(console.OutputText.ToString());
        Assert.Empty(engines.Opened);
    }

    [Fact]
    public async Task An_empty_state_directory_is_a_mistake()
    {
        var console = new FakeConsole();
        var exitCode = await KadeployCommand.RunAsync(
            ["simulate", "--nodes", "2", "--state", ""], console, new FakeEngines(), TestContext.Current.CancellationToken);
        Assert.Equal(ExitCode.Usage, exitCode);
        Assert.StartsWith("kadeploy simulate: --state: '' was given, but a directory is expected\n", console.ErrorText.ToString(), StringComparison.Ordinal);
    }
}
