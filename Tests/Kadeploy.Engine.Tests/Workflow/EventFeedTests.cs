using Kadeploy.TestKit.Workflow;
using Xunit;

namespace Kadeploy.Engine.Tests.Workflow;

public class EventFeedTests
{
    private readonly WorkflowHarness _harness = new();

    [Fact]
    public async Task A_reader_gets_every_event_once_in_order_and_ends_with_the_operation()
    {
        var plan = _harness.Plan(("n", 50, new ScriptedPlan().Then(new ScriptedInstance("I", _harness.Step("A", (_, token) => _harness.Wait(1, token)), _harness.Step("B")))));
        await using var engine = await _harness.StartEngineAsync();
        await engine.StartAsync(plan, TestContext.Current.CancellationToken);
        var read = await engine.ReadEventsAsync(plan.Operation, 0, follow: true, TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
        Assert.IsType<OperationEvent.Finished>(read[^1]);
        Assert.Equal(Enumerable.Range(1, read.Count).Select(static i => (long)i), read.Select(static e => e.Sequence));
        Assert.Equal(_harness.Store.Events.Length, read.Count);
    }

    [Fact]
    public async Task A_reader_may_begin_at_any_number()
    {
        var plan = _harness.Plan(("n", 5, new ScriptedPlan().Then(new ScriptedInstance("I", _harness.Step("A")))));
        await using var engine = await _harness.StartEngineAsync();
        await engine.StartAsync(plan, TestContext.Current.CancellationToken);
        await engine.WaitAsync(plan.Operation, TestContext.Current.CancellationToken);
        var read = await engine.ReadEventsAsync(plan.Operation, 7, follow: true, TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal(7, read[0].Sequence);
        Assert.Equal(_harness.Store.Events.Length - 6, read.Count);
    }

    [Fact]
    public async Task A_reader_that_falls_behind_loses_nothing()
    {
        var plan = _harness.Plan(("n", 1, new ScriptedPlan().Then(new ScriptedInstance("I",
            [.. Enumerable.Range(0, 400).Select(i => _harness.Step($"S{i}"))]))));
        await using var engine = await _harness.StartEngineAsync();
        await using var reader = engine.ReadEventsAsync(plan.Operation, 0, follow: true, TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        var first = reader.MoveNextAsync(); // subscribed; now it does not read for more batches than are kept for it
        await engine.StartAsync(plan, TestContext.Current.CancellationToken);
        await engine.WaitAsync(plan.Operation, TestContext.Current.CancellationToken);
        var last = 0L;
        for (var more = await first; more; more = await reader.MoveNextAsync()) Assert.Equal(++last, reader.Current.Sequence);
        Assert.Equal(_harness.Store.Events.Length, last);
    }

    [Fact]
    public async Task A_reader_ends_when_the_engine_stops()
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var plan = _harness.Plan(("n", 1, new ScriptedPlan().Then(new ScriptedInstance("I", _harness.Step("A", (_, token) =>
        {
            reached.SetResult();
            return WorkflowHarness.Hang(token);
        })))));
        var engine = await _harness.StartEngineAsync();
        await engine.StartAsync(plan, TestContext.Current.CancellationToken);
        var reading = engine.ReadEventsAsync(plan.Operation, 0, follow: true, TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
        await reached.Task;
        await engine.DisposeAsync();
        Assert.IsType<OperationEvent.StepStarted>((await reading)[^1]);
    }
}
