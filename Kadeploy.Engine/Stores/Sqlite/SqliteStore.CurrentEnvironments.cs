using Kadeploy.Engine.Environments;

namespace Kadeploy.Engine.Stores.Sqlite;

/// <content>What was put on nodes last.</content>
internal sealed partial class SqliteStore : ICurrentEnvironments
{
    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<NodeName, CurrentEnvironment>> FindEnvironmentsAsync(
        IReadOnlyCollection<NodeName> nodes, bool simulated, CancellationToken cancellationToken) =>
        await Reader.RunAsync(database => FindCurrent(database, nodes, simulated), cancellationToken).ConfigureAwait(false);

    private static Dictionary<NodeName, CurrentEnvironment> FindCurrent(Database database, IReadOnlyCollection<NodeName> nodes, bool simulated)
    {
        var plans = new Dictionary<long, CurrentEnvironment?>();
        var found = new Dictionary<NodeName, CurrentEnvironment>();
        foreach (var node in nodes)
        {
            // Nodes that were discarded were not touched. An empty environment is a reboot that put none there.
            var last = database.Scalar(
                """
                SELECT operations.key FROM nodes
                JOIN events ON events.node = nodes.key AND events.kind = 11
                JOIN operations ON operations.key = events.operation
                WHERE nodes.name = $1 AND events.state <> 9 AND operations.environment <> '' AND operations.simulated = $2
                ORDER BY events.sequence DESC LIMIT 1
                """,
                node.Value, simulated ? 1L : 0L);
            if (last is not long key) continue;
            if (!plans.TryGetValue(key, out var environment)) plans[key] = environment = EnvironmentOf(database, key);
            if (environment is not null) found[node] = environment;
        }

        return found;
    }

    private static CurrentEnvironment? EnvironmentOf(Database database, long operation)
    {
        var plan = ReadPlan((string)database.Scalar("SELECT plan FROM operations WHERE key = $1", operation)!);
        var environment = RequestedEnvironment.Of(plan.Request);
        return environment is null ? null : new(environment, plan.Operation, plan.User);
    }
}
