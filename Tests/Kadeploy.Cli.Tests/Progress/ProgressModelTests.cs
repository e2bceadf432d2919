using Kadeploy.Cli.Tests.Fakes;
using Kadeploy.Progress;
using Xunit;

namespace Kadeploy.Cli.Tests.Progress;

public class ProgressModelTests
{
    private readonly Script _script = new();

    [Fact]
    public void A_node_counts_as_through_when_it_has_done_the_last_micro_step()
    {
        _script.Started().Through(1, MacroStep.SetDeploymentEnv).Begins(2, MacroStep.SetDeploymentEnv, 0);
        var step = Read().Snapshot(0).MacroSteps[0];
        Assert.Equal((1, 1), (step.Passed, step.Inside));
    }

    [Fact]
    public void Without_a_plan_a_node_counts_as_through_when_it_begins_the_next_macro_step()
    {
        _script.Started().Through(1, MacroStep.SetDeploymentEnv);
        Assert.Equal(0, Read(planned: false).Snapshot(0).MacroSteps[0].Passed);
        _script.Begins(1, MacroStep.BroadcastEnv, 0);
        Assert.Equal(1, Read(planned: false).Snapshot(0).MacroSteps[0].Passed);
    }

    [Fact]
    public void A_macro_step_is_complete_when_every_node_is_through_or_ended_before()
    {
        _script.Started().Through(1, MacroStep.SetDeploymentEnv);
        Assert.Equal(0, Read().CompletedMacroSteps);
        _script.Begins(2, MacroStep.SetDeploymentEnv, 0)
            .Ends(2, NodeState.Ko, Script.Fault(FaultCodes.NoBoot, Script.Step(MacroStep.SetDeploymentEnv, 0)));
        Assert.Equal(1, Read().CompletedMacroSteps);
        _script.Through(1, MacroStep.BroadcastEnv);
        Assert.Equal(2, Read().CompletedMacroSteps);
        _script.Through(1, MacroStep.BootNewEnv).Through(1, MacroStep.Verify).Ends(1, NodeState.Ok);
        Assert.Equal(4, Read().CompletedMacroSteps);
    }

    [Fact]
    public void Nodes_are_counted_by_their_ends()
    {
        _script.Nodes = 5;
        _script.Started().Deployed(1)
            .Ends(2, NodeState.Ko, Script.Fault(FaultCodes.NoBoot, Script.Step(MacroStep.SetDeploymentEnv, 0)))
            .Ends(3, NodeState.Stopped, step: Script.Step(MacroStep.BroadcastEnv, 0))
            .Ends(4, NodeState.Cancelled, Script.Fault(FaultCodes.Cancelled, null))
            .Ends(5, NodeState.Discarded, Script.Fault(FaultCodes.NodeBusy, null));
        var model = Read();
        Assert.Equal(new NodeCounts(1, 1, 1, 1, 1), model.Snapshot(0).Results);
        Assert.Equal(4, model.CompletedMacroSteps);
        Assert.Equal(NodeState.Stopped, model.FinalState(Script.Node(3)));
        Assert.Null(model.FinalState(Script.Node(6)));
    }

    [Fact]
    public void A_node_at_a_breakpoint_is_through_what_lies_before_it()
    {
        _script.Started().Ends(1, NodeState.Stopped, step: Script.Step(MacroStep.BootNewEnv, 0));
        var steps = Read().Snapshot(0).MacroSteps;
        Assert.Equal([1, 1, 0, 0], steps.Select(static step => step.Passed));
        Assert.Equal([0, 0, 1, 0], steps.Select(static step => step.Stopped));
    }

    [Fact]
    public void Failed_nodes_are_grouped_by_fault_largest_group_first()
    {
        _script.Nodes = 3;
        _script.Started()
            .Ends(1, NodeState.Ko, Script.Fault(FaultCodes.Disk, null))
            .Ends(2, NodeState.Ko, Script.Fault(FaultCodes.NoBoot, null))
            .Ends(3, NodeState.Ko, Script.Fault(FaultCodes.NoBoot, null));
        var groups = Read().FaultGroups();
        Assert.Equal([FaultCodes.NoBoot, FaultCodes.Disk], groups.Select(static group => group.Code));
        Assert.Equal([Script.Node(2), Script.Node(3)], groups[0].Nodes);
    }

    [Fact]
    public void The_slowest_nodes_are_those_longest_in_their_attempt()
    {
        _script.Nodes = 4;
        _script.Started().Begins(1, MacroStep.SetDeploymentEnv, 0);
        _script.At = 5;
        _script.Begins(2, MacroStep.SetDeploymentEnv, 0);
        _script.At = 3;
        _script.Begins(3, MacroStep.SetDeploymentEnv, 0).Begins(4, MacroStep.SetDeploymentEnv, 0).Succeeds(4, MacroStep.SetDeploymentEnv, 0);
        Assert.Equal([Script.Node(1), Script.Node(3)], Read().Snapshot(2).Slowest.Select(static node => node.Name));
        Assert.Equal(3, Read().Snapshot(5).Slowest.Length);
        Assert.Empty(Read().Snapshot(0).Slowest);
    }

    [Fact]
    public void Time_in_a_macro_step_runs_from_its_first_step_to_its_last_and_names_the_slowest_node()
    {
        _script.Started().Through(1, MacroStep.SetDeploymentEnv).Begins(2, MacroStep.SetDeploymentEnv, 0);
        _script.At += 10;
        _script.Succeeds(2, MacroStep.SetDeploymentEnv, 1);
        var step = Read().Snapshot(0).MacroSteps[0];
        Assert.Equal((TimeSpan.FromSeconds(12), TimeSpan.FromSeconds(10), Script.Node(2)), (step.Spent, step.Longest, step.LongestNode));
        Assert.Equal(TimeSpan.FromSeconds(12), step.End - step.Begin);
    }

    [Fact]
    public void Retries_and_fallbacks_are_counted_where_they_happen()
    {
        _script.Started().Begins(1, MacroStep.BootNewEnv, 0).Fails(1, MacroStep.BootNewEnv, 0, FailureConsequence.Retry)
            .Begins(1, MacroStep.BootNewEnv, 0).Fails(1, MacroStep.BootNewEnv, 0, FailureConsequence.RestartInstance)
            .Begins(1, MacroStep.BootNewEnv, 0).Fails(1, MacroStep.BootNewEnv, 0, FailureConsequence.Fallback);
        var step = Read().Snapshot(0).MacroSteps[2];
        Assert.Equal((2, 1, 1), (step.Retries, step.Fallbacks, step.Inside));
    }

    [Fact]
    public void A_journal_read_twice_counts_no_end_twice_and_events_count_from_the_last_resume()
    {
        _script.Started().Deployed(1).Resumed().Ends(1, NodeState.Ok);
        var picture = Read().Snapshot(0);
        Assert.Equal(1, picture.Results.Ok);
        Assert.Equal(2, picture.Events);
    }

    [Fact]
    public void Elapsed_time_is_that_between_events()
    {
        Assert.Equal(TimeSpan.Zero, Read().Snapshot(0).Elapsed);
        _script.At = 7;
        _script.Started().Deployed(1);
        Assert.Equal(TimeSpan.FromSeconds(8), Read().Snapshot(0).Elapsed);
    }

    private ProgressModel Read(bool planned = true)
    {
        var model = new ProgressModel(_script.Nodes, planned ? _script.Plan : null);
        foreach (var happened in _script.Events) model.Add(happened);
        return model;
    }
}
