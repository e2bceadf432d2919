using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Kadeploy.Engine.MicroSteps;
using Kadeploy.Engine.Rights;
using Kadeploy.TestKit.Workflow;
using Xunit;

namespace Kadeploy.Engine.Tests.Workflow;

/// <summary>Rights that end or are revoked while an operation runs, in virtual time.</summary>
public sealed class RightsDuringOperationTests
{
    private readonly WorkflowHarness _harness = new();
    private readonly TimedRights _rights;

    public RightsDuringOperationTests() => _harness.Rights = _rights = new(_harness);

    [Fact]
    public async Task What_the_user_may_not_do_is_refused_before_anything_is_recorded()
    {
        _rights.Ends["n-2"] = 0;
        var plan = _harness.Plan(("n", 3, new ScriptedPlan().Then(new ScriptedInstance("I", _harness.Step("A")))));
        await using var engine = await _harness.StartEngineAsync();
        var refused = await Assert.ThrowsAsync<NotAllowedException>(() => engine.StartAsync(plan, CancellationToken.None));
        Assert.Equal(["n-2"], refused.Missing.Select(static each => each.Node.Value));
        Assert.Empty(_harness.Calls);
        Assert.Empty(_harness.Store.Events);
        Assert.Empty(await engine.ListOperationsAsync(9, CancellationToken.None));
        Assert.False(_harness.Store.IsLeased(NodeName.Parse("n-1")));
    }

    [Fact]
    public async Task A_right_that_ends_lets_the_macro_step_end_and_stops_the_node_before_the_next()
    {
        // Each step takes ten seconds; the rights end in the middle of the first, of the second and of the third macro-step.
        (_rights.Ends["n-1"], _rights.Ends["n-2"], _rights.Ends["n-3"]) = (5, 25, 55);
        var result = await _harness.RunAsync(4, ThreeMacroSteps());
        Assert.Equal(new NodeCounts(Ok: 2, Cancelled: 2), result.Operation.Results);
        Assert.Equal(OperationState.Finished, result.Operation.State);
        Assert.Equal(["A", "B"], Steps("n-1"));
        Assert.Equal(["A", "B", "C", "D"], Steps("n-2"));
        Assert.Equal(["A", "B", "C", "D", "E", "F"], Steps("n-3"));
        var fault = result.Fault("n-1");
        Assert.Equal(FaultCodes.RightEnded, fault.Code);
        Assert.Equal("node n-1: stopped because alice has no right any more, between two steps", fault.Message);
        Assert.Equal(FaultCodes.Find(FaultCodes.RightEnded)!.SuggestedAction, fault.SuggestedAction);
        Assert.Equal(NodeState.Cancelled, result.State("n-1"));
        Assert.False(_harness.Store.IsLeased(NodeName.Parse("n-1")));
        Assert.Equal(["n-1 in D", "n-2 in D"], _rights.Recorded.Select(static each => $"{each.Node} in D").Order());
    }

    [Fact]
    public async Task A_right_that_ends_while_a_node_waits_for_a_slot_is_noticed_before_the_step()
    {
        var harness = new WorkflowHarness { Slots = static _ => 1 };
        var rights = new TimedRights(harness) { Ends = { ["n-2"] = 5, ["n-3"] = 25 } };
        harness.Rights = rights;
        var step = harness.Step("A", (_, token) => harness.Wait(10, token), resources: [ThrottledResource.BmcCalls]);
        var result = await harness.RunAsync(3, new ScriptedPlan().Then(new ScriptedInstance("I", step)));
        Assert.Equal(new NodeCounts(Ok: 2, Cancelled: 1), result.Operation.Results);
        Assert.Equal(["n-1", "n-3"], harness.Calls.Select(static call => call.Node.Value));
    }

