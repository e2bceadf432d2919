using System.Text.Json;
using Kadeploy.Cli.Tests.Fakes;
using Xunit;

namespace Kadeploy.Cli.Tests.Commands;

public class SimulateCommandTests
{
    private readonly FakeConsole _console = new();
    private readonly FakeEngines _engines = new();

    [Fact]
    public async Task Options_reach_the_engine()
    {
        End(new(Ok: 2));
        await RunAsync("simulate --nodes 2 --seed -7 --latency realistic --fault-rate 0.25 --faults never-boots,flaps,flaps --state /tmp/s");
        Assert.Equal(("/tmp/s", true), (_engines.Opened.Single().StateDirectory, _engines.Opened.Single().Simulated));
        var simulation = _engines.Simulation!;
        Assert.Equal((-7, LatencyProfile.Realistic, 0.25), (simulation.Seed, simulation.Latency, simulation.FaultRate));
        Assert.Equal([FaultKind.NeverBoots, FaultKind.Flaps], simulation.Faults);
    }

    [Fact]
    public async Task Without_options_nothing_takes_time_and_nothing_fails()
    {
        End(new(Ok: 2));
        Assert.Equal(ExitCode.Ok, await RunAsync("simulate --nodes 2"));
        var simulation = _engines.Simulation!;
        Assert.Equal((1, LatencyProfile.None, 0d), (simulation.Seed, simulation.Latency, simulation.FaultRate));
        Assert.Empty(simulation.Faults);
    }

    [Fact]
    public async Task The_last_json_line_is_the_summary_with_stable_names_in_their_order()
    {
        _engines.Script.Started().Deployed(1).Ends(2, NodeState.Ko, Script.Fault(FaultCodes.NoBoot, null));
        _engines.Decreed[Script.Node(1)] = NodeState.Ok;
        _engines.Decreed[Script.Node(2)] = NodeState.Ko;
        End(new(Ok: 1, Ko: 1));
        Assert.Equal(ExitCode.SomeFailed, await RunAsync("simulate --nodes 2 --json"));
        Assert.Equal(_engines.Script.Events.Count + 1, _console.OutputLines.Length);
        Assert.All(_console.OutputLines, static line => JsonDocument.Parse(line).Dispose());
        using var summary = JsonDocument.Parse(_console.OutputLines[^1]);
        Assert.Equal(
            [
                "kind", "nodes", "ok", "ko", "wallSeconds", "virtualSeconds", "cpuSeconds", "peakRssBytes", "eventsPerSecond",
                "stopped", "cancelled", "discarded", "predictedSeconds", "decreedKo", "asDecreed", "operation",
            ],
            summary.RootElement.EnumerateObject().Select(static property => property.Name));
        var values = summary.RootElement;
        Assert.Equal("summary", values.GetProperty("kind").GetString());
        Assert.Equal((2, 1, 1), (Int("nodes"), Int("ok"), Int("ko")));
        Assert.Equal(8, values.GetProperty("virtualSeconds").GetDouble());
        Assert.Equal(100, values.GetProperty("predictedSeconds").GetDouble());
        Assert.Equal(1, Int("decreedKo"));
        Assert.True(values.GetProperty("asDecreed").GetBoolean());
        Assert.Equal(_engines.Script.Id.Value, values.GetProperty("operation").GetString());
        Assert.True(Int("peakRssBytes") > 1_000_000);
        Assert.True(values.GetProperty("wallSeconds").GetDouble() > 0);
        Assert.Empty(_console.ErrorText.ToString());

        int Int(string name) => values.GetProperty(name).GetInt32();
    }

