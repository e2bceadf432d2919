using System.Runtime.CompilerServices;
using Kadeploy.Engine.MicroSteps;
using Kadeploy.Engine.Time;
using Kadeploy.TestKit.Workflow;
using Xunit;

namespace Kadeploy.Engine.Tests.Workflow;

public class ResumeTests
{
    private readonly WorkflowHarness _harness = new();
    private TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _hang = true;

    [Fact]
    public async Task A_resumed_node_goes_on_where_it_was_and_repeats_a_repeatable_attempt_under_its_number()
    {
        var plan = _harness.Plan(("n", 3, new ScriptedPlan().Then(new ScriptedInstance("I", _harness.Step("A"), Hanging("B"), _harness.Step("C")))));
        var result = await InterruptAndResumeAsync(plan);
        Assert.Equal(3, result.Operation.Results.Ok);
        Assert.Equal(["A", "B", "B", "C"], StepsOf("n-1"));
        Assert.All(_harness.Calls, call => Assert.Equal((1, 1), (call.InstanceAttempt, call.Attempt)));
        Assert.Single(result.Events.OfType<OperationEvent.Resumed>());
        Assert.Empty(result.Events.OfType<OperationEvent.StepInterrupted>());
    }

    [Fact]
    public async Task An_interrupted_attempt_that_must_not_be_repeated_gets_a_new_number_and_costs_no_retry()
    {
        var plan = _harness.Plan(("n", 3, new ScriptedPlan().Then(new ScriptedInstance("I",
            _harness.Step("A"),
            _harness.Step("Reboot", (context, token) => (_hang, context.Attempt.Attempt) switch
            {
                (true, _) => HangAsync(token),
                (_, 2) => WorkflowHarness.Fail(), // the only retry is still there
                _ => Task.CompletedTask,
            }, retries: 1, repeatable: false),
            _harness.Step("C")))));
        var result = await InterruptAndResumeAsync(plan);
        Assert.Equal(3, result.Operation.Results.Ok);
        Assert.Equal([1, 2, 3], _harness.Calls.Where(call => call.Node.Value == "n-2" && call.Step == "Reboot").Select(call => call.Attempt));
        Assert.Equal(3, result.Events.OfType<OperationEvent.StepInterrupted>().Count());
    }

    [Fact]
    public async Task Retries_that_were_used_before_the_interruption_stay_used()
    {
        var plan = _harness.Plan(("n", 1, new ScriptedPlan().Then(new ScriptedInstance("I",
            _harness.Step("A", async (context, token) =>
            {
                if (context.Attempt.Attempt <= 2) await WorkflowHarness.Fail();
                if (_hang) await HangAsync(token);
                await WorkflowHarness.Fail();
            }, retries: 2)))));
        var result = await InterruptAndResumeAsync(plan);
        Assert.Equal(NodeState.Ko, result.State("n-1"));
        Assert.Equal([1, 2, 3, 3], _harness.Calls.Select(call => call.Attempt));
    }

    [Fact]
    public async Task The_clock_of_the_engine_that_resumes_goes_on_where_the_story_ended()
    {
        var plan = _harness.Plan(("n", 1, new ScriptedPlan().Then(new ScriptedInstance(
            "I", _harness.Step("A", (_, token) => _harness.Wait(100, token)), Hanging("B")))));
        var result = await InterruptAndResumeAsync(plan, () =>
        {
            _harness.Time = new(DateTimeOffset.UnixEpoch + TimeSpan.FromSeconds(30)); // as a process that starts anew has
            return Task.CompletedTask;
        });
        Assert.Equal(result.Events.Select(static e => e.At).Order(), result.Events.Select(static e => e.At));
        Assert.Equal(100, result.Nodes.Values.Select(static end => (end.At - DateTimeOffset.UnixEpoch).TotalSeconds).Single());
    }

