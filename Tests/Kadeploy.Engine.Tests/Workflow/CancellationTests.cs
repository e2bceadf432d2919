using Kadeploy.TestKit.Workflow;
using Xunit;

namespace Kadeploy.Engine.Tests.Workflow;

public class CancellationTests
{
    private readonly WorkflowHarness _harness = new();

    [Theory]
    [InlineData(0, "A")]
    [InlineData(1, "B")]
    [InlineData(2, "C")]
    public async Task Cancelling_at_any_step_ends_all_nodes_there_and_nothing_runs_afterwards(int step, string name)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var names = new[] { "A", "B", "C" };
        var steps = names.Select((text, i) => _harness.Step(text, async (context, token) =>
        {
            if (i != step) return;
            if (_harness.Calls.Count(call => call.Step == name) == 5) reached.TrySetResult();
            await WorkflowHarness.Hang(token);
        })).ToArray();
        var plan = _harness.Plan(("n", 5, new ScriptedPlan().Then(new ScriptedInstance("I", steps) { Retries = 3 }).Then(new ScriptedInstance("J", _harness.Step("Z")))));
        await using var engine = await _harness.StartEngineAsync();
        await engine.StartAsync(plan, CancellationToken.None);
        await reached.Task;
        await engine.CancelAsync(plan.Operation, "alice", CancellationToken.None);
        var result = await _harness.ResultAsync(engine, plan.Operation);
        Assert.Equal(new NodeCounts(Cancelled: 5), result.Operation.Results);
        Assert.Equal(OperationState.Cancelled, result.Operation.State);
        Assert.Contains("alice", result.Fault("n-1").Message, StringComparison.Ordinal);
        Assert.Contains($"step {name}, which may be half done", result.Fault("n-1").Message, StringComparison.Ordinal);
        Assert.Equal(names[..(step + 1)], _harness.Calls.Select(call => call.Step).Distinct());
    }

    [Fact]
    public async Task Nodes_that_wait_for_a_slot_or_for_others_are_cancelled_too()
    {
        var harness = new WorkflowHarness { Slots = _ => 1 };
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var plan = harness.Plan(
            ("slot", 3, new ScriptedPlan().Then(new ScriptedInstance("I", harness.Step("A", (_, token) => WorkflowHarness.Hang(token), resources: [ThrottledResource.BmcCalls])))),
            ("gather", 3, new ScriptedPlan().Then(new ScriptedInstance("I",
                harness.Step("B", async (context, token) =>
                {
                    if (context.Node.Name.Value != "gather-3") return;
                    reached.SetResult();
                    await WorkflowHarness.Hang(token);
                }),
                ScriptedStep.Barrier("HoldNodes")))));
        await using var engine = await harness.StartEngineAsync();
        await engine.StartAsync(plan, CancellationToken.None);
        await reached.Task;
        await engine.CancelAsync(plan.Operation, "root", CancellationToken.None);
        var result = await harness.ResultAsync(engine, plan.Operation);
        Assert.Equal(new NodeCounts(Cancelled: 6), result.Operation.Results);
        Assert.Contains("between two steps", result.Fault("slot-3").Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_rests_between_two_attempts_is_cancelled_without_another()
    {
        var plan = _harness.Plan(("n", 1, new ScriptedPlan().Then(new ScriptedInstance("I", _harness.Step("A", (_, _) => WorkflowHarness.Fail(), retries: 3)))));
        await using var engine = await _harness.StartEngineAsync();
        await using var time = HeldTime.Of(engine); // the pause cannot end
        await engine.StartAsync(plan, CancellationToken.None);
        await foreach (var happened in engine.ReadEventsAsync(plan.Operation, 0, follow: true, CancellationToken.None))
            if (happened is OperationEvent.StepFailed) break;
        await engine.CancelAsync(plan.Operation, "alice", CancellationToken.None);
        var result = await _harness.ResultAsync(engine, plan.Operation);
        Assert.Equal(new NodeCounts(Cancelled: 1), result.Operation.Results);
        Assert.Single(_harness.Calls);
        Assert.Contains("between two steps", result.Fault("n-1").Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_has_ended_keeps_its_result()
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var plan = _harness.Plan(("n", 2, new ScriptedPlan().Then(new ScriptedInstance("I", _harness.Step("A", async (context, token) =>
        {
            if (context.Node.Name.Value == "n-1") return;
            reached.SetResult();
            await WorkflowHarness.Hang(token);
        })))));
        await using var engine = await _harness.StartEngineAsync();
        await engine.StartAsync(plan, CancellationToken.None);
        await reached.Task;
        await engine.CancelAsync(plan.Operation, "alice", CancellationToken.None);
        var result = await _harness.ResultAsync(engine, plan.Operation);
        Assert.Equal(new NodeCounts(Ok: 1, Cancelled: 1), result.Operation.Results);
    }

    [Fact]
    public async Task Another_users_operation_is_not_cancelled_and_an_unknown_or_ended_one_is_named()
    {
        var plan = _harness.Plan(("n", 1, new ScriptedPlan().Then(new ScriptedInstance("I", _harness.Step("A")))));
        await using var engine = await _harness.StartEngineAsync();
        await engine.StartAsync(plan, CancellationToken.None);
        await engine.WaitAsync(plan.Operation, CancellationToken.None);
        var unknown = OperationId.Create(OperationKind.Deployment, DateTimeOffset.UnixEpoch);
        var refused = await Assert.ThrowsAsync<NotAllowedException>(() => engine.CancelAsync(plan.Operation, "mallory", CancellationToken.None));
        Assert.Contains("belongs to alice", refused.Message, StringComparison.Ordinal);
        var ended = await Assert.ThrowsAsync<ConfigurationException>(() => engine.CancelAsync(plan.Operation, "alice", CancellationToken.None));
        Assert.Contains("has ended", ended.Message, StringComparison.Ordinal);
        var missing = await Assert.ThrowsAsync<ConfigurationException>(() => engine.CancelAsync(unknown, "alice", CancellationToken.None));
        Assert.Contains("there is no operation", missing.Message, StringComparison.Ordinal);
    }
}