    [Fact]
    public async Task Each_new_run_of_an_instance_and_each_alternative_asks_again()
    {
        _rights.Ends["n-1"] = 15;
        var failing = _harness.Step("A", async (_, token) =>
        {
            await _harness.Wait(10, token);
            await WorkflowHarness.Fail();
        });
        var result = await _harness.RunAsync(2, new ScriptedPlan().Then(new ScriptedInstance("I", failing) { Retries = 1 }, new ScriptedInstance("J", _harness.Step("B"))));
        Assert.Equal(FaultCodes.RightEnded, result.Fault("n-1").Code);
        Assert.Equal(["A", "A"], Steps("n-1"));
        Assert.Equal(["A", "A", "B"], Steps("n-2"));
    }

    [Fact]
    public async Task Nodes_whose_right_ended_while_they_waited_for_others_are_not_taken_along()
    {
        _rights.Ends["n-1"] = 15;
        var sets = new List<string>();
        var result = await _harness.RunAsync(3, new ScriptedPlan()
            .Then(new ScriptedInstance("I", _harness.Step("A", (context, token) => context.Node.Name.Value == "n-3" ? _harness.Wait(20, token) : Task.CompletedTask)))
            .Then(new ScriptedInstance("J", ScriptedStep.Set("Send", (contexts, _) =>
            {
                sets.Add(string.Join(',', contexts.Select(static context => context.Node.Name.Value).Order()));
                return contexts.Select(static context => new SetStepResult(context.Node.Name, null, null)).ToAsyncEnumerable();
            }))));
        Assert.Equal(["n-2,n-3"], sets);
        Assert.Equal(new NodeCounts(Ok: 2, Cancelled: 1), result.Operation.Results);
        Assert.Equal(FaultCodes.RightEnded, result.Fault("n-1").Code);
        Assert.DoesNotContain(result.Events, static e => e is OperationEvent.StepStarted { Node.Value: "n-1", Step.MicroStep.Value: "Send" });
    }

    [Fact]
    public async Task A_revocation_stops_exactly_its_nodes_wherever_they_are()
    {
        // One in a step, one that waits for a slot, one in front of a set, one that rests after a failure; beside each, one that goes on.
        var harness = new WorkflowHarness { Slots = static _ => 1 };
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var plan = harness.Plan(
            ("step", 2, new ScriptedPlan().Then(new ScriptedInstance("I", harness.Step("A", (_, token) => goOn.Task.WaitAsync(token))))),
            ("slot", 3, new ScriptedPlan().Then(new ScriptedInstance("I", harness.Step("A", (_, token) => goOn.Task.WaitAsync(token), resources: [ThrottledResource.BmcCalls])))),
            ("set", 3, new ScriptedPlan().Then(new ScriptedInstance("I",
                harness.Step("B", (context, token) => context.Node.Name.Value == "set-3" ? goOn.Task.WaitAsync(token) : Task.CompletedTask),
                ScriptedStep.Barrier("HoldNodes")))),
            ("rest", 1, new ScriptedPlan().Then(new ScriptedInstance("I", harness.Step("A", (_, _) => WorkflowHarness.Fail(), retries: 1)))));
        await using var engine = await harness.StartEngineAsync();
        await using (var time = HeldTime.Of(engine))
        {
            await engine.StartAsync(plan, CancellationToken.None);
            // Until two wait in front of the set and one rests.
            await foreach (var happened in engine.ReadEventsAsync(plan.Operation, 0, follow: true, CancellationToken.None))
                if (happened is OperationEvent.StepSucceeded or OperationEvent.StepFailed && harness.Store.Events.Count(static e => e is OperationEvent.StepSucceeded or OperationEvent.StepFailed) == 3) break;

            string[] stopped = ["step-1", "slot-3", "set-1", "rest-1"];
            engine.Stop([.. stopped.Select(name => new StoppedNode(plan.Operation, "alice", NodeName.Parse(name)))], "root");
            await foreach (var happened in engine.ReadEventsAsync(plan.Operation, 0, follow: true, CancellationToken.None))
                if (happened is OperationEvent.NodeFinished && harness.Store.Events.OfType<OperationEvent.NodeFinished>().Count() == 4) break;
            Assert.Equal(stopped.Order(), harness.Store.Events.OfType<OperationEvent.NodeFinished>().Select(static e => e.Node.Value).Order());
            goOn.SetResult();
        }

        var result = await harness.ResultAsync(engine, plan.Operation);
        Assert.Equal(new NodeCounts(Ok: 5, Cancelled: 4), result.Operation.Results);
        Assert.Equal("node step-1: stopped because root revoked the right of alice, in step A, which may be half done", result.Fault("step-1").Message);
        foreach (var name in new[] { "slot-3", "set-1", "rest-1" })
            Assert.Equal((FaultCodes.RightEnded, $"node {name}: stopped because root revoked the right of alice, between two steps"), (result.Fault(name).Code, result.Fault(name).Message));
        Assert.Equal(OperationState.Finished, result.Operation.State);
    }