    [Fact]
    public async Task Nodes_in_a_broadcast_gather_again_and_those_that_had_ended_do_not()
    {
        var sets = new List<int>();
        var plan = _harness.Plan(("n", 6, new ScriptedPlan().Then(new ScriptedInstance("I", ScriptedStep.Set("Send", Send), _harness.Step("After")))));
        var result = await InterruptAndResumeAsync(plan);
        Assert.Equal(6, result.Operation.Results.Ok);
        Assert.Equal([6, 4], sets);
        Assert.Equal([(1, 6), (2, 4)], result.Events.OfType<OperationEvent.SetFormed>().Select(static formed => (formed.Set, formed.Nodes)));
        Assert.Equal(6, _harness.Calls.Count(call => call.Step == "After"));

        async IAsyncEnumerable<SetStepResult> Send(IReadOnlyList<StepContext> contexts, [EnumeratorCancellation] CancellationToken token)
        {
            sets.Add(contexts.Count);
            foreach (var context in contexts)
            {
                if (_hang && context.Node.Name.Value == "n-3")
                {
                    while (_harness.Store.Events.OfType<OperationEvent.NodeFinished>().Count() < 2) await _harness.Wait(1, token);
                    await HangAsync(token);
                }

                yield return new(context.Node.Name);
            }
        }
    }

    [Fact]
    public async Task A_cancellation_that_was_asked_for_is_carried_out_by_the_engine_that_resumes()
    {
        var plan = _harness.Plan(("n", 2, new ScriptedPlan().Then(new ScriptedInstance("I", Hanging("A"), _harness.Step("B")))));
        var result = await InterruptAndResumeAsync(plan, () => _harness.Store.RequestCancelAsync(plan.Operation, "alice", CancellationToken.None));
        Assert.Equal(new NodeCounts(Cancelled: 2), result.Operation.Results);
        Assert.DoesNotContain(_harness.Calls, call => call.Step == "B");
    }

    [Fact]
    public async Task Nodes_stay_leased_while_their_operation_waits_to_be_resumed_and_are_free_after_its_end()
    {
        var plan = _harness.Plan(("n", 1, new ScriptedPlan().Then(new ScriptedInstance("I", Hanging("A")))));
        await InterruptAndResumeAsync(plan, () =>
        {
            Assert.True(_harness.Store.IsLeased(NodeName.Parse("n-1")));
            return Task.CompletedTask;
        });
        Assert.False(_harness.Store.IsLeased(NodeName.Parse("n-1")));
    }

    [Fact]
    public async Task A_busy_node_is_discarded_untouched_and_the_fault_names_the_holder()
    {
        var first = _harness.Plan(("n", 2, new ScriptedPlan().Then(new ScriptedInstance("I", Hanging("A")))));
        var second = _harness.Plan(("n", 3, new ScriptedPlan().Then(new ScriptedInstance("I", _harness.Step("B")))));
        await using var engine = await _harness.StartEngineAsync();
        await WorkflowHarness.StartTogetherAsync(engine, first, second);
        var result = await _harness.ResultAsync(engine, second.Operation);
        Assert.Equal(new NodeCounts(Ok: 1, Discarded: 2), result.Operation.Results);
        Assert.Equal(FaultCodes.NodeBusy, result.Fault("n-1").Code);
        Assert.Contains(first.Operation.Value, result.Fault("n-1").Message, StringComparison.Ordinal);
        Assert.Equal(["n-3"], _harness.Calls.Where(call => call.Step == "B").Select(call => call.Node.Value));
    }

