using Kadeploy.Cli.Progress;
using Xunit;

namespace Kadeploy.Cli.Tests.Progress;

public class TimeSharesTests
{
    private static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly OperationId Operation = OperationId.Create(OperationKind.Deployment, Begin);
    private readonly TimeShares _shares = new();

    [Fact]
    public void What_is_not_work_on_the_last_node_is_the_engines()
    {
        _shares.Add(new OperationEvent.Started { Operation = Operation, At = Begin });
        Took("a", MacroStep.SetDeploymentEnv, "WaitReboot", 9);
        Took("b", MacroStep.SetDeploymentEnv, "SwitchPxe", 1);
        Took("b", MacroStep.SetDeploymentEnv, "WaitReboot", 10);
        Took("b", MacroStep.SetDeploymentEnv, "FormatDeployPart", 2);
        Took("b", MacroStep.BroadcastEnv, "SendEnvironment", 5);
        Took("b", MacroStep.BroadcastEnv, "SendKey", 0.5);
        Took("b", MacroStep.BootNewEnv, "WaitReboot", 11);
        Took("b", MacroStep.Verify, "VerifySystem", 0.25);
        Ended("a", 20);
        Ended("b", 31);

        var report = Assert.IsType<TimeShareReport>(_shares.Report());
        Assert.Equal((NodeName.Parse("b"), TimeSpan.FromSeconds(31)), (report.Node, report.Total));
        Assert.Equal(
            [10, 2, 5, 0.5, 11, 0.25, 0, 0],
            report.Work.OrderBy(static each => each.Kind).Select(static each => each.Time.TotalSeconds));
        Assert.Equal(TimeSpan.FromSeconds(2.25), report.Engine);
    }

    [Fact]
    public void Waiting_for_the_other_nodes_of_a_set_is_not_the_engines()
    {
        _shares.Add(new OperationEvent.Started { Operation = Operation, At = Begin });
        Took("a", MacroStep.SetDeploymentEnv, "MountDeployPart", 1);
        _shares.Add(new OperationEvent.StepStarted
        {
            Operation = Operation, At = Begin + TimeSpan.FromSeconds(4), Node = NodeName.Parse("a"), Step = Step(MacroStep.BroadcastEnv, "SendEnvironment"),
            InstanceAttempt = 1, Attempt = 1, Set = 1,
        });
        Ended("a", 5);
        var report = _shares.Report()!;
        Assert.Equal(4, report.Work.Single(static each => each.Kind == WorkKind.OtherNodes).Time.TotalSeconds);
        Assert.Equal(0, report.Engine.TotalSeconds);
    }

    [Fact]
    public void Waiting_for_a_turn_to_boot_is_not_the_engines()
    {
        _shares.Add(new OperationEvent.Started { Operation = Operation, At = Begin });
        Took("a", MacroStep.SetDeploymentEnv, "SwitchPxe", 0);
        _shares.Add(new OperationEvent.StepStarted
        {
            Operation = Operation, At = Begin + TimeSpan.FromSeconds(7), Node = NodeName.Parse("a"), Step = Step(MacroStep.SetDeploymentEnv, "Reboot"),
            InstanceAttempt = 1, Attempt = 1,
        });
        Ended("a", 8);
        var report = _shares.Report()!;
        Assert.Equal(7, report.Work.Single(static each => each.Kind == WorkKind.Turn).Time.TotalSeconds);
        Assert.Equal(1, report.Engine.TotalSeconds);
    }

    [Fact]
    public void A_failed_attempt_counts_as_work_too()
    {
        _shares.Add(new OperationEvent.Started { Operation = Operation, At = Begin });
        _shares.Add(new OperationEvent.StepFailed
        {
            Operation = Operation, At = Begin, Node = NodeName.Parse("a"), Step = Step(MacroStep.BroadcastEnv, "SendEnvironment"), InstanceAttempt = 1, Attempt = 1,
            Duration = TimeSpan.FromSeconds(4), Consequence = FailureConsequence.Retry,
            Fault = new() { Code = FaultCodes.Broadcast, Message = "torn", SuggestedAction = "look" },
        });
        Ended("a", 10);
        Assert.Equal(TimeSpan.FromSeconds(6), _shares.Report()!.Engine);
    }

    [Fact]
    public void Without_a_node_that_is_well_there_is_nothing_to_tell()
    {
        _shares.Add(new OperationEvent.Started { Operation = Operation, At = Begin });
        Took("a", MacroStep.SetDeploymentEnv, "WaitReboot", 9);
        Assert.Null(_shares.Report());
    }

    private static StepReference Step(MacroStep macroStep, string name) => new(0, "lab", macroStep, new(macroStep + "X"), new(name));

    private void Took(string node, MacroStep macroStep, string step, double seconds) => _shares.Add(new OperationEvent.StepSucceeded
    {
        Operation = Operation, At = Begin, Node = NodeName.Parse(node), Step = Step(macroStep, step), InstanceAttempt = 1, Attempt = 1,
        Duration = TimeSpan.FromSeconds(seconds),
    });

    private void Ended(string node, double seconds) => _shares.Add(new OperationEvent.NodeFinished
    {
        Operation = Operation, At = Begin + TimeSpan.FromSeconds(seconds), Node = NodeName.Parse(node), State = NodeState.Ok,
    });
}
