using Kadeploy.TestKit;
using Xunit;
using static Kadeploy.TestKit.SampleEvents;

namespace Kadeploy.Engine.Tests.Stores;

/// <content>Engines and leases.</content>
public abstract partial class StoreContractTests
{
    [Fact]
    public async Task A_node_is_never_leased_twice()
    {
        var (first, _) = await CreateAsync(Store, SamplePlans.Small(3));
        var other = await OpenAsync();
        var engine = await RegisterAsync(other);

        var busy = await other.CreateOperationAsync(SamplePlans.Small(3, first: 2), engine, Now, Token);

        Assert.Equal([new(SamplePlans.Name(2), first.Operation, "ada"), new(SamplePlans.Name(3), first.Operation, "ada")], busy);
        var last = SamplePlans.Small(2, first: 4);
        Assert.Equal([SamplePlans.Name(4)], (await Store.CreateOperationAsync(last, engine, Now, Token)).Select(static b => b.Node));
    }

    [Fact]
    public async Task Of_two_operations_that_are_created_at_once_each_node_goes_to_exactly_one()
    {
        const int Nodes = 50;
        var other = await OpenAsync();
        var (one, two) = (await RegisterAsync(Store), await RegisterAsync(other));

        var busy = await Task.WhenAll(
            Store.CreateOperationAsync(SamplePlans.Small(Nodes), one, Now, Token), other.CreateOperationAsync(SamplePlans.Small(Nodes), two, Now, Token));

        Assert.Equal([0, Nodes], busy.Select(static b => b.Length).Order());
    }

    [Fact]
    public async Task A_finished_node_is_free_again_and_the_others_are_not()
    {
        var (plan, engine) = await CreateAsync(Store, SamplePlans.Small(2));
        await Store.AppendAsync(engine, [NodeFinished(plan, SamplePlans.Name(1))], Token);
        Assert.Equal([SamplePlans.Name(2)], (await Store.CreateOperationAsync(SamplePlans.Small(2), engine, Now, Token)).Select(static b => b.Node));
    }

    [Fact]
    public async Task A_node_that_was_discarded_stays_with_the_operation_that_holds_it()
    {
        var (holder, engine) = await CreateAsync(Store, SamplePlans.Small(1));
        var late = SamplePlans.Small(1);
        await Store.CreateOperationAsync(late, engine, Now, Token);
        await Store.AppendAsync(
            engine, [NodeFinished(late, SamplePlans.Name(1)) with { State = NodeState.Discarded }, Finished(late, new(Discarded: 1))], Token);
        var busy = Assert.Single(await Store.CreateOperationAsync(SamplePlans.Small(1), engine, Now, Token));
        Assert.Equal(holder.Operation, busy.Holder);
    }

    [Fact]
    public async Task A_finished_operation_holds_no_node()
    {
        var (plan, engine) = await CreateAsync(Store, SamplePlans.Small(2));
        await Store.AppendAsync(engine, [Finished(plan, new())], Token);
        Assert.Empty(await Store.CreateOperationAsync(SamplePlans.Small(2), engine, Now, Token));
    }

    [Fact]
    public async Task A_living_engine_keeps_its_operations()
    {
        await CreateAsync(Store, SamplePlans.Small(1));
        var other = await OpenAsync();
        var engine = await RegisterAsync(other);
        Assert.Empty(await other.TakeOverAsync(engine, simulated: false, Now.AddSeconds(14), Token));
    }

    [Fact]
    public async Task A_renewed_engine_keeps_its_operations_beyond_the_first_expiry()
    {
        var (_, first) = await CreateAsync(Store, SamplePlans.Small(1));
        var other = await OpenAsync();
        var engine = await RegisterAsync(other);
        await Store.RenewAsync(first, Now.AddSeconds(10), Now.AddSeconds(25), Token);
        Assert.Empty(await other.TakeOverAsync(engine, simulated: false, Now.AddSeconds(20), Token));
    }

