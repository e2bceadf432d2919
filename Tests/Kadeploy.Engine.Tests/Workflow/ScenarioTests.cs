using System.Runtime.CompilerServices;
using Kadeploy.Engine.MicroSteps;
using Kadeploy.TestKit.Workflow;
using Xunit;

namespace Kadeploy.Engine.Tests.Workflow;

/// <summary>The scenarios by which Kadeploy 3 tested its automaton, and what surrounds them.</summary>
public class ScenarioTests
{
    private readonly WorkflowHarness _harness = new();

    [Fact]
    public async Task When_all_micro_steps_succeed_all_nodes_are_ok_and_each_step_ran_once_per_node()
    {
        var result = await _harness.RunAsync(16, new ScriptedPlan().Then(new ScriptedInstance("I", _harness.Step("A"), _harness.Step("B"))));
        Assert.Equal(new NodeCounts(Ok: 16), result.Operation.Results);
        Assert.Equal(OperationState.Finished, result.Operation.State);
        Assert.Equal(32, _harness.Calls.Length);
        Assert.Equal(32, _harness.Calls.Distinct().Count());
    }

    [Fact]
    public async Task When_the_first_micro_step_fails_the_second_never_runs_and_all_nodes_are_ko()
    {
        var result = await _harness.RunAsync(16, new ScriptedPlan().Then(
            new ScriptedInstance("I", _harness.Step("A", (_, _) => WorkflowHarness.Fail("the disk is gone")), _harness.Step("B"))));
        Assert.Equal(new NodeCounts(Ko: 16), result.Operation.Results);
        Assert.DoesNotContain(_harness.Calls, call => call.Step == "B");
        var fault = result.Fault("n-3");
        Assert.Equal(FaultCodes.Command, fault.Code);
        Assert.Equal("I:A", fault.Step!.ToString());
        Assert.Contains("n-3", fault.Message, StringComparison.Ordinal);
        Assert.Contains("the disk is gone", fault.Message, StringComparison.Ordinal);
        Assert.NotEmpty(fault.SuggestedAction);
    }

    [Fact]
    public async Task What_a_command_wrote_last_is_kept_as_evidence_of_each_attempt_and_of_the_node()
    {
        var result = await _harness.RunAsync(1, new ScriptedPlan().Then(new ScriptedInstance("I", _harness.Step("A", (context, _) =>
            Task.FromException(new OperationFailedException(FaultCodes.Disk, "no file system")
            {
                Evidence = ["mkfs.ext4: No such device", $"attempt {context.Attempt.Attempt}"],
            }), retries: 1))));
        Assert.Equal(["mkfs.ext4: No such device", "attempt 2"], result.Fault("n-1").Evidence);
        Assert.Equal(
            ["attempt 1", "attempt 2"], result.Events.OfType<OperationEvent.StepFailed>().Select(static failed => failed.Fault.Evidence[^1]));
    }

    [Fact]
    public async Task A_micro_step_that_reaches_its_limit_fails_and_the_next_never_runs()
    {
        var result = await _harness.RunAsync(4, new ScriptedPlan().Then(
            new ScriptedInstance("I", _harness.Step("A", (_, token) => _harness.Wait(2, token), timeout: 1), _harness.Step("B"))));
        Assert.Equal(new NodeCounts(Ko: 4), result.Operation.Results);
        Assert.Equal(FaultCodes.StepTimeout, result.Fault("n-1").Code);
        Assert.Contains("1 s", result.Fault("n-1").Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_harness.Calls, call => call.Step == "B");
        Assert.Equal(1, result.Seconds);
    }

    [Fact]
    public async Task An_instance_that_reaches_its_limit_fails_whatever_its_micro_step_allows()
    {
        var result = await _harness.RunAsync(4, new ScriptedPlan().Then(
            new ScriptedInstance("I", _harness.Step("A", (_, token) => _harness.Wait(2, token)), _harness.Step("B", (_, token) => _harness.Wait(2, token)))
            {
                Timeout = 3,
            }));
        Assert.Equal(new NodeCounts(Ko: 4), result.Operation.Results);
        Assert.Equal(FaultCodes.InstanceTimeout, result.Fault("n-1").Code);
        Assert.Equal("B", result.Fault("n-1").Step!.MicroStep.Value);
        Assert.Equal(3, result.Seconds);
    }

