using System.Collections.Immutable;
using Kadeploy.Engine.Workflow;
using Kadeploy.TestKit.Workflow;
using Xunit;

namespace Kadeploy.Engine.Tests.Workflow;

public class ThrottleTests
{
    [Fact]
    public async Task No_more_than_the_slots_are_in_use_at_once_and_all_nodes_get_one()
    {
        var harness = new WorkflowHarness { Slots = _ => 3 };
        int inUse = 0, most = 0;
        var result = await harness.RunAsync(20, new ScriptedPlan().Then(new ScriptedInstance("I",
            harness.Step("A", Hold, resources: [ThrottledResource.BmcCalls]))));
        Assert.Equal(20, result.Operation.Results.Ok);
        Assert.Equal(3, most);
        Assert.Equal(7, result.Seconds); // 20 nodes, 3 at once, a second each

        async Task Hold(Engine.MicroSteps.StepContext context, CancellationToken token)
        {
            most = Math.Max(most, ++inUse);
            await harness.Wait(1, token);
            inUse--;
        }
    }

    [Fact]
    public async Task An_operation_of_500_nodes_does_not_starve_one_of_5()
    {
        var harness = new WorkflowHarness { Slots = _ => 10 };
        ScriptedPlan Script() => new ScriptedPlan().Then(new ScriptedInstance("I",
            harness.Step("A", (_, token) => harness.Wait(10, token), resources: [ThrottledResource.BmcCalls])));
        var large = harness.Plan(("large", 500, Script()));
        var small = harness.Plan(("small", 5, Script()));
        await using var engine = await harness.StartEngineAsync();
        await WorkflowHarness.StartTogetherAsync(engine, large, small);
        var second = await harness.ResultAsync(engine, small.Operation);
        var first = await harness.ResultAsync(engine, large.Operation);
        Assert.Equal(5, second.Operation.Results.Ok);
        Assert.Equal(500, first.Operation.Results.Ok);
        // The slots that come free after the first ten seconds are the small operation's, up to its half: it is through within two rounds.
        Assert.True((second.Operation.FinishedAt - DateTimeOffset.UnixEpoch)!.Value.TotalSeconds <= 20 + 1e-6);
        Assert.Equal(510, (first.Operation.FinishedAt - DateTimeOffset.UnixEpoch)!.Value.TotalSeconds, 6); // and none was wasted
    }

    [Fact]
    public async Task A_slot_is_kept_while_consecutive_steps_need_it_and_given_back_after_them()
    {
        var harness = new WorkflowHarness { Slots = _ => 1 };
        var result = await harness.RunAsync(2, new ScriptedPlan().Then(new ScriptedInstance("I",
            harness.Step("Reboot", (_, token) => harness.Wait(1, token), resources: [ThrottledResource.BootsInFlight, ThrottledResource.BmcCalls]),
            harness.Step("Wait", (_, token) => harness.Wait(10, token), resources: [ThrottledResource.BootsInFlight]),
            harness.Step("After", (_, token) => harness.Wait(100, token)))));
        Assert.Equal(2, result.Operation.Results.Ok);
        Assert.Equal([("Reboot", 0d), ("Wait", 1d), ("Reboot", 11d), ("After", 11d), ("Wait", 12d), ("After", 22d)],
            harness.Calls.Select(call => (call.Step, call.At)).OrderBy(call => call.At).ThenByDescending(call => call.Step == "Reboot"));
    }

    [Fact(Timeout = 60_000)] // nodes that wait for each other would do so for ever
    public async Task A_slot_is_given_back_by_who_needs_an_earlier_resource_too_so_that_nobody_waits_in_a_circle()
    {
        var harness = new WorkflowHarness { Slots = static _ => 1 };
        ImmutableArray<ThrottledResource> both = [ThrottledResource.BootsInFlight, ThrottledResource.BmcCalls];
        var result = await harness.RunAsync(harness.Plan(
            ("keeps", 1, new ScriptedPlan().Then(new ScriptedInstance("I",
                harness.Step("A", (_, token) => harness.Wait(10, token), resources: [ThrottledResource.BmcCalls]), harness.Step("B", resources: both)))),
            ("takes", 1, new ScriptedPlan().Then(new ScriptedInstance("I",
                harness.Step("C", (_, token) => harness.Wait(1, token)), harness.Step("D", resources: both))))));
        Assert.Equal(new NodeCounts(Ok: 2), result.Operation.Results);
        Assert.Equal(["A", "C", "D", "B"], harness.Calls.Select(call => call.Step));
    }

    [Fact]
    public async Task Waiting_for_a_slot_does_not_count_against_any_limit()
    {
        var harness = new WorkflowHarness { Slots = _ => 1 };
        var result = await harness.RunAsync(10, new ScriptedPlan().Then(new ScriptedInstance("I",
            harness.Step("A", (_, token) => harness.Wait(1, token), timeout: 2, resources: [ThrottledResource.BmcCalls])) { Timeout = 2 }));
        Assert.Equal(10, result.Operation.Results.Ok);
        Assert.Equal(10, result.Seconds);
    }

    [Fact]
    public async Task A_failed_node_gives_its_slots_back()
    {
        var harness = new WorkflowHarness { Slots = _ => 1 };
        var result = await harness.RunAsync(5, new ScriptedPlan().Then(new ScriptedInstance("I",
            harness.Step("A", (_, _) => WorkflowHarness.Fail(), retries: 2, resources: [ThrottledResource.BootsInFlight]))));
        Assert.Equal(5, result.Operation.Results.Ko);
    }

    [Fact]
    public async Task A_node_that_rests_before_its_next_attempt_leaves_its_slot_to_others()
    {
        var harness = new WorkflowHarness { Slots = static _ => 1 };
        var result = await harness.RunAsync(2, new ScriptedPlan().Then(new ScriptedInstance("I", harness.Step(
            "A",
            (context, _) => context is { Attempt.Attempt: 1, Node.Name.Value: "n-1" } ? WorkflowHarness.Fail() : Task.CompletedTask,
            retries: 1, resources: [ThrottledResource.BmcCalls]))));
        Assert.Equal(new NodeCounts(Ok: 2), result.Operation.Results);
        Assert.Equal(["n-1", "n-2", "n-1"], harness.Calls.Select(call => call.Node.Value));
    }

    [Fact]
    public async Task A_waiter_that_gives_up_loses_its_place_and_blocks_nobody()
    {
        using var loop = new EngineLoop(TimeProvider.System);
        await loop.InvokeAsync(async () =>
        {
            var throttle = new FairThrottle(1);
            var (one, two) = (OperationId.Create(OperationKind.Deployment, DateTimeOffset.UnixEpoch), OperationId.Create(OperationKind.Power, DateTimeOffset.UnixEpoch));
            await throttle.AcquireAsync(one, CancellationToken.None);
            using var giveUp = new CancellationTokenSource();
            var impatient = throttle.AcquireAsync(two, giveUp.Token);
            var patient = throttle.AcquireAsync(two, CancellationToken.None);
            await giveUp.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
            Assert.False(patient.IsCompleted);
            throttle.Release(one);
            await patient;
            return true;
        });
    }
}
