using System.Text.Json;
using Kadeploy.Cli.Tests.Fakes;
using Xunit;

namespace Kadeploy.Cli.Tests.Commands;

public class OperationsCommandTests
{
    private readonly FakeConsole _console = new();
    private readonly FakeEngines _engines = new();

    [Fact]
    public async Task Operations_are_listed_without_starting_an_engine()
    {
        _engines.Operations.Add(_engines.Script.Ended(new(Ok: 1, Ko: 1)));
        Assert.Equal(ExitCode.Ok, await RunAsync("operations"));
        Assert.Matches($@"{_engines.Script.Id} +simulated( deployment)? +alice +finished", _console.OutputText.ToString());
        Assert.Empty(_engines.Opened);
    }

    [Fact]
    public async Task No_operations_are_said_to_be_none()
    {
        await RunAsync("operations");
        Assert.Equal("There are no operations.\n", _console.OutputText.ToString());
    }

    [Fact]
    public async Task An_operation_as_json_has_stable_names()
    {
        _engines.Operations.Add(_engines.Script.Running);
        await RunAsync($"operations {_engines.Script.Id} --json");
        using var line = JsonDocument.Parse(_console.OutputLines.Single());
        Assert.Equal(
            [
                "kind", "id", "type", "user", "environment", "simulated", "state", "plannedAt", "finishedAt", "nodes", "ok", "ko", "stopped",
                "cancelled", "discarded",
            ],
            line.RootElement.EnumerateObject().Select(static property => property.Name));
        Assert.Equal("running", line.RootElement.GetProperty("state").GetString());
        Assert.Equal("deployment", line.RootElement.GetProperty("type").GetString());
    }

    [Fact]
    public async Task Events_are_shown_from_the_number_asked_for()
    {
        _engines.Operations.Add(_engines.Script.Running);
        _engines.Script.Started().Begins(1, MacroStep.SetDeploymentEnv, 0).Fails(1, MacroStep.SetDeploymentEnv, 0, FailureConsequence.Retry);
        await RunAsync($"operations {_engines.Script.Id} --events 2");
        Assert.Equal(
            [
                "       2  2026-01-01 00:00:00.000  sim-1 SetDeploymentEnvTest:First started",
                "       3  2026-01-01 00:00:00.000  sim-1 SetDeploymentEnvTest:First failed after 1 s: KA2104 it broke; it is tried again",
            ],
            _console.OutputLines);
    }

    [Fact]
    public async Task Following_goes_on_until_the_operation_has_ended()
    {
        _engines.Operations.Add(_engines.Script.Running);
        _engines.Script.Started();
        var run = RunAsync($"operations {_engines.Script.Id} --follow");
        await _engines.Followed;
        Assert.False(run.IsCompleted);
        _engines.End(_engines.Script.Ended(new(Ok: 2)));
        Assert.Equal(ExitCode.Ok, await run);
    }

    [Fact]
    public async Task Following_ends_with_ctrl_c()
    {
        var run = RunAsync("operations --follow");
        await _engines.Followed;
        _console.Interrupt();
        Assert.Equal(ExitCode.Interrupted, await run);
    }

    [Fact]
    public async Task An_operation_that_does_not_exist_is_a_mistake()
    {
        Assert.Equal(ExitCode.Usage, await RunAsync($"operations {_engines.Script.Id}"));
        Assert.Contains($"there is no operation {_engines.Script.Id}", _console.ErrorText.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancel_passes_the_request_on_with_the_user()
    {
        Assert.Equal(ExitCode.Ok, await RunAsync($"cancel {_engines.Script.Id}"));
        Assert.Equal([(_engines.Script.Id, Environment.UserName)], _engines.Cancelled);
        Assert.Empty(_engines.Opened);
    }

    [Fact]
    public async Task A_state_directory_that_cannot_be_used_is_exit_code_2()
    {
        var engines = new FakeEngines { OpenFailure = new StoreException("/x cannot be opened") };
        foreach (var commandLine in new[] { "operations", "resume", "simulate --nodes 1", $"cancel {_engines.Script.Id}" })
            Assert.Equal(ExitCode.Usage, await KadeployCommand.RunAsync(commandLine.Split(' '), _console, engines, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Resume_runs_what_is_unfinished_to_its_end()
    {
        _engines.Operations.Add(_engines.Script.Running);
        _engines.Script.Started().Deployed(1).Resumed().Deployed(2);
        _engines.End(_engines.Script.Ended(new(Ok: 2)));
        Assert.Equal(ExitCode.Ok, await RunAsync("resume --json"));
        Assert.True(_engines.Opened.Single().Simulated);
        Assert.Contains("\"kind\":\"summary\",\"nodes\":2,\"ok\":2,\"ko\":0", _console.OutputLines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Operations_that_cannot_go_on_do_not_keep_others_from_being_followed_and_decide_the_exit_code()
    {
        _engines.Operations.Add(_engines.Script.Running);
        _engines.Operations.Add(new Script().Running);
        _engines.Break(new StoreException("/x: the memory of the nodes is gone"));
        Assert.Equal(ExitCode.Usage, await RunAsync("resume"));
        var lines = _console.ErrorText.ToString().Split('\n');
        Assert.Equal(2, lines.Count(static line => line.Contains("on 2 nodes, simulated", StringComparison.Ordinal)));
        Assert.Single(lines, static line => line.Contains("the memory of the nodes is gone", StringComparison.Ordinal));
    }

    [Fact]
    public async Task With_nothing_to_resume_no_engine_is_started()
    {
        _engines.Operations.Add(_engines.Script.Ended(new(Ok: 2)));
        Assert.Equal(ExitCode.Ok, await RunAsync("resume --json"));
        Assert.Empty(_engines.Opened);
        Assert.Contains("\"kind\":\"summary\",\"nodes\":0,\"ok\":0", _console.OutputLines.Single(), StringComparison.Ordinal);
        Assert.Equal("There is nothing to resume.\n", _console.ErrorText.ToString());
    }

    private Task<ExitCode> RunAsync(string commandLine) =>
        KadeployCommand.RunAsync(commandLine.Split(' '), _console, _engines, TestContext.Current.CancellationToken);
}