    /// <summary>Sixteen nodes: 1–4 fail in step 1; 5–9 finish step 2; 10–11 and 12–13 finish it separately; the rest times out.</summary>
    [Fact]
    public async Task Nodes_that_are_done_go_on_while_others_still_work_or_time_out()
    {
        var result = await _harness.RunAsync(16, new ScriptedPlan()
            .Then(new ScriptedInstance("M1",
                _harness.Step("First", (context, _) => Number(context) <= 4 ? WorkflowHarness.Fail() : Task.CompletedTask),
                _harness.Step("Second", (context, token) => Number(context) switch
                {
                    <= 9 => Task.CompletedTask,
                    <= 11 => _harness.Wait(1, token),
                    <= 13 => _harness.Wait(2, token),
                    _ => WorkflowHarness.Hang(token),
                })) { Timeout = 5 })
            .Then(new ScriptedInstance("M2", _harness.Step("Third"))));
        Assert.Equal(new NodeCounts(Ok: 9, Ko: 7), result.Operation.Results);
        Assert.All(Enumerable.Range(1, 4), i => Assert.Equal(FaultCodes.Command, result.Fault($"n-{i}").Code));
        Assert.All(Enumerable.Range(14, 3), i => Assert.Equal(FaultCodes.InstanceTimeout, result.Fault($"n-{i}").Code));
        var third = _harness.Calls.Where(call => call.Step == "Third").GroupBy(call => call.At).ToDictionary(g => g.Key, g => g.Count());
        Assert.Equal(new Dictionary<double, int> { [0] = 5, [1] = 2, [2] = 2 }, third);
    }

    [Fact]
    public async Task A_timeout_and_then_a_success_make_two_runs_of_the_macro_step()
    {
        var result = await _harness.RunAsync(1, new ScriptedPlan().Then(
            new ScriptedInstance("I", _harness.Step("A", (context, token) =>
                context.Attempt.InstanceAttempt == 1 ? WorkflowHarness.Hang(token) : Task.CompletedTask, timeout: 1)) { Retries = 1 }));
        Assert.Equal(NodeState.Ok, result.State("n-1"));
        Assert.Equal([(1, 1), (2, 1)], _harness.Calls.Select(call => (call.InstanceAttempt, call.Attempt)));
    }

    [Fact]
    public async Task A_failure_and_then_a_success_make_two_attempts_at_the_micro_step()
    {
        var result = await _harness.RunAsync(1, new ScriptedPlan().Then(new ScriptedInstance("I",
            _harness.Step("A", (context, _) => context.Attempt.Attempt == 1 ? WorkflowHarness.Fail() : Task.CompletedTask, retries: 1))));
        Assert.Equal(NodeState.Ok, result.State("n-1"));
        Assert.Equal([(1, 1), (1, 2)], _harness.Calls.Select(call => (call.InstanceAttempt, call.Attempt)));
    }

    [Fact]
    public async Task Half_the_nodes_failing_once_are_retried_alone()
    {
        var result = await _harness.RunAsync(16, new ScriptedPlan().Then(new ScriptedInstance("I",
            _harness.Step("A", (context, _) => Number(context) > 8 && context.Attempt.Attempt == 1 ? WorkflowHarness.Fail() : Task.CompletedTask, retries: 1))));
        Assert.Equal(new NodeCounts(Ok: 16), result.Operation.Results);
        Assert.Equal(24, _harness.Calls.Length);
        Assert.All(_harness.Calls.Where(call => call.Attempt == 2), call => Assert.True(Number(call.Node) > 8));
    }

