using System.Collections.Immutable;
using Kadeploy.Engine.Configuration;
using Kadeploy.Engine.Rights;
using Kadeploy.TestKit;
using Xunit;

namespace Kadeploy.Engine.Tests.Rights;

/// <summary>Which nodes of which running operations are to be stopped when rights are taken away, and how engines learn of it.</summary>
public sealed class RevocationOfRunningTests : IAsyncLifetime
{
    private readonly EngineId _engine = new(Guid.NewGuid());
    private RightsBench _bench = null!;

    public async ValueTask InitializeAsync()
    {
        _bench = await RightsBench.OpenAsync();
        await _bench.Store.RegisterEngineAsync(_engine, RightsBench.Start, CancellationToken.None);
    }

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Theory]
    // Before, who runs what, what happens, what is stopped.
    [InlineData("alice a-1; alice a-2", "alice a-[1-2]", "revoke alice a-1", "a-1")]
    [InlineData("alice a-1; alice a-2", "alice a-[1-2]", "revoke alice", "a-1 a-2")]
    [InlineData("alice a-1 /dev/sda3,/dev/sda5", "alice a-1", "revoke alice a-1 /dev/sda3", "")] // some right is left; the next macro-step asks for which
    [InlineData("alice a-1; alice cluster:a", "alice a-1", "revoke alice", "a-1")]
    [InlineData("@students a-1; alice a-1", "alice a-1", "revoke alice", "")]
    [InlineData("alice a-1; @students a-2", "alice a-[1-2]", "revoke @students", "a-2")]
    [InlineData("@students a-1", "alice a-1", "revoke @students", "a-1")]
    [InlineData("@students a-1", "bob a-1", "revoke @students", "a-1")]
    [InlineData("@students a-1", "carol a-1", "revoke @students", "")] // never had it: not by this revocation
    [InlineData("alice cluster:a", "alice a-1,b-1", "revoke alice cluster:a", "a-1")]
    [InlineData("alice *", "alice a-1,b-1", "revoke alice", "a-1 b-1")]
    [InlineData("bob b-1; alice *", "alice a-1", "revoke bob", "")]
    [InlineData("alice a-1", "alice a-1", "grant bob a-1 overwrite", "a-1")]
    [InlineData("alice a-1", "alice a-1", "grant bob a-1 13:00-14:00 overwrite", "")] // she has it until then
    [InlineData("alice a-1", "alice a-1", "grant @students a-1 overwrite", "")] // she has it with the others
    [InlineData("alice *", "alice a-1,b-1", "grant bob a-1 overwrite", "a-1 b-1")] // the right on all nodes goes as a whole
    [InlineData("boss a-1", "boss a-1", "revoke boss", "")] // administrators need no right
    [InlineData("alice a-1 14:00-15:00; alice a-2", "alice a-[1-2]", "revoke alice a-1", "a-1")]
    public async Task Exactly_the_nodes_without_any_right_left_are_stopped(string rights, string running, string change, string stopped)
    {
        foreach (var words in rights.Split("; ")) await _bench.GrantAsync(words);
        var plan = await RunAsync(running.Split(' ')[0], running.Split(' ')[1]);
        var words2 = change[(change.IndexOf(' ') + 1)..];
        var told = new List<(ImmutableArray<StoppedNode>, string)>();
        _bench.Book.Stopped += (nodes, by) => told.Add((nodes, by));
        var result = change.StartsWith("grant", StringComparison.Ordinal) ? await _bench.GrantAsync(words2) : await _bench.RevokeAsync(words2);
        Assert.Equal(stopped, string.Join(' ', result.Stopped.Select(static each => each.Node.Value)));
        Assert.All(result.Stopped, each => Assert.Equal((plan.Operation, plan.User), (each.Operation, each.User)));

        // The engine in this process, and the one that holds the operation, are told the same; the trail too.
        Assert.Equal(stopped.Length > 0 ? [result.Stopped] : [], told.Select(static each => each.Item1));
        var requests = await RenewAsync();
        Assert.Equal(stopped, string.Join(' ', requests.SelectMany(static request => request.Nodes).Order()));
        Assert.All(requests, request => Assert.Equal((plan.Operation, "root"), (request.Operation, request.User)));
        Assert.Equal(stopped.Length > 0 ? 1 : 0, (await _bench.AuditAsync()).Count(static entry => entry.What.Contains("which are stopped", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Nodes_that_have_ended_simulations_and_operations_that_are_over_are_left_alone()
    {
        await _bench.GrantAsync("alice *");
        var plan = await RunAsync("alice", "a-[1-2]");
        var simulated = await RunAsync("alice", "a-[3-4]", simulated: true);
        await _bench.Store.AppendAsync(_engine, [SampleEvents.NodeFinished(plan, NodeName.Parse("a-1"))], CancellationToken.None);
        var over = await RunAsync("alice", "b-1");
        await _bench.Store.AppendAsync(_engine, [new OperationEvent.Finished { Operation = over.Operation, At = RightsBench.Start, Results = new(Ok: 1) }], CancellationToken.None);
        var change = await _bench.RevokeAsync("alice");
        Assert.Equal(["a-2"], change.Stopped.Select(static each => each.Node.Value));
        Assert.Equal([plan.Operation], (await RenewAsync()).Select(static request => request.Operation));
        Assert.NotNull(simulated);

        // Told until the operation has ended, and only to the engine that runs it.
        Assert.Single(await RenewAsync());
        var other = new EngineId(Guid.NewGuid());
        await _bench.Store.RegisterEngineAsync(other, RightsBench.Start, CancellationToken.None);
        Assert.Empty(await _bench.Store.RenewAsync(other, RightsBench.Start, RightsBench.Start.AddSeconds(15), CancellationToken.None));
        await _bench.Store.AppendAsync(_engine, [new OperationEvent.Finished { Operation = plan.Operation, At = RightsBench.Start, Results = new(Ok: 1, Cancelled: 1) }], CancellationToken.None);
        Assert.Empty(await RenewAsync());
    }

    [Fact]
    public async Task Where_rights_are_open_nothing_is_stopped()
    {
        await using var open = await RightsBench.OpenAsync(RightsMode.Open);
        await open.Store.RegisterEngineAsync(_engine, RightsBench.Start, CancellationToken.None);
        var book = new RightsBook(open.Store, open.Store, open.Policy, _ => Task.FromResult(NodeMap.Unknown), open.Time);
        await book.GrantAsync(RightsBench.Grant("ada node-1"), "root", CancellationToken.None);
        await open.Store.CreateOperationAsync(SamplePlans.Small(1), _engine, RightsBench.Start, CancellationToken.None);
        Assert.Empty((await book.RevokeAsync(new() { Principal = Principal.Parse("ada") }, "root", CancellationToken.None)).Stopped);
    }

    private async Task<OperationPlan> RunAsync(string user, string nodes, bool simulated = false)
    {
        var names = NodeSet.Parse(nodes);
        var plan = SamplePlans.Small(1, simulated: simulated);
        plan = plan with
        {
            User = user,
            Request = plan.Request with { User = user, Nodes = names.Names },
            Clusters =
            [
                .. names.GroupBy(static name => name.Value[..1]).Select((group, i) => plan.Clusters[0] with
                {
                    Cluster = new() { Name = group.Key },
                    Nodes = [.. group.Select(static name => RightsBench.Node(name.Value))],
                    MacroSteps = i == 0 ? plan.Clusters[0].MacroSteps : [],
                }),
            ],
        };
        Assert.Empty(await _bench.Store.CreateOperationAsync(plan, _engine, RightsBench.Start, CancellationToken.None));
        return plan;
    }

    private Task<ImmutableArray<CancelRequest>> RenewAsync() =>
        _bench.Store.RenewAsync(_engine, RightsBench.Start, RightsBench.Start.AddSeconds(15), CancellationToken.None);
}