    [Fact]
    public async Task The_operations_of_an_expired_engine_are_taken_over_with_their_nodes_and_it_is_fenced_off()
    {
        var (plan, paused) = await CreateAsync(Store, SamplePlans.Small(2));
        await Store.AppendAsync(paused, [Started(plan)], Token);
        var other = await OpenAsync();
        var engine = await RegisterAsync(other, Now.AddSeconds(60));

        var taken = Assert.Single(await other.TakeOverAsync(engine, simulated: false, Now.AddSeconds(15), Token));

        Assert.Equal(DeepText.Of(plan), DeepText.Of(taken.Plan));
        await Assert.ThrowsAsync<LeaseLostException>(() => Store.AppendAsync(paused, [NodeFinished(plan, SamplePlans.Name(1))], Token));
        await Assert.ThrowsAsync<LeaseLostException>(() => Store.RenewAsync(paused, Now.AddSeconds(16), Now.AddSeconds(31), Token));
        await Assert.ThrowsAsync<LeaseLostException>(() => Store.CreateOperationAsync(SamplePlans.Small(1, first: 9), paused, Now.AddSeconds(16), Token));
        await Assert.ThrowsAsync<LeaseLostException>(() => Store.TakeOverAsync(paused, simulated: false, Now.AddSeconds(99), Token));
        Assert.Single(await ReadAsync(Store));
        Assert.Equal(2, (await other.CreateOperationAsync(SamplePlans.Small(2), engine, Now, Token)).Length); // the nodes stay with the operation
        await other.AppendAsync(engine, [new OperationEvent.Resumed { Operation = plan.Operation, At = Now }, NodeFinished(plan, SamplePlans.Name(1))], Token);
        Assert.Equal([1, 2, 3], (await ReadAsync(Store)).Select(static e => e.Sequence));
    }

    [Fact]
    public async Task An_engine_that_expired_but_was_not_taken_over_goes_on()
    {
        var (plan, late) = await CreateAsync(Store, SamplePlans.Small(1));
        Assert.Equal(1, await Store.AppendAsync(late, [Started(plan)], Token));
        await Store.RenewAsync(late, Now.AddSeconds(100), Now.AddSeconds(115), Token);
        var other = await OpenAsync();
        var engine = await RegisterAsync(other, Now.AddSeconds(200));
        Assert.Empty(await other.TakeOverAsync(engine, simulated: false, Now.AddSeconds(110), Token));
        Assert.Equal(2, await Store.AppendAsync(late, [Started(plan)], Token));
    }

    [Fact]
    public async Task The_operations_of_a_retired_engine_can_be_taken_over_at_once()
    {
        var (plan, retired) = await CreateAsync(Store, SamplePlans.Small(1));
        await Store.RetireEngineAsync(retired, Token);
        await Store.RetireEngineAsync(retired, Token); // twice is once
        await Assert.ThrowsAsync<LeaseLostException>(() => Store.AppendAsync(retired, [Started(plan)], Token));
        var engine = await RegisterAsync(Store);
        Assert.Equal([plan.Operation], (await Store.TakeOverAsync(engine, simulated: false, Now, Token)).Select(static p => p.Plan.Operation));
    }

    [Fact]
    public async Task Operations_are_taken_over_oldest_first_once_and_finished_ones_not_at_all()
    {
        var dead = await RegisterAsync(Store);
        var young = SamplePlans.Small(1, first: 1, plannedAt: Now.AddMinutes(1));
        var old = SamplePlans.Small(1, first: 2);
        var finished = SamplePlans.Small(1, first: 3);
        foreach (var plan in new[] { young, old, finished }) await Store.CreateOperationAsync(plan, dead, Now, Token);
        await Store.AppendAsync(dead, [Finished(finished, new())], Token);
        await Store.RetireEngineAsync(dead, Token);

        var engine = await RegisterAsync(Store);
        Assert.Equal([old.Operation, young.Operation], (await Store.TakeOverAsync(engine, simulated: false, Now, Token)).Select(static p => p.Plan.Operation));
        Assert.Empty(await Store.TakeOverAsync(engine, simulated: false, Now, Token));
        Assert.Empty(await Store.TakeOverAsync(await RegisterAsync(Store), simulated: false, Now, Token));
    }

    [Fact]
    public async Task Real_and_simulated_operations_are_taken_over_apart()
    {
        var dead = await RegisterAsync(Store);
        var real = SamplePlans.Small(1);
        var simulated = SamplePlans.Small(1, first: 2, simulated: true);
        foreach (var plan in new[] { real, simulated }) await Store.CreateOperationAsync(plan, dead, Now, Token);
        await Store.RetireEngineAsync(dead, Token);
        var engine = await RegisterAsync(Store);
        Assert.Equal([simulated.Operation], (await Store.TakeOverAsync(engine, simulated: true, Now, Token)).Select(static p => p.Plan.Operation));
        Assert.Equal([real.Operation], (await Store.TakeOverAsync(engine, simulated: false, Now, Token)).Select(static p => p.Plan.Operation));
    }