    [Fact]
    public async Task Retries_end_with_the_configured_number()
    {
        var result = await _harness.RunAsync(1, new ScriptedPlan().Then(
            new ScriptedInstance("I", _harness.Step("A", (_, _) => WorkflowHarness.Fail(), retries: 2)) { Retries = 1 }));
        Assert.Equal(NodeState.Ko, result.State("n-1"));
        Assert.Equal([(1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (2, 3)], _harness.Calls.Select(call => (call.InstanceAttempt, call.Attempt)));
        Assert.Equal((2, 3), (result.Fault("n-1").InstanceAttempt, result.Fault("n-1").Attempt));
    }

    [Fact]
    public async Task Alternatives_are_tried_in_order_until_one_succeeds_and_no_further()
    {
        var result = await _harness.RunAsync(3, new ScriptedPlan().Then(
            new ScriptedInstance("Fails", _harness.Step("A", (_, _) => WorkflowHarness.Fail())),
            new ScriptedInstance("TimesOut", _harness.Step("B", (_, token) => WorkflowHarness.Hang(token))) { Timeout = 1 },
            new ScriptedInstance("Retries", _harness.Step("C", (_, _) => WorkflowHarness.Fail())) { Retries = 2 },
            new ScriptedInstance("Succeeds", _harness.Step("D")),
            new ScriptedInstance("Unneeded", _harness.Step("E"))));
        Assert.Equal(new NodeCounts(Ok: 3), result.Operation.Results);
        Assert.Equal("ABCCCD", string.Concat(_harness.Calls.Where(call => call.Node.Value == "n-2").Select(call => call.Step)));
        Assert.Equal(
            [FailureConsequence.Fallback, FailureConsequence.Fallback, FailureConsequence.RestartInstance, FailureConsequence.RestartInstance, FailureConsequence.Fallback],
            result.Events.OfType<OperationEvent.StepFailed>().Where(e => e.Node.Value == "n-2").Select(e => e.Consequence));
    }

    [Fact]
    public async Task An_unusable_driver_is_not_tried_again_but_the_next_instance_is()
    {
        var result = await _harness.RunAsync(1, new ScriptedPlan().Then(
            new ScriptedInstance("I", _harness.Step("A", (_, _) =>
                Task.FromException(new DriverUnusableException(FaultCodes.PowerRefused, "wrong password")), retries: 5)) { Retries = 5 },
            new ScriptedInstance("J", _harness.Step("B"))));
        Assert.Equal(NodeState.Ok, result.State("n-1"));
        Assert.Equal(["A", "B"], _harness.Calls.Select(call => call.Step));
    }

    [Fact]
    public async Task Behind_a_barrier_only_the_final_result_counts_and_it_is_success()
    {
        var result = await _harness.RunAsync(4, Held(timeout: 10));
        Assert.Equal(new NodeCounts(Ok: 4), result.Operation.Results);
        Assert.Equal([3d], _harness.Calls.Where(call => call.Step == "B").Select(call => call.At).Distinct());
    }

    [Fact]
    public async Task Behind_a_barrier_only_the_final_result_counts_and_it_is_failure()
    {
        var result = await _harness.RunAsync(4, Held(timeout: 2));
        Assert.Equal(new NodeCounts(Ko: 4), result.Operation.Results);
        Assert.DoesNotContain(_harness.Calls, call => call.Step == "B");
    }

    [Fact]
    public async Task A_set_scope_step_that_names_failed_nodes_splits_the_set_and_the_rest_goes_on()
    {
        var result = await _harness.RunAsync(10, new ScriptedPlan().Then(new ScriptedInstance("I",
            ScriptedStep.Set("A", Results(node => node.Value is "n-2" or "n-7")), _harness.Step("B"))));
        Assert.Equal(new NodeCounts(Ok: 8, Ko: 2), result.Operation.Results);
        Assert.Equal(8, _harness.Calls.Count(call => call.Step == "B"));
        Assert.Equal(NodeState.Ko, result.State("n-7"));
    }

    [Fact]
    public async Task A_node_without_a_result_after_a_set_scope_step_has_failed()
    {
        var result = await _harness.RunAsync(3, new ScriptedPlan().Then(new ScriptedInstance("I",
            ScriptedStep.Set("A", (contexts, token) => Only(contexts.Where(c => c.Node.Name.Value != "n-2"), null, token)))));
        Assert.Equal(new NodeCounts(Ok: 2, Ko: 1), result.Operation.Results);
        Assert.Contains("n-2", result.Fault("n-2").Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_breakpoint_in_the_main_path_stops_nodes_before_the_step_which_never_runs()
    {
        var result = await _harness.RunAsync(5, new ScriptedPlan().Then(
            new ScriptedInstance("I", _harness.Step("A"), _harness.Step("B", breakpoint: true), _harness.Step("C"))));
        Assert.Equal(new NodeCounts(Stopped: 5), result.Operation.Results);
        Assert.Equal(["A"], _harness.Calls.Select(call => call.Step).Distinct());
        Assert.Equal("I:B", result.Nodes[NodeName.Parse("n-1")].Step!.ToString());
    }

    [Fact]
    public async Task A_breakpoint_in_an_alternative_stops_only_those_who_come_there()
    {
        var result = await _harness.RunAsync(4, new ScriptedPlan().Then(
            new ScriptedInstance("I", _harness.Step("A", (context, _) => Number(context) > 2 ? WorkflowHarness.Fail() : Task.CompletedTask)),
            new ScriptedInstance("J", _harness.Step("B")) { Breakpoint = true }));
        Assert.Equal(new NodeCounts(Ok: 2, Stopped: 2), result.Operation.Results);
        Assert.DoesNotContain(_harness.Calls, call => call.Step == "B");
    }

    [Fact]
    public async Task Half_of_the_nodes_failing_in_the_first_macro_step_is_exactly_the_half_that_is_ko()
    {
        var result = await _harness.RunAsync(100, new ScriptedPlan()
            .Then(new ScriptedInstance("M1", _harness.Step("A", (context, _) => Number(context) % 2 == 0 ? WorkflowHarness.Fail() : Task.CompletedTask)))
            .Then(new ScriptedInstance("M2", _harness.Step("B"))));
        Assert.Equal(new NodeCounts(Ok: 50, Ko: 50), result.Operation.Results);
        Assert.All(result.Nodes, entry => Assert.Equal(Number(entry.Key) % 2 == 0 ? NodeState.Ko : NodeState.Ok, entry.Value.State));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_slow_node_at_any_step_does_not_delay_the_others(int slowStep)
    {
        var steps = Enumerable.Range(0, 3).Select(i => _harness.Step($"S{i}", (context, token) =>
            i == slowStep && context.Node.Name.Value == "n-1" ? _harness.Wait(1000, token) : _harness.Wait(1, token))).ToArray();
        var result = await _harness.RunAsync(20, new ScriptedPlan().Then(new ScriptedInstance("I", steps)));
        Assert.Equal(new NodeCounts(Ok: 20), result.Operation.Results);
        Assert.Equal(1002, result.Seconds);
        Assert.All(result.Nodes.Values.Where(node => node.Node.Value != "n-1"),
            node => Assert.Equal(3, (node.At - DateTimeOffset.UnixEpoch).TotalSeconds));
    }

    [Fact]
    public async Task The_instances_limit_cuts_an_attempt_short_while_the_step_is_being_retried()
    {
        var result = await _harness.RunAsync(1, new ScriptedPlan().Then(new ScriptedInstance("I",
            _harness.Step("A", (_, token) => _harness.Wait(9, token), timeout: 5, retries: 10)) { Timeout = 8 }));
        Assert.Equal(FaultCodes.InstanceTimeout, result.Fault("n-1").Code);
        Assert.Equal(8, result.Seconds, 6); // 5 s, a pause of about a second, and what was left
        Assert.Equal(2, _harness.Calls.Length);
    }

    [Fact]
    public async Task A_step_is_not_retried_when_its_instance_has_no_time_left_for_it()
    {
        var result = await _harness.RunAsync(1, new ScriptedPlan().Then(new ScriptedInstance("I",
            _harness.Step("A", (_, token) => _harness.Wait(9, token), timeout: 4, retries: 10)) { Timeout = 10 }));
        Assert.Equal(FaultCodes.StepTimeout, result.Fault("n-1").Code);
        Assert.InRange(result.Seconds, 8.5, 9.5); // 4 s, a pause of about 1 s, 4 s; a pause of about 2 s would end after the limit
        Assert.Equal(2, _harness.Calls.Length);
    }

    [Fact]
    public async Task A_cluster_that_fails_leaves_the_one_beside_it_alone()
    {
        var result = await _harness.RunAsync(_harness.Plan(
            ("good", 5, new ScriptedPlan().Then(new ScriptedInstance("I", _harness.Step("A", (_, token) => _harness.Wait(1, token))))),
            ("bad", 5, new ScriptedPlan().Then(new ScriptedInstance("I", _harness.Step("X", (_, _) => throw new InvalidOperationException("defect")))))));
        Assert.Equal(new NodeCounts(Ok: 5, Ko: 5), result.Operation.Results);
        Assert.Equal(FaultCodes.Internal, result.Fault("bad-1").Code);
        Assert.Equal(NodeState.Ok, result.State("good-5"));
    }

    [Fact]
    public async Task The_n_of_a_limit_is_the_number_of_nodes_that_have_not_ended()
    {
        var script = new ScriptedPlan().Then(new ScriptedInstance("I", _harness.Step("A", (_, token) => _harness.Wait(15, token))));
        var plan = _harness.Plan(("n", 10, script));
        var cluster = plan.Clusters[0];
        var instance = cluster.MacroSteps[0].Instances[0];
        var step = instance.MicroSteps[0] with { Timeout = TimeoutExpression.Parse("2 * n") };
        plan = plan with { Clusters = [cluster with { MacroSteps = [cluster.MacroSteps[0] with { Instances = [instance with { MicroSteps = [step] }] }] }] };
        var result = await _harness.RunAsync(plan);
        Assert.Equal(new NodeCounts(Ok: 10), result.Operation.Results); // 20 s for ten nodes, where 15 are needed
    }

    [Fact]
    public async Task Every_intent_is_journaled_before_its_side_effect()
    {
        var unannounced = new List<string>();
        var result = await _harness.RunAsync(20, new ScriptedPlan().Then(new ScriptedInstance(
            "I", _harness.Step("A", Check), ScriptedStep.Set("S", CheckSet), _harness.Step("B", Check))));
        Assert.Equal(20, result.Operation.Results.Ok);
        Assert.Empty(unannounced);

        Task Check(StepContext context, CancellationToken token)
        {
            if (!_harness.Store.Events.OfType<OperationEvent.StepStarted>().Any(e => e.Node == context.Node.Name && e.Step == context.Step.Step))
                unannounced.Add($"{context.Node.Name} {context.Step.Step}");
            return Task.CompletedTask;
        }

        IAsyncEnumerable<SetStepResult> CheckSet(IReadOnlyList<StepContext> contexts, CancellationToken token)
        {
            foreach (var context in contexts) _ = Check(context, token);
            return Only(contexts, null, token);
        }
    }

    private static int Number(StepContext context) => Number(context.Node.Name);

    private static int Number(NodeName node) => int.Parse(node.Value[(node.Value.IndexOf('-') + 1)..], System.Globalization.CultureInfo.InvariantCulture);

    private ScriptedPlan Held(int timeout) => new ScriptedPlan()
        .Then(new ScriptedInstance("M1", _harness.Step("A", (context, token) => _harness.Wait(Number(context) == 4 ? 3 : 1, token)), ScriptedStep.Barrier("HoldNodes"))
        {
            Timeout = timeout,
        })
        .Then(new ScriptedInstance("M2", _harness.Step("B")));

    private static Func<IReadOnlyList<StepContext>, CancellationToken, IAsyncEnumerable<SetStepResult>> Results(Func<NodeName, bool> fails) =>
        (contexts, token) => Only(contexts, fails, token);

    private static async IAsyncEnumerable<SetStepResult> Only(
        IEnumerable<StepContext> contexts, Func<NodeName, bool>? fails, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var context in contexts)
        {
            await Task.CompletedTask;
            yield return fails?.Invoke(context.Node.Name) == true
                ? new(context.Node.Name, Failure: new OperationFailedException(FaultCodes.Broadcast, "lost the stream"))
                : new(context.Node.Name);
        }
    }
}