    [Fact]
    public async Task Engines_elsewhere_learn_of_a_revocation_with_their_next_renewal()
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var plan = _harness.Plan(("n", 2, new ScriptedPlan().Then(new ScriptedInstance("I", _harness.Step("A", async (_, token) =>
        {
            if (_harness.Calls.Length == 2) reached.TrySetResult();
            await goOn.Task.WaitAsync(token);
        })))));
        var clock = new Kadeploy.Engine.Time.VirtualTime(DateTimeOffset.UnixEpoch);
        await using var engine = await _harness.StartEngineAsync(clock);
        await engine.StartAsync(plan, CancellationToken.None);
        await reached.Task;
        _harness.Store.Stop(plan.Operation, "root", NodeName.Parse("n-1"));
        for (var i = 0; i < 2; i++) clock.AdvanceToNextTimer(); // told twice, done once
        await foreach (var happened in engine.ReadEventsAsync(plan.Operation, 0, follow: true, CancellationToken.None))
            if (happened is OperationEvent.NodeFinished) break;
        goOn.SetResult();
        var result = await _harness.ResultAsync(engine, plan.Operation);
        Assert.Equal(new NodeCounts(Ok: 1, Cancelled: 1), result.Operation.Results);
        Assert.Equal(NodeState.Ok, result.State("n-2"));
    }

    [Fact]
    public async Task In_a_set_that_runs_the_others_go_on_and_the_last_ends_it()
    {
        var running = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var plan = _harness.Plan(("n", 3, new ScriptedPlan().Then(new ScriptedInstance("I", ScriptedStep.Set("Send", Send)))));
        await using var engine = await _harness.StartEngineAsync();
        await engine.StartAsync(plan, CancellationToken.None);
        await running.Task;
        Stop("n-1");
        await EndedAsync(1);
        Stop("n-2", "n-3"); // they do not heed it one by one: the set as a whole is ended
        var result = await _harness.ResultAsync(engine, plan.Operation);
        Assert.Equal(new NodeCounts(Cancelled: 3), result.Operation.Results);
        Assert.All(result.Nodes.Values, static end => Assert.Equal(FaultCodes.RightEnded, end.Fault!.Code));
        Assert.Contains("in step Send", result.Fault("n-2").Message, StringComparison.Ordinal);

        void Stop(params string[] names) => engine.Stop([.. names.Select(name => new StoppedNode(plan.Operation, "alice", NodeName.Parse(name)))], "root");

        async Task EndedAsync(int count)
        {
            await foreach (var happened in engine.ReadEventsAsync(plan.Operation, 0, follow: true, CancellationToken.None))
                if (happened is OperationEvent.NodeFinished && --count == 0) break;
        }

        async IAsyncEnumerable<SetStepResult> Send(IReadOnlyList<StepContext> contexts, [EnumeratorCancellation] CancellationToken token)
        {
            running.SetResult();
            // As a broadcast does: the node that is cut off fails, the transfer to the others goes on.
            await Task.Delay(Timeout.Infinite, contexts[0].Drivers.Stops.TokenOf(contexts[0].Node.Name)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            yield return new(contexts[0].Node.Name, null, new OperationFailedException(FaultCodes.ChannelLost, "cut off"));
            await WorkflowHarness.Hang(token);
        }
    }

    [Fact]
    public async Task A_node_that_is_taken_up_again_is_asked_for_first()
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var plan = _harness.Plan(("n", 2, new ScriptedPlan().Then(new ScriptedInstance("I", _harness.Step("A", async (_, token) =>
        {
            if (_harness.Calls.Length == 2) reached.TrySetResult();
            if (_harness.Calls.Length <= 2) await WorkflowHarness.Hang(token);
        })))));
        await using (var engine = await _harness.StartEngineAsync())
        {
            await engine.StartAsync(plan, CancellationToken.None);
            await reached.Task;
        }

        _rights.Ends["n-1"] = 0; // while nobody ran it
        await using var second = await _harness.StartEngineAsync();
        await second.ResumeAsync(CancellationToken.None);
        var result = await _harness.ResultAsync(second, plan.Operation);
        Assert.Equal(new NodeCounts(Ok: 1, Cancelled: 1), result.Operation.Results);
        Assert.Equal(FaultCodes.RightEnded, result.Fault("n-1").Code);
        Assert.Equal(["n-1", "n-2", "n-2"], _harness.Calls.Select(static call => call.Node.Value).Order());
    }

    [Fact]
    public async Task Nobody_acts_while_rights_cannot_be_read()
    {
        var plan = _harness.Plan(("n", 2, ThreeMacroSteps()));
        await using var engine = await _harness.StartEngineAsync();
        _rights.FailsFrom = 15;
        await engine.StartAsync(plan, CancellationToken.None);
        await Assert.ThrowsAsync<StoreException>(() => engine.WaitAsync(plan.Operation, CancellationToken.None));
        Assert.DoesNotContain(_harness.Calls, static call => call.Step == "C");
        Assert.DoesNotContain(_harness.Store.Events, static e => e is OperationEvent.NodeFinished);
    }

    private ScriptedPlan ThreeMacroSteps()
    {
        ScriptedStep Step(string name) => _harness.Step(name, (_, token) => _harness.Wait(10, token));
        return new ScriptedPlan().Then(new ScriptedInstance("I", Step("A"), Step("B"))).Then(new ScriptedInstance("J", Step("C"), Step("D"))).Then(new ScriptedInstance("K", Step("E"), Step("F")));
    }

    private IEnumerable<string> Steps(string node) => _harness.Calls.Where(call => call.Node.Value == node).Select(static call => call.Step);

    /// <summary>Rights that end at a virtual second; whoever is not named has them for ever.</summary>
    private sealed class TimedRights(WorkflowHarness harness) : IRightsCheck
    {
        private readonly Lock _gate = new();
        private readonly List<MissingRight> _recorded = [];

        public Dictionary<string, double> Ends { get; } = [];

        /// <summary>Gets or sets the virtual second from which on rights cannot be read.</summary>
        public double FailsFrom { get; set; } = double.PositiveInfinity;

        public ImmutableArray<MissingRight> Recorded
        {
            get
            {
                lock (_gate) return [.. _recorded];
            }
        }

        public async Task RequireAsync(RightsDemand demand, CancellationToken cancellationToken)
        {
            var missing = new List<MissingRight>();
            foreach (var (node, parts) in demand.Nodes)
                if (await FindMissingAsync(demand.User, node, parts, cancellationToken) is { } lacking) missing.Add(lacking);
            if (missing.Count > 0) throw new NotAllowedException("no") { Missing = [.. missing] };
        }

        public async Task<MissingRight?> FindMissingAsync(string user, Node node, ImmutableArray<RightPart> parts, CancellationToken cancellationToken)
        {
            await Task.Yield(); // a store answers from another thread
            var now = harness.Time.Elapsed.TotalSeconds;
            if (now >= FailsFrom) throw new StoreException("the disk is full");
            return Ends.TryGetValue(node.Name.Value, out var end) && now >= end ? new(node.Name, null, "no right") : null;
        }

        public Task RecordAsync(string user, OperationId operation, IReadOnlyCollection<MissingRight> missing, CancellationToken cancellationToken)
        {
            lock (_gate) _recorded.AddRange(missing);
            return Task.CompletedTask;
        }
    }
}