    [Fact]
    public async Task Of_two_engines_that_take_over_at_once_exactly_one_does()
    {
        var (_, dead) = await CreateAsync(Store, SamplePlans.Small(1));
        await Store.RetireEngineAsync(dead, Token);
        var other = await OpenAsync();
        var (one, two) = (await RegisterAsync(Store), await RegisterAsync(other));
        var taken = await Task.WhenAll(
            Store.TakeOverAsync(one, simulated: false, Now, Token), other.TakeOverAsync(two, simulated: false, Now, Token));
        Assert.Equal([0, 1], taken.Select(static plans => plans.Length).Order());
    }

    [Fact]
    public async Task An_engine_cannot_write_to_the_operation_of_another()
    {
        var (plan, _) = await CreateAsync(Store, SamplePlans.Small(1));
        var stranger = await RegisterAsync(Store);
        await Assert.ThrowsAsync<LeaseLostException>(() => Store.AppendAsync(stranger, [Started(plan)], Token));
        Assert.Empty(await ReadAsync(Store));
    }

    [Fact]
    public async Task An_engine_that_was_never_registered_holds_nothing() =>
        await Assert.ThrowsAsync<LeaseLostException>(() => Store.CreateOperationAsync(SamplePlans.Small(1), new(Guid.NewGuid()), Now, Token));

    [Fact]
    public async Task A_request_to_cancel_reaches_the_engine_at_each_renewal_until_the_operation_ends()
    {
        var (plan, engine) = await CreateAsync(Store, SamplePlans.Small(1));
        var (otherPlan, _) = await CreateAsync(Store, SamplePlans.Small(1, first: 2));
        var elsewhere = await OpenAsync();
        Assert.Empty(await RenewAsync());

        Assert.True(await elsewhere.RequestCancelAsync(plan.Operation, "grace", Token));
        Assert.True(await elsewhere.RequestCancelAsync(plan.Operation, "later", Token));
        Assert.True(await elsewhere.RequestCancelAsync(otherPlan.Operation, "grace", Token));

        Assert.Equal([new(plan.Operation, "grace")], await RenewAsync());
        Assert.Equal([new(plan.Operation, "grace")], await RenewAsync());
        await Store.AppendAsync(engine, [Finished(plan, new(Cancelled: 1))], Token);
        Assert.Empty(await RenewAsync());
        Assert.Equal(OperationState.Cancelled, (await Store.FindOperationAsync(plan.Operation, Token))!.State);

        Task<System.Collections.Immutable.ImmutableArray<CancelRequest>> RenewAsync() => Store.RenewAsync(engine, Now, Now.AddSeconds(15), Token);
    }

    [Fact]
    public async Task A_request_to_cancel_outlives_the_engine()
    {
        var (plan, dead) = await CreateAsync(Store, SamplePlans.Small(1));
        await Store.RetireEngineAsync(dead, Token);
        Assert.True(await Store.RequestCancelAsync(plan.Operation, "grace", Token));
        var engine = await RegisterAsync(Store);
        await Store.TakeOverAsync(engine, simulated: false, Now, Token);
        Assert.Equal([new(plan.Operation, "grace")], await Store.RenewAsync(engine, Now, Now.AddSeconds(15), Token));
    }

    [Fact]
    public async Task What_has_ended_or_never_was_cannot_be_cancelled()
    {
        var (plan, engine) = await CreateAsync(Store, SamplePlans.Small(1));
        await Store.AppendAsync(engine, [Finished(plan, new(Ok: 1))], Token);
        Assert.False(await Store.RequestCancelAsync(plan.Operation, "grace", Token));
        Assert.False(await Store.RequestCancelAsync(OperationId.Create(OperationKind.Deployment, Now), "grace", Token));
        Assert.Equal(OperationState.Finished, (await Store.FindOperationAsync(plan.Operation, Token))!.State);
    }

    [Fact]
    public async Task A_journaled_cancellation_makes_the_operation_cancelled()
    {
        var (plan, engine) = await CreateAsync(Store, SamplePlans.Small(1));
        await Store.AppendAsync(
            engine, [new OperationEvent.CancelRequested { Operation = plan.Operation, At = Now, User = "ada" }, Finished(plan, new(Cancelled: 1))], Token);
        Assert.Equal(OperationState.Cancelled, (await Store.FindOperationAsync(plan.Operation, Token))!.State);
    }
}
