using System.Runtime.CompilerServices;
using Kadeploy.Engine.MicroSteps;
using Kadeploy.TestKit.Workflow;
using Xunit;

namespace Kadeploy.Engine.Tests.Workflow;

public class GatherTests
{
    private readonly WorkflowHarness _harness = new();
    private readonly List<(double At, int Nodes)> _sets = [];

    [Fact]
    public async Task A_set_starts_as_soon_as_all_that_can_still_come_have_come()
    {
        var result = await _harness.RunAsync(10, Plan(node => node == 10 ? 30 : 1));
        Assert.Equal(10, result.Operation.Results.Ok);
        Assert.Equal([(30d, 10)], _sets);
    }

    [Fact]
    public async Task A_set_does_not_wait_for_nodes_that_have_failed()
    {
        var result = await _harness.RunAsync(10, Plan(node => node == 10 ? -20 : 1));
        Assert.Equal(new NodeCounts(Ok: 9, Ko: 1), result.Operation.Results);
        Assert.Equal([(20d, 9)], _sets);
    }

    [Fact]
    public async Task After_the_deadline_the_set_starts_and_late_nodes_form_the_next_one()
    {
        var result = await _harness.RunAsync(10, Plan(node => node > 8 ? 500 : 5));
        Assert.Equal(10, result.Operation.Results.Ok);
        Assert.Equal([(5 + StepDefaults.GatherDeadline.TotalSeconds, 8), (500d, 2)], _sets);
    }

    [Fact]
    public async Task A_set_that_waits_for_a_slot_takes_along_whoever_comes_meanwhile()
    {
        var harness = new WorkflowHarness { Slots = _ => 1 };
        var script = Plan(harness, node => node <= 5 ? 1 : node <= 8 ? 300 : 305, setSeconds: 200);
        var result = await harness.RunAsync(10, script);
        Assert.Equal(10, result.Operation.Results.Ok);
        // The first five start at their deadline (1 + 180 s) and hold the only slot until 381 s; the others came at 300 and 305 s.
        Assert.Equal([(181d, 5), (381d, 5)], _sets);
    }

    [Fact]
    public async Task A_node_that_fails_in_a_set_is_retried_without_waiting_for_those_who_went_on()
    {
        var script = new ScriptedPlan().Then(new ScriptedInstance("I",
            Set(_harness, 10, fails: context => context.Node.Name.Value == "n-1" && context.Attempt.Attempt == 1, retries: 1),
            _harness.Step("B", (_, token) => _harness.Wait(1000, token))));
        var result = await _harness.RunAsync(5, script);
        Assert.Equal(5, result.Operation.Results.Ok);
        Assert.Equal([5, 1], _sets.Select(set => set.Nodes));
        Assert.InRange(_sets[1].At, 10, 13); // a pause, not the 1000 s of the others
    }

    [Fact]
    public async Task Nodes_of_a_set_go_on_one_by_one_as_they_end()
    {
        var script = new ScriptedPlan().Then(new ScriptedInstance("I",
            ScriptedStep.Set("Set", OneASecond), _harness.Step("B")));
        var result = await _harness.RunAsync(4, script);
        Assert.Equal(4, result.Operation.Results.Ok);
        Assert.Equal([1d, 2d, 3d, 4d], _harness.Calls.Where(call => call.Step == "B").Select(call => call.At));
    }

    [Fact]
    public async Task A_set_that_reaches_its_limit_fails_the_nodes_without_a_result_only()
    {
        var script = new ScriptedPlan().Then(new ScriptedInstance("I", ScriptedStep.Set("Set", OneASecond, timeout: 2)));
        var result = await _harness.RunAsync(4, script);
        Assert.InRange(result.Operation.Results.Ok, 1, 2); // the second node ends in the very instant of the limit
        Assert.Equal(FaultCodes.StepTimeout, result.Fault("n-4").Code);
    }

    [Fact]
    public async Task A_node_that_has_little_time_left_does_not_cut_off_the_others_of_its_set()
    {
        var script = new ScriptedPlan().Then(new ScriptedInstance("I",
            _harness.Step("A", (context, token) => _harness.Wait(context.Node.Name.Value == "n-1" ? 8 : 1, token)), Set(_harness, 5)) { Timeout = 10 });
        var result = await _harness.RunAsync(3, script);
        Assert.Equal(new NodeCounts(Ok: 3), result.Operation.Results);
        Assert.Equal([(8d, 3)], _sets);
    }

    [Fact]
    public async Task Clusters_gather_apart()
    {
        var result = await _harness.RunAsync(_harness.Plan(
            ("a", 3, Plan(_ => 1)), ("b", 3, Plan(_ => 50))));
        Assert.Equal(6, result.Operation.Results.Ok);
        Assert.Equal([(1d, 3), (50d, 3)], _sets);
    }

    [Fact]
    public async Task Nodes_that_come_to_an_alternative_form_a_set_of_their_own_while_the_others_are_long_gone()
    {
        var script = new ScriptedPlan().Then(
            new ScriptedInstance("I", Set(_harness, 1, fails: context => context.Node.Name.Value is "n-1" or "n-2"), _harness.Step("B", (_, token) => _harness.Wait(900, token))),
            new ScriptedInstance("J", Set(_harness, 1)));
        var result = await _harness.RunAsync(6, script);
        Assert.Equal(6, result.Operation.Results.Ok);
        Assert.Equal([(0d, 6), (1d, 2)], _sets);
    }

    private ScriptedPlan Plan(Func<int, double> arrival) => Plan(_harness, arrival, 1);

    /// <summary>A node arrives at the set after so many seconds, or fails after minus as many.</summary>
    private ScriptedPlan Plan(WorkflowHarness harness, Func<int, double> arrival, double setSeconds) => new ScriptedPlan()
        .Then(new ScriptedInstance("M1", harness.Step("Arrive", async (context, token) =>
        {
            var seconds = arrival(int.Parse(context.Node.Name.Value.Split('-')[1], System.Globalization.CultureInfo.InvariantCulture));
            await harness.Wait(Math.Abs(seconds), token);
            if (seconds < 0) await WorkflowHarness.Fail();
        })))
        .Then(new ScriptedInstance("M2", Set(harness, setSeconds)));

    private ScriptedStep Set(WorkflowHarness harness, double seconds, Func<StepContext, bool>? fails = null, int retries = 0)
    {
        return ScriptedStep.Set("Set", Run, retries, resources: [ThrottledResource.Broadcasts]);

        async IAsyncEnumerable<SetStepResult> Run(
            IReadOnlyList<StepContext> contexts, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            _sets.Add((harness.Time.Elapsed.TotalSeconds, contexts.Count));
            await harness.Wait(seconds, cancellationToken);
            foreach (var context in contexts)
            {
                yield return fails?.Invoke(context) == true
                    ? new(context.Node.Name, Failure: new OperationFailedException(FaultCodes.Broadcast, "lost the stream"))
                    : new(context.Node.Name);
            }
        }
    }

    private async IAsyncEnumerable<SetStepResult> OneASecond(
        IReadOnlyList<StepContext> contexts, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var context in contexts)
        {
            await _harness.Wait(1, cancellationToken);
            yield return new(context.Node.Name);
        }
    }
}
