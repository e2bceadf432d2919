using Kadeploy.Engine.Planning;
using Kadeploy.Engine.Stores.Sqlite;
using Kadeploy.Engine.Tests.Drivers.Processes;
using Kadeploy.TestKit;
using Xunit;

namespace Kadeploy.Engine.Tests.Stores;

/// <summary>What was put on nodes last, and what may therefore not be rebooted.</summary>
public sealed class CurrentEnvironmentTests : IAsyncLifetime
{
    private readonly ScratchFolder _folder = new();
    private readonly EngineId _engine = new(Guid.NewGuid());
    private SqliteStore _store = null!;
    private int _planned;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _store = await SqliteStore.OpenAsync(_folder["state"], Token);
        await _store.RegisterEngineAsync(_engine, SamplePlans.PlannedAt.AddYears(1), Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Of_several_deployments_the_last_that_touched_the_node_counts_however_it_ended()
    {
        await DeployAsync("first", NodeState.Ok);
        await DeployAsync("second", NodeState.Ko);
        await DeployAsync("third", NodeState.Discarded);
        var found = await _store.FindEnvironmentsAsync([SamplePlans.Name(1), SamplePlans.Name(2)], simulated: false, Token);
        var (node, current) = Assert.Single(found);
        Assert.Equal((SamplePlans.Name(1), "second", "ada"), (node, current.Environment.Name, current.User));
        Assert.Empty(await _store.FindEnvironmentsAsync([SamplePlans.Name(1)], simulated: true, Token));
    }

    [Fact]
    public async Task A_reboot_counts_only_when_it_leads_into_a_recorded_environment()
    {
        await DeployAsync("deployed", NodeState.Ok);
        await EndAsync(Reboot(null), NodeState.Ok);
        Assert.Equal("deployed", (await FindAsync()).Environment.Name);
        await EndAsync(Reboot("recorded"), NodeState.Ok);
        Assert.Equal("recorded", (await FindAsync()).Environment.Name);
    }

    [Fact]
    public async Task A_node_with_a_destructive_environment_is_not_rebooted_when_that_is_checked()
    {
        var request = new RebootRequest { Nodes = [SamplePlans.Name(1)], User = "bob", Into = RebootKind.Simple, CheckDestructive = true };
        await DeployAsync("harmless", NodeState.Ok);
        await MachinePlanning.CheckDestructiveAsync(request, _store, Token);
        var operation = await DeployAsync("fragile", NodeState.Ok, destructive: true);
        var refused = await Assert.ThrowsAsync<DestructiveEnvironmentException>(() => MachinePlanning.CheckDestructiveAsync(request, _store, Token));
        Assert.Equal([SamplePlans.Name(1)], refused.Nodes);
        Assert.Equal($"node node-1 has fragile version 2 of ada ({operation}), which is marked destructive; no node was rebooted", refused.Message);
    }

    private async Task<Kadeploy.Engine.Stores.CurrentEnvironment> FindAsync() =>
        (await _store.FindEnvironmentsAsync([SamplePlans.Name(1)], simulated: false, Token))[SamplePlans.Name(1)];

    private Task<OperationId> DeployAsync(string environment, NodeState end, bool destructive = false)
    {
        var plan = SamplePlans.Small(1, plannedAt: SamplePlans.PlannedAt.AddMinutes(++_planned));
        var request = (DeploymentRequest)plan.Request;
        return EndAsync(plan with { Request = request with { Environment = request.Environment with { Name = environment, Destructive = destructive } } }, end);
    }

    private OperationPlan Reboot(string? environment)
    {
        var plan = SamplePlans.Small(1, plannedAt: SamplePlans.PlannedAt.AddMinutes(++_planned));
        return plan with
        {
            Operation = OperationId.Create(OperationKind.Reboot, plan.PlannedAt), Kind = OperationKind.Reboot,
            Request = new RebootRequest
            {
                Nodes = plan.Request.Nodes, User = "ada", Into = environment is null ? RebootKind.Simple : RebootKind.RecordedEnv,
                Environment = environment is null ? null : ((DeploymentRequest)plan.Request).Environment with { Name = environment },
            },
        };
    }

    private async Task<OperationId> EndAsync(OperationPlan plan, NodeState end)
    {
        await _store.CreateOperationAsync(plan, _engine, plan.PlannedAt, Token);
        await _store.AppendAsync(
            _engine,
            [
                new OperationEvent.NodeFinished { Operation = plan.Operation, At = plan.PlannedAt, Node = SamplePlans.Name(1), State = end },
                new OperationEvent.Finished { Operation = plan.Operation, At = plan.PlannedAt, Results = new NodeCounts().Add(end) },
            ],
            Token);
        return plan.Operation;
    }
}