    [Fact]
    public async Task People_read_how_nodes_ended_why_what_to_do_and_where_the_time_went()
    {
        _engines.Script.Started().Deployed(1)
            .Ends(2, NodeState.Ko, Script.Fault(FaultCodes.NoBoot, Script.Step(MacroStep.SetDeploymentEnv, 0)));
        _engines.Decreed[Script.Node(1)] = NodeState.Ok;
        _engines.Decreed[Script.Node(2)] = NodeState.Ok;
        End(new(Ok: 1, Ko: 1));
        await RunAsync("simulate --nodes 2");
        var text = _console.OutputText.ToString();
        Assert.StartsWith($"Operation {_engines.Script.Id} finished: 2 nodes, 1 ok, 1 failed.\n", text, StringComparison.Ordinal);
        Assert.Matches(@"KA2104 +1 +failed +The node did not come back after a reboot", text);
        Assert.Contains("KA2104 sim-2\n", text, StringComparison.Ordinal);
        Assert.Contains("What to do:  Look at the node's console", text, StringComparison.Ordinal);
        Assert.Matches(@"SetDeploymentEnv +1 +1 +2 s +2 s +2 s +sim-1", text);
        Assert.Contains("Virtual time: 8 s; predicted: 1 min 40 s (-92.0 %).", text, StringComparison.Ordinal);
        Assert.Contains("As decreed by the seed: no, not sim-2.", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', text);
        Assert.StartsWith($"{_engines.Script.Id}: debian13 version 1 on 2 nodes, simulated\n", _console.ErrorText.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nodes_kept_from_their_end_neither_contradict_nor_confirm_the_seed()
    {
        _engines.Script.Started().Ends(1, NodeState.Stopped, step: Script.Step(MacroStep.BroadcastEnv, 0))
            .Ends(2, NodeState.Discarded, Script.Fault(FaultCodes.NodeBusy, null));
        _engines.Decreed[Script.Node(1)] = NodeState.Ok;
        _engines.Decreed[Script.Node(2)] = NodeState.Ko;
        End(new(Stopped: 1, Discarded: 1));
        await RunAsync("simulate --nodes 2 --breakpoint BroadcastEnv");
        Assert.Contains("As decreed by the seed: nothing to compare", _console.OutputText.ToString(), StringComparison.Ordinal);
        await RunAsync("simulate --nodes 2 --breakpoint BroadcastEnv --json");
        Assert.Contains("\"asDecreed\":null", _console.OutputLines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_run_that_was_cut_short_the_verdict_says_for_how_many_nodes_it_is()
    {
        _engines.Script.Started().Deployed(1).Ends(2, NodeState.Cancelled, Script.Fault(FaultCodes.NodeBusy, null));
        _engines.Decreed[Script.Node(1)] = NodeState.Ok;
        _engines.Decreed[Script.Node(2)] = NodeState.Ko;
        End(new(Ok: 1, Cancelled: 1));
        await RunAsync("simulate --nodes 2");
        Assert.Contains("As decreed by the seed: yes, as far as nodes came to their end (1 of 2).", _console.OutputText.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Kinds_of_faults_without_a_rate_are_pointed_out()
    {
        End(new(Ok: 2));
        Assert.Equal(ExitCode.Ok, await RunAsync("simulate --nodes 2 --faults flaps"));
        Assert.StartsWith("No node has a fault: --faults names the kinds, and --fault-rate", _console.ErrorText.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Results_that_cannot_be_written_leave_the_operation_to_be_resumed()
    {
        var console = new FakeConsole { Output = new FullWriter() };
        _engines.Script.Started().Deployed(1); // and goes on: the next event is being waited for when the first are to be handed on
        Assert.Equal(
            ExitCode.Usage, await KadeployCommand.RunAsync(["simulate", "--nodes", "2", "--json"], console, _engines, TestContext.Current.CancellationToken));
        Assert.Contains("kadeploy resume\n", console.ErrorText.ToString(), StringComparison.Ordinal);
        Assert.EndsWith("kadeploy: standard output is full\n", console.ErrorText.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_an_earlier_run_left_is_taken_up_first_and_the_own_summary_comes_last()
    {
        var older = new Script();
        _engines.Operations.Add(older.Running);
        End(new(Ok: 2));
        Assert.Equal(ExitCode.Ok, await RunAsync("simulate --nodes 2"));
        Assert.Contains($"Taking up {older.Id} first", _console.ErrorText.ToString(), StringComparison.Ordinal);
        Assert.Equal(2, _console.OutputLines.Count(static line => line.StartsWith("Operation D-", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_request_that_cannot_be_carried_out_is_refused_with_all_problems()
    {
        var engines = new FakeEngines { PlanFailure = new ConfigurationException(["no such step", "no such instance"]) };
        var exitCode = await KadeployCommand.RunAsync(["simulate", "--nodes", "2"], _console, engines, TestContext.Current.CancellationToken);
        Assert.Equal(ExitCode.Usage, exitCode);
        Assert.Contains("  - no such step\n  - no such instance\n", _console.ErrorText.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_disk_during_the_run_ends_it_with_what_to_do()
    {
        _engines.Break(new StoreException("/tmp/s/kadeploy.db: the disk is full"));
        Assert.Equal(ExitCode.Usage, await RunAsync("simulate --nodes 2"));
        Assert.Contains("kadeploy: /tmp/s/kadeploy.db: the disk is full", _console.ErrorText.ToString(), StringComparison.Ordinal);
        Assert.Contains("kadeploy resume", _console.ErrorText.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" --no-color")]
    public async Task A_dumb_terminal_gets_plain_lines(string option)
    {
        var console = new FakeConsole { InputIsTerminal = true, OutputIsTerminal = true, ErrorIsTerminal = true, Variables = { ["TERM"] = "dumb" } };
        _engines.Script.Started().Deployed(1).Deployed(2);
        End(new(Ok: 2));
        await KadeployCommand.RunAsync(("simulate --nodes 2" + option).Split(' '), console, _engines, TestContext.Current.CancellationToken);
        Assert.Contains("Verify done", console.ErrorText.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("\e[3", console.OutputText.ToString(), StringComparison.Ordinal);
    }

    private sealed class FullWriter : StringWriter
    {
        public override void Flush() => throw new IOException("standard output is full");
    }

    private void End(NodeCounts results) => _engines.End(_engines.Script.Ended(results));

    private Task<ExitCode> RunAsync(string commandLine) =>
        KadeployCommand.RunAsync(commandLine.Split(' '), _console, _engines, TestContext.Current.CancellationToken);
}
