using System.Runtime.CompilerServices;
using Kadeploy.Engine.MicroSteps;
using Kadeploy.Engine.Time;
using Kadeploy.TestKit.Workflow;
using Xunit;

namespace Kadeploy.Engine.Tests.Workflow;

/// <summary>What the engine itself does about its leases; what the store does is in <c>StoreContractTests</c>.</summary>
public class LeasesTests
{
    private readonly WorkflowHarness _harness = new();
    private readonly VirtualTime _leaseClock = new(DateTimeOffset.UnixEpoch.AddYears(50));

    [Theory]
    [InlineData(StepScope.Node)]
    [InlineData(StepScope.Set)]
    public async Task An_engine_whose_leases_ran_out_in_a_pause_asks_the_store_before_it_acts_and_goes_on_when_it_still_holds_them(StepScope scope)
    {
        var plan = Plan(SkipPastTheLeases, scope);
        await using var engine = await _harness.StartEngineAsync(_leaseClock);
        await engine.StartAsync(plan, CancellationToken.None);
        var result = await _harness.ResultAsync(engine, plan.Operation);
        Assert.Equal(new NodeCounts(Ok: 1), result.Operation.Results);
        Assert.Equal(["A", "B"], _harness.Calls.Select(call => call.Step));
    }

    [Theory]
    [InlineData(StepScope.Node)]
    [InlineData(StepScope.Set)]
    public async Task An_engine_that_was_fenced_off_in_a_pause_does_nothing_further_although_it_could_still_journal(StepScope scope)
    {
        var plan = Plan(
            () =>
            {
                SkipPastTheLeases();
                _harness.Store.RenewFailure = new LeaseLostException("another engine has taken over");
            },
            scope);
        await using var engine = await _harness.StartEngineAsync(_leaseClock);
        await engine.StartAsync(plan, CancellationToken.None);
        await Assert.ThrowsAsync<LeaseLostException>(() => engine.WaitAsync(plan.Operation, CancellationToken.None));
        Assert.Equal(["A"], _harness.Calls.Select(call => call.Step));
    }

    [Fact]
    public async Task An_engine_whose_leases_ran_out_while_the_store_is_out_of_reach_stops_and_says_so()
    {
        var plan = Plan(() =>
        {
            SkipPastTheLeases();
            _harness.Store.RenewFailure = new StoreException("kadeploy.db is locked");
        });
        await using (var engine = await _harness.StartEngineAsync(_leaseClock))
        {
            await engine.StartAsync(plan, CancellationToken.None);
            var failure = await Assert.ThrowsAsync<StoreException>(() => engine.WaitAsync(plan.Operation, CancellationToken.None));
            Assert.Contains("is locked", failure.Message, StringComparison.Ordinal);
            Assert.Equal(["A"], _harness.Calls.Select(call => call.Step));
        }

        _harness.Store.RenewFailure = null;
        await using var next = await _harness.StartEngineAsync();
        await next.ResumeAsync(CancellationToken.None);
        Assert.Equal(new NodeCounts(Ok: 1), (await _harness.ResultAsync(next, plan.Operation)).Operation.Results);
    }

    [Fact]
    public async Task A_store_that_refuses_a_renewal_now_and_then_costs_nothing_while_the_leases_hold()
    {
        var plan = Plan(static () => { });
        await using (var engine = await _harness.StartEngineAsync(_leaseClock))
        {
            _harness.Store.RenewFailure = new StoreException("kadeploy.db is locked");
            Assert.True(_leaseClock.AdvanceToNextTimer()); // a fifth of the leases' duration
            await engine.StartAsync(plan, CancellationToken.None);
            Assert.Equal(new NodeCounts(Ok: 1), (await _harness.ResultAsync(engine, plan.Operation)).Operation.Results);
        }

        Assert.Equal(["A", "B"], _harness.Calls.Select(call => call.Step));
    }

    [Fact]
    public async Task An_engine_that_can_renew_no_more_can_still_be_taken_down()
    {
        await using var engine = await _harness.StartEngineAsync(_leaseClock);
        _harness.Store.RenewFailure = new StoreException("kadeploy.db is locked");
        SkipPastTheLeases();
        Assert.True(_leaseClock.AdvanceToNextTimer());
        await Assert.ThrowsAsync<StoreException>(async () =>
        {
            // The engine notices on its own loop: the first call after that is refused.
            while (true) await engine.ResumeAsync(CancellationToken.None);
        });
    }

    /// <summary>A node with two steps; the first ends with what happens to the engine, the second is of a scope.</summary>
    private OperationPlan Plan(Action happens, StepScope scope = StepScope.Node) => _harness.Plan(("n", 1, new ScriptedPlan().Then(new ScriptedInstance(
        "I",
        _harness.Step("A", (_, _) =>
        {
            if (_harness.Calls.Length == 1) happens();
            return Task.CompletedTask;
        }),
        scope == StepScope.Node ? _harness.Step("B") : ScriptedStep.Set("B", SetAsync)))));

    private async IAsyncEnumerable<SetStepResult> SetAsync(
        IReadOnlyList<StepContext> contexts, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        foreach (var context in contexts)
        {
            _harness.Note(context);
            yield return new(context.Node.Name);
        }
    }

    private void SkipPastTheLeases() => _leaseClock.SkipTo(_leaseClock.GetUtcNow() + TimeSpan.FromMinutes(1));
}
