using Kadeploy.TestKit;
using Xunit;
using static Kadeploy.TestKit.SampleEvents;

namespace Kadeploy.Engine.Tests.Stores;

/// <summary>What every store promises: operations and events. Two stores that are open at once stand for two processes.</summary>
public abstract partial class StoreContractTests : IAsyncLifetime
{
    protected static readonly DateTimeOffset Now = SamplePlans.PlannedAt;

    private readonly List<IStore> _opened = [];

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected IStore Store { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Store = await OpenAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var store in _opened) await store.DisposeAsync();
        await CleanUpAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_plan_comes_back_to_the_last_member()
    {
        var engine = await RegisterAsync(Store);
        var plan = SamplePlans.Full();
        await Store.CreateOperationAsync(plan, engine, Now, Token);
        Assert.Equal(DeepText.Of(plan), DeepText.Of(await Store.FindPlanAsync(plan.Operation, Token)));
    }

    [Fact]
    public async Task Requests_of_each_kind_come_back_to_the_last_member()
    {
        var engine = await RegisterAsync(Store);
        foreach (var request in SamplePlans.FullRequests())
        {
            var plan = SamplePlans.Full() with { Operation = OperationId.Create(request.Kind, Now), Kind = request.Kind, Request = request };
            await Store.CreateOperationAsync(plan, engine, Now, Token);
            var found = await Store.FindPlanAsync(plan.Operation, Token);
            Assert.Equal(request.GetType(), found!.Request.GetType());
            Assert.Equal(DeepText.Of(plan), DeepText.Of(found));
        }

        Assert.Equal(
            typeof(OperationRequest).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(OperationRequest))).Select(type => type.Name).Order(),
            SamplePlans.FullRequests().Select(request => request.GetType().Name).Order());
    }

    [Fact]
    public async Task What_only_looks_leases_no_node_and_frees_none()
    {
        var (deployment, engine) = await CreateAsync(Store, SamplePlans.Small(1));
        var looking = SamplePlans.Small(1) with
        {
            Operation = OperationId.Create(OperationKind.Power, Now), Kind = OperationKind.Power,
            Request = new PowerRequest { Nodes = [SamplePlans.Name(1)], User = "ada", Action = PowerAction.Status },
        };
        Assert.Empty(await Store.CreateOperationAsync(looking, engine, Now, Token));
        await Store.AppendAsync(engine, [NodeFinished(looking, SamplePlans.Name(1)), Finished(looking, new(Ok: 1))], Token);

        var other = SamplePlans.Small(1);
        Assert.Equal(deployment.Operation, Assert.Single(await Store.CreateOperationAsync(other, engine, Now, Token)).Holder);
    }

    [Fact]
    public async Task What_only_looks_is_taken_over_without_its_nodes()
    {
        var (_, dead) = await CreateAsync(Store, SamplePlans.Small(1) with
        {
            Operation = OperationId.Create(OperationKind.Power, Now), Kind = OperationKind.Power,
            Request = new PowerRequest { Nodes = [SamplePlans.Name(1)], User = "ada", Action = PowerAction.Status },
        });
        await Store.RetireEngineAsync(dead, Token);
        var (_, engine) = await CreateAsync(Store, SamplePlans.Small(1)); // the node is free
        var taken = Assert.Single(await Store.TakeOverAsync(engine, false, Now, Token));
        Assert.Equal(OperationKind.Power, taken.Plan.Kind);
        Assert.Empty(taken.Busy);
    }

    [Fact]
    public void The_full_plan_leaves_no_member_at_null_or_empty()
    {
        var text = string.Concat(SamplePlans.FullRequests().Select(DeepText.Of).Append(DeepText.Of(SamplePlans.Full())));
        Assert.DoesNotContain("= null", text, StringComparison.Ordinal);
        Assert.DoesNotContain("= empty", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plan_without_anything_optional_comes_back_as_it_was()
    {
        var engine = await RegisterAsync(Store);
        var plan = SamplePlans.Small(2);
        plan = plan with { Clusters = [plan.Clusters[0] with { Cluster = new() { Name = "bare", SwapPartition = null, TemporaryPartition = null } }] };
        await Store.CreateOperationAsync(plan, engine, Now, Token);
        Assert.Equal(DeepText.Of(plan), DeepText.Of(await Store.FindPlanAsync(plan.Operation, Token)));
    }

    [Fact]
    public async Task Events_of_every_kind_come_back_to_the_last_member_also_in_another_process()
    {
        var (plan, engine) = await CreateAsync(Store, SamplePlans.Small(2));
        var events = OfEveryKind(plan);
        Assert.Equal(AllKinds(), events.Select(static e => e.GetType().Name).Distinct().Order(StringComparer.Ordinal));

        Assert.Equal(1, await Store.AppendAsync(engine, events, Token));

        var expected = events.Select(static (e, i) => e with { Sequence = i + 1 });
        Assert.Equal(DeepText.Of(expected), DeepText.Of(await ReadAsync(Store)));
        Assert.Equal(DeepText.Of(expected), DeepText.Of(await ReadAsync(await OpenAsync(), plan.Operation)));
    }

    [Fact]
    public async Task Events_of_one_step_share_its_reference()
    {
        var (plan, engine) = await CreateAsync(Store, SamplePlans.Small(2));
        await Store.AppendAsync(engine, [StepStarted(plan, SamplePlans.Name(1), 1), StepStarted(plan, SamplePlans.Name(2), 1)], Token);
        var read = (await ReadAsync(Store)).Cast<OperationEvent.StepEvent>().ToArray();
        Assert.Same(read[0].Step, read[1].Step);
    }

    [Fact]
    public async Task Numbers_begin_at_1_and_go_on_without_gaps_over_operations_and_restarts()
    {
        var (first, engine) = await CreateAsync(Store, SamplePlans.Small(1));
        var (second, other) = await CreateAsync(await OpenAsync(), SamplePlans.Small(1, first: 2));
        Assert.Equal(1, await Store.AppendAsync(engine, [Started(first), Started(first)], Token));
        Assert.Equal(3, await (await OpenAsync()).AppendAsync(other, [Started(second)], Token));
        Assert.Equal(4, await Store.AppendAsync(engine, [], Token));
        Assert.Equal(4, await Store.AppendAsync(engine, [Started(first)], Token));
        Assert.Equal([1, 2, 3, 4], (await ReadAsync(Store)).Select(static e => e.Sequence));
    }

    [Fact]
    public async Task Events_are_read_from_any_number_on_of_one_operation_or_of_all()
    {
        var (first, engine) = await CreateAsync(Store, SamplePlans.Small(1));
        var second = SamplePlans.Small(1, first: 2);
        await Store.CreateOperationAsync(second, engine, Now, Token);
        await Store.AppendAsync(engine, [Started(first), Started(second), Started(first), Started(second), Started(first)], Token);
        Assert.Equal([3, 5], (await ReadAsync(Store, first.Operation, from: 2)).Select(static e => e.Sequence));
        Assert.Equal([4, 5], (await ReadAsync(Store, from: 4)).Select(static e => e.Sequence));
        Assert.Empty(await ReadAsync(Store, from: 6));
        Assert.Empty(await ReadAsync(Store, OperationId.Create(OperationKind.Deployment, Now)));
    }

    [Fact]
    public async Task A_journal_that_is_longer_than_a_page_is_read_whole_in_order_and_ends_where_it_ended_at_the_call()
    {
        var (plan, engine) = await CreateAsync(Store, SamplePlans.Small(1));
        await Store.AppendAsync(engine, [.. Enumerable.Repeat(Started(plan), 4_500)], Token);
        long expected = 0;
        await foreach (var happened in Store.ReadEventsAsync(plan.Operation, 0, Token))
        {
            Assert.Equal(++expected, happened.Sequence);
            if (expected == 1) await Store.AppendAsync(engine, [Started(plan)], Token);
        }

        Assert.Equal(4_500, expected);
    }

    [Fact]
    public async Task An_operation_can_be_found_and_listed_newest_first()
    {
        var engine = await RegisterAsync(Store);
        var old = SamplePlans.Small(2);
        var young = SamplePlans.Small(3, first: 3, plannedAt: Now.AddMinutes(1), simulated: true);
        await Store.CreateOperationAsync(young, engine, Now, Token);
        await Store.CreateOperationAsync(old, engine, Now, Token);

        var found = await (await OpenAsync()).FindOperationAsync(young.Operation, Token);
        Assert.Equal(
            new()
            {
                Id = young.Operation, Kind = OperationKind.Deployment, User = "ada", Environment = "debian13 version 2", Nodes = 3, Simulated = true,
                State = OperationState.Running, PlannedAt = Now.AddMinutes(1),
            },
            found);
        Assert.Equal([young.Operation, old.Operation], (await Store.ListOperationsAsync(9, Token)).Select(static o => o.Id));
        Assert.Equal([young.Operation], (await Store.ListOperationsAsync(1, Token)).Select(static o => o.Id));
        Assert.Null(await Store.FindOperationAsync(OperationId.Create(OperationKind.Power, Now), Token));
        Assert.Null(await Store.FindPlanAsync(OperationId.Create(OperationKind.Power, Now), Token));
    }

    [Fact]
    public async Task The_results_of_a_running_operation_grow_with_its_finished_nodes()
    {
        var (plan, engine) = await CreateAsync(Store, SamplePlans.Small(6));
        await Store.AppendAsync(engine, [NodeFinished(plan, SamplePlans.Name(1)), NodeFinished(plan, SamplePlans.Name(2))], Token);
        await Store.AppendAsync(
            engine,
            [
                NodeFinished(plan, SamplePlans.Name(3)) with { State = NodeState.Ko }, NodeFinished(plan, SamplePlans.Name(4)) with { State = NodeState.Stopped },
                NodeFinished(plan, SamplePlans.Name(5)) with { State = NodeState.Cancelled }, NodeFinished(plan, SamplePlans.Name(6)) with { State = NodeState.Discarded },
            ],
            Token);
        Assert.Equal(new NodeCounts(2, 1, 1, 1, 1), (await Store.FindOperationAsync(plan.Operation, Token))!.Results);
    }

    [Fact]
    public async Task The_last_event_ends_the_operation()
    {
        var (plan, engine) = await CreateAsync(Store, SamplePlans.Small(2));
        await Store.AppendAsync(engine, [Finished(plan, new(Ok: 2))], Token);
        var operation = (await Store.FindOperationAsync(plan.Operation, Token))!;
        Assert.Equal((OperationState.Finished, Now.AddHours(1), new NodeCounts(Ok: 2)), (operation.State, operation.FinishedAt, operation.Results));
    }

    [Fact]
    public async Task An_operation_is_recorded_once_only_and_a_second_try_changes_nothing()
    {
        var (plan, engine) = await CreateAsync(Store, SamplePlans.Small(2));
        var again = plan with { User = "mallory" };
        var refused = await Assert.ThrowsAsync<StoreException>(() => Store.CreateOperationAsync(again, engine, Now, Token));
        Assert.Contains(plan.Operation.Value, refused.Message, StringComparison.Ordinal);
        Assert.Equal("ada", Assert.Single(await Store.ListOperationsAsync(9, Token)).User);
    }

    [Fact]
    public async Task A_batch_with_a_wrong_event_is_refused_whole()
    {
        var (plan, engine) = await CreateAsync(Store, SamplePlans.Small(1));
        var stranger = NodeFinished(plan, NodeName.Parse("stranger"));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.AppendAsync(engine, [NodeFinished(plan, SamplePlans.Name(1)), stranger], Token));
        Assert.Empty(await ReadAsync(Store));
        Assert.Equal(new NodeCounts(), (await Store.FindOperationAsync(plan.Operation, Token))!.Results);
        Assert.Single(await Store.CreateOperationAsync(SamplePlans.Small(1), engine, Now, Token)); // still leased
    }

    [Fact]
    public async Task Writers_in_two_processes_lose_nothing_and_mix_nothing_up()
    {
        const int Batches = 60;
        var (first, one) = await CreateAsync(Store, SamplePlans.Small(1));
        var otherStore = await OpenAsync();
        var (second, two) = await CreateAsync(otherStore, SamplePlans.Small(1, first: 2));

        var starts = await Task.WhenAll(WriteAsync(Store, first, one), WriteAsync(otherStore, second, two));

        var read = await ReadAsync(Store);
        Assert.Equal(Enumerable.Range(1, 2 * Batches * 3).Select(static i => (long)i), read.Select(static e => e.Sequence));
        foreach (var (plan, numbers) in new[] { (first, starts[0]), (second, starts[1]) })
        {
            var own = read.Where(e => e.Operation == plan.Operation).Cast<OperationEvent.StepStarted>().ToArray();
            Assert.Equal(Enumerable.Range(0, Batches * 3), own.Select(static e => e.Attempt));
            Assert.Equal(numbers, own.Chunk(3).Select(static batch => batch[0].Sequence));
        }

        async Task<List<long>> WriteAsync(IStore store, OperationPlan plan, EngineId engine)
        {
            var numbers = new List<long>();
            for (var batch = 0; batch < Batches; batch++)
            {
                var start = batch * 3;
                numbers.Add(await store.AppendAsync(
                    engine,
                    [.. Enumerable.Range(start, 3).Select(i => StepStarted(plan, plan.Clusters[0].Nodes[0].Name, 0) with { Attempt = i })],
                    Token));
            }

            return numbers;
        }
    }

    [Fact]
    public async Task A_call_that_was_cancelled_before_it_began_changes_nothing()
    {
        var (plan, engine) = await CreateAsync(Store, SamplePlans.Small(1));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.AppendAsync(engine, [Started(plan)], new(canceled: true)));
        Assert.Empty(await ReadAsync(Store));
    }

    /// <summary>Opens the store of this test once more.</summary>
    protected abstract Task<IStore> OpenStoreAsync();

    /// <summary>Removes what the test left.</summary>
    protected abstract ValueTask CleanUpAsync();

    protected async Task<IStore> OpenAsync()
    {
        var store = await OpenStoreAsync();
        _opened.Add(store);
        return store;
    }

    protected static async Task<EngineId> RegisterAsync(IStore store, DateTimeOffset? expires = null)
    {
        var engine = new EngineId(Guid.NewGuid());
        await store.RegisterEngineAsync(engine, expires ?? Now.AddSeconds(15), Token);
        return engine;
    }

    protected static async Task<(OperationPlan Plan, EngineId Engine)> CreateAsync(IStore store, OperationPlan plan)
    {
        var engine = await RegisterAsync(store);
        Assert.Empty(await store.CreateOperationAsync(plan, engine, Now, Token));
        return (plan, engine);
    }

    protected static async Task<List<OperationEvent>> ReadAsync(IStore store, OperationId? operation = null, long from = 0)
    {
        var events = new List<OperationEvent>();
        await foreach (var happened in store.ReadEventsAsync(operation, from, Token)) events.Add(happened);
        return events;
    }

    protected static OperationEvent Started(OperationPlan plan) => new OperationEvent.Started { Operation = plan.Operation, At = Now };

    private static IEnumerable<string> AllKinds() => typeof(OperationEvent).GetNestedTypes()
        .Where(static type => !type.IsAbstract).Select(static type => type.Name).Order(StringComparer.Ordinal);
}