    [Fact]
    public async Task An_engine_that_was_taken_over_stops_acting()
    {
        var plan = _harness.Plan(("n", 2, new ScriptedPlan().Then(new ScriptedInstance("I", Hanging("A"), _harness.Step("B")))));
        var clock = new VirtualTime(DateTimeOffset.UtcNow);
        await using var paused = await _harness.StartEngineAsync(clock);
        await paused.StartAsync(plan, CancellationToken.None);
        await _reached.Task;
        _harness.Store.ExpireAll();
        _hang = false;
        await using var other = await _harness.StartEngineAsync();
        Assert.Single(await other.ResumeAsync(CancellationToken.None));
        var result = await _harness.ResultAsync(other, plan.Operation);
        Assert.Equal(2, result.Operation.Results.Ok);
        Assert.True(clock.AdvanceToNextTimer()); // the paused engine wakes up and renews
        await Assert.ThrowsAsync<LeaseLostException>(() => paused.WaitAsync(plan.Operation, CancellationToken.None));
        Assert.Equal(2, _harness.Calls.Count(call => call.Step == "B"));
        await Assert.ThrowsAsync<LeaseLostException>(() => paused.StartAsync(plan, CancellationToken.None));
    }

    [Fact]
    public async Task When_state_cannot_be_saved_nothing_further_is_done_and_the_operation_can_be_resumed()
    {
        var store = new MemoryStore { AppendFailure = new StoreException("kadeploy.db: the disk is full"), AppendFailureAfter = 12 };
        var harness = new WorkflowHarness { Store = store };
        var plan = harness.Plan(("n", 4, new ScriptedPlan().Then(new ScriptedInstance("I", harness.Step("A"), harness.Step("B"), harness.Step("C")))));
        await using (var engine = await harness.StartEngineAsync())
        {
            await engine.StartAsync(plan, CancellationToken.None);
            var failure = await Assert.ThrowsAsync<StoreException>(() => engine.WaitAsync(plan.Operation, CancellationToken.None));
            Assert.Contains("disk is full", failure.Message, StringComparison.Ordinal);
            await Assert.ThrowsAsync<StoreException>(() => engine.StartAsync(harness.Plan(("m", 1, new ScriptedPlan().Then(new ScriptedInstance("I", harness.Step("A"))))), CancellationToken.None));
        }

        var before = harness.Calls.Length;
        Assert.DoesNotContain(harness.Calls, call => call.Step == "C");
        store.AppendFailure = null;
        await using var next = await harness.StartEngineAsync();
        await next.ResumeAsync(CancellationToken.None);
        var result = await harness.ResultAsync(next, plan.Operation);
        Assert.Equal(4, result.Operation.Results.Ok);
        Assert.True(harness.Calls.Length > before);
    }

    [Theory]
    [InlineData(StepScope.Node)]
    [InlineData(StepScope.Set)]
    public async Task When_a_driver_cannot_save_its_state_the_operation_stops_at_once_and_can_be_resumed(StepScope scope)
    {
        var full = true;
        var broken = scope == StepScope.Node
            ? _harness.Step("A", (context, _) => Save(context.Node))
            : ScriptedStep.Set("A", Send);
        var plan = _harness.Plan(("n", 3, new ScriptedPlan().Then(new ScriptedInstance("I", broken, _harness.Step("B")) { Retries = 2 })));
        await using (var engine = await _harness.StartEngineAsync())
        {
            await engine.StartAsync(plan, CancellationToken.None);
            var failure = await Assert.ThrowsAsync<StoreException>(
                () => engine.WaitAsync(plan.Operation, CancellationToken.None).WaitAsync(TestContext.Current.CancellationToken));
            Assert.Equal("the disk is full", failure.Message);
        }

        Assert.Empty(_harness.Store.Events.OfType<OperationEvent.NodeFinished>());
        full = false;
        await using var next = await _harness.StartEngineAsync();
        await next.ResumeAsync(CancellationToken.None);
        Assert.Equal(3, (await _harness.ResultAsync(next, plan.Operation)).Operation.Results.Ok);

        Task Save(Node node) => full && node.Name.Value == "n-2" ? Task.FromException(new StoreException("the disk is full")) : Task.CompletedTask;

        async IAsyncEnumerable<SetStepResult> Send(IReadOnlyList<StepContext> contexts, [EnumeratorCancellation] CancellationToken token)
        {
            foreach (var context in contexts)
            {
                await Save(context.Node);
                token.ThrowIfCancellationRequested();
                yield return new(context.Node.Name);
            }
        }
    }

