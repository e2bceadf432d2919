using Kadeploy.Engine.Workflow;
using Kadeploy.TestKit.Workflow;
using Xunit;

namespace Kadeploy.Engine.Tests.Workflow;

public class OperationHistoryTests
{
    private readonly WorkflowHarness _harness = new();

    [Fact]
    public async Task What_was_learned_about_a_node_is_known_again_and_later_facts_count()
    {
        var plan = _harness.Plan(("n", 2, new ScriptedPlan().Then(new ScriptedInstance("I", _harness.Step("A"), _harness.Step("B"), _harness.Step("C")))));
        var steps = plan.Clusters[0].MacroSteps[0].Instances[0].MicroSteps;
        var history = await OperationHistory.ReadAsync(plan, Events().ToAsyncEnumerable());
        Assert.Equal(new NodeFacts { BootId = "second", ImageDigest = "abc" }, history.Of(NodeName.Parse("n-1")).Facts);
        Assert.Equal(2, history.Of(NodeName.Parse("n-1")).ResumeAt.MicroStep);
        Assert.Equal(NodeHistory.Untouched, history.Of(NodeName.Parse("n-2")));

        IEnumerable<OperationEvent> Events()
        {
            yield return Succeeded(0, new() { BootId = "first", ImageDigest = "abc" });
            yield return Succeeded(1, new() { BootId = "second" });
        }

        OperationEvent Succeeded(int step, NodeFacts facts) => new OperationEvent.StepSucceeded
        {
            Operation = plan.Operation, At = DateTimeOffset.UnixEpoch, Node = NodeName.Parse("n-1"), Step = steps[step].Step, InstanceAttempt = 1,
            Attempt = 1, Duration = TimeSpan.Zero, Facts = facts,
        };
    }
}
