using System.Collections.Immutable;
using Kadeploy.Engine.Planning;
using Kadeploy.Engine.Rights;
using Kadeploy.Engine.Stores;
using Kadeploy.Engine.Tests.Configuration;
using Xunit;

namespace Kadeploy.Engine.Tests.Planning;

/// <summary>What has to be asked before reboots, power operations and consoles are planned.</summary>
public sealed class MachinePlanningTests : IDisposable
{
    private readonly SiteFolder _site = new();

    public void Dispose() => _site.Dispose();

    public static TheoryData<string> Kinds => ["reboot", "on", "status", "console", "watch"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Whoever_has_no_right_is_refused_before_anything_else_is_told(string kind)
    {
        var rights = new NoRights();
        var planning = new MachinePlanning(_site.Read(), null, new NothingDeployed(), rights, TimeProvider.System);

        // Nothing is configured that reboots, switches or asks: that would be told to those who may know.
        await Assert.ThrowsAsync<NotAllowedException>(() => planning.PlanAsync(Request(kind), TestContext.Current.CancellationToken));
        Assert.Equal(("ada", "node-1"), (rights.Asked.User, Assert.Single(rights.Asked.Nodes).Node.Name.Value));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Who_may_is_told_what_is_missing(string kind)
    {
        var planning = new MachinePlanning(_site.Read(), null, new NothingDeployed(), OpenRights.Instance, TimeProvider.System);
        await Assert.ThrowsAsync<ConfigurationException>(() => planning.PlanAsync(Request(kind), TestContext.Current.CancellationToken));
    }

    private static OperationRequest Request(string kind)
    {
        ImmutableArray<NodeName> nodes = [NodeName.Parse("node-1")];
        return kind switch
        {
            "reboot" => new RebootRequest { Nodes = nodes, User = "ada", Into = RebootKind.Simple },
            "on" => new PowerRequest { Nodes = nodes, User = "ada", Action = PowerAction.On },
            "status" => new PowerRequest { Nodes = nodes, User = "ada", Action = PowerAction.Status },
            _ => new ConsoleRequest { Nodes = nodes, User = "ada", ReadOnly = kind == "watch" },
        };
    }

    private sealed class NoRights : IRightsCheck
    {
        public RightsDemand Asked { get; private set; } = new("", "", []);

        public Task RequireAsync(RightsDemand demand, CancellationToken cancellationToken)
        {
            Asked = demand;
            throw new NotAllowedException($"{demand.User} may not {demand.What} node-1");
        }

        public Task<MissingRight?> FindMissingAsync(string user, Node node, ImmutableArray<RightPart> parts, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task RecordAsync(string user, OperationId operation, IReadOnlyCollection<MissingRight> missing, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }

    private sealed class NothingDeployed : ICurrentEnvironments
    {
        public Task<IReadOnlyDictionary<NodeName, CurrentEnvironment>> FindEnvironmentsAsync(
            IReadOnlyCollection<NodeName> nodes, bool simulated, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyDictionary<NodeName, CurrentEnvironment>>(new Dictionary<NodeName, CurrentEnvironment>());
    }
}