    [Fact]
    public async Task An_engine_that_cannot_renew_its_leases_stops_acting_when_they_have_run_out()
    {
        var plan = _harness.Plan(("n", 2, new ScriptedPlan().Then(new ScriptedInstance("I", Hanging("A"), _harness.Step("B")))));
        var clock = new VirtualTime(DateTimeOffset.UtcNow);
        await using var engine = await _harness.StartEngineAsync(clock);
        await engine.StartAsync(plan, CancellationToken.None);
        await _reached.Task;
        _harness.Store.RenewFailure = new StoreException("the disk is gone");
        var waiting = engine.WaitAsync(plan.Operation, CancellationToken.None);
        for (var turn = 1; turn <= 5; turn++)
        {
            Assert.False(waiting.IsCompleted);
            Assert.True(clock.AdvanceToNextTimer()); // a fifth of the lease
            await engine.Loop.InvokeAsync(static () => Task.FromResult(true)); // let the engine act on it
        }

        Assert.Equal("the disk is gone", (await Assert.ThrowsAsync<StoreException>(() => waiting)).Message);
    }

    [Fact]
    public async Task An_operation_whose_drivers_cannot_be_opened_does_not_keep_the_others_from_going_on()
    {
        var lost = _harness.Plan(("n", 2, new ScriptedPlan().Then(new ScriptedInstance("I", Hanging("A")))));
        var other = _harness.Plan(("m", 2, new ScriptedPlan().Then(new ScriptedInstance("I", Hanging("B")))));
        await using (var engine = await _harness.StartEngineAsync())
        {
            await WorkflowHarness.StartTogetherAsync(engine, lost, other);
            await _reached.Task;
        }

        _hang = false;
        _harness.DriversOf = (plan, begun) => plan == lost && begun ? throw new StoreException("the machines are gone") : null;
        await using (var next = await _harness.StartEngineAsync())
        {
            Assert.Equal(2, (await next.ResumeAsync(CancellationToken.None)).Length);
            Assert.Equal(2, (await _harness.ResultAsync(next, other.Operation)).Operation.Results.Ok);
            var failure = await Assert.ThrowsAsync<StoreException>(() => next.WaitAsync(lost.Operation, CancellationToken.None));
            Assert.Equal("the machines are gone", failure.Message);
        }

        // It can be given up all the same: what is cancelled touches no machine any more.
        await _harness.Store.RequestCancelAsync(lost.Operation, "alice", CancellationToken.None);
        await using var last = await _harness.StartEngineAsync();
        await last.ResumeAsync(CancellationToken.None);
        Assert.Equal(2, (await _harness.ResultAsync(last, lost.Operation)).Operation.Results.Cancelled);
    }

    private async Task<WorkflowResult> InterruptAndResumeAsync(OperationPlan plan, Func<Task>? between = null)
    {
        await using (var engine = await _harness.StartEngineAsync())
        {
            await engine.StartAsync(plan, CancellationToken.None);
            await _reached.Task;
        }

        _hang = false;
        if (between is not null) await between();
        await using var next = await _harness.StartEngineAsync();
        var resumed = await next.ResumeAsync(CancellationToken.None);
        Assert.Equal([plan.Operation], resumed.Select(operation => operation.Id));
        return await _harness.ResultAsync(next, plan.Operation);
    }

    private ScriptedStep Hanging(string name) => _harness.Step(name, (_, token) => _hang ? HangAsync(token) : Task.CompletedTask);

    private Task HangAsync(CancellationToken token)
    {
        _reached.TrySetResult();
        return WorkflowHarness.Hang(token);
    }

    private IEnumerable<string> StepsOf(string node) => _harness.Calls.Where(call => call.Node.Value == node).Select(call => call.Step);
}
