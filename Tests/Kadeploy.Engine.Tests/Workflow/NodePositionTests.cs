using Kadeploy.Engine.Workflow;
using Xunit;

namespace Kadeploy.Engine.Tests.Workflow;

public class NodePositionTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly ClusterPlan Plan = new()
    {
        Cluster = new() { Name = "c" },
        Nodes = [],
        MacroSteps =
        [
            new(MacroStep.SetDeploymentEnv, [Instance("I", 1, ("A", 2), ("B", 0)), Instance("J", 0, ("C", 0))]),
            new(MacroStep.BroadcastEnv, [Instance("K", 0, ("D", 0))]),
        ],
    };

    [Fact]
    public void Success_leads_to_the_next_step_then_to_the_next_macro_step_then_to_the_end()
    {
        var b = NodePosition.Start.AfterSuccess(Plan, Second)!.Value;
        Assert.Equal(("B", Second), (b.StepIn(Plan).Step.MicroStep.Value, b.Spent));
        var d = b.AfterSuccess(Plan, Second)!.Value;
        Assert.Equal(("D", TimeSpan.Zero), (d.StepIn(Plan).Step.MicroStep.Value, d.Spent));
        Assert.Null(d.AfterSuccess(Plan, Second));
    }

    [Fact]
    public void Success_in_an_alternative_leads_to_the_first_instance_of_the_next_macro_step()
    {
        var c = NodePosition.Start with { Instance = 1 };
        Assert.Equal("D", c.AfterSuccess(Plan, Second)!.Value.StepIn(Plan).Step.MicroStep.Value);
    }

    [Theory]
    [InlineData(0, 1, 0, FailureScope.Attempt, FailureConsequence.Retry)]
    [InlineData(0, 1, 2, FailureScope.Attempt, FailureConsequence.RestartInstance)]
    [InlineData(0, 1, 0, FailureScope.InstanceRun, FailureConsequence.RestartInstance)]
    [InlineData(0, 2, 2, FailureScope.Attempt, FailureConsequence.Fallback)]
    [InlineData(0, 2, 0, FailureScope.InstanceRun, FailureConsequence.Fallback)]
    [InlineData(0, 1, 0, FailureScope.Instance, FailureConsequence.Fallback)]
    [InlineData(1, 1, 0, FailureScope.Attempt, FailureConsequence.GiveUp)]
    [InlineData(1, 1, 0, FailureScope.Instance, FailureConsequence.GiveUp)]
    internal void Failure_leads_to_retry_then_restart_then_the_next_instance_then_the_end(
        int instance, int instanceAttempt, int charged, FailureScope scope, FailureConsequence expected)
    {
        var position = NodePosition.Start with { Instance = instance, InstanceAttempt = instanceAttempt, Charged = charged };
        Assert.Equal(expected, position.ConsequenceOf(Plan, scope));
    }

    [Fact]
    public void A_retry_is_charged_and_costs_time_and_an_interruption_costs_neither()
    {
        var retried = NodePosition.Start.AfterFailure(FailureConsequence.Retry, Second, Second * 2)!.Value;
        Assert.Equal((2, 1, Second * 3), (retried.Attempt, retried.Charged, retried.Spent));
        var interrupted = NodePosition.Start.AfterInterruption();
        Assert.Equal((2, 0, TimeSpan.Zero), (interrupted.Attempt, interrupted.Charged, interrupted.Spent));
    }

    [Fact]
    public void A_restarted_instance_begins_at_its_first_step_with_all_its_time()
    {
        var late = NodePosition.Start with { MicroStep = 1, Attempt = 3, Charged = 2, Spent = Second };
        Assert.Equal(NodePosition.Start with { InstanceAttempt = 2 }, late.AfterFailure(FailureConsequence.RestartInstance, Second, Second));
        Assert.Equal(NodePosition.Start with { Instance = 1 }, late.AfterFailure(FailureConsequence.Fallback, Second, TimeSpan.Zero));
        Assert.Null(late.AfterFailure(FailureConsequence.GiveUp, Second, TimeSpan.Zero));
    }

    private static InstancePlan Instance(string name, int retries, params (string Name, int Retries)[] steps) => new()
    {
        Name = new(name),
        Retries = retries,
        MicroSteps = [.. steps.Select((step, i) => new MicroStepPlan
        {
            Step = new(i, "c", MacroStep.SetDeploymentEnv, new(name), new(step.Name)), Retries = step.Retries,
        })],
    };
}
