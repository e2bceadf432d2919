using System.Collections.Immutable;
using System.Text.Json;
using Kadeploy.Engine.Audit;
using Kadeploy.Engine.Json;
using Kadeploy.Engine.Stores.Sqlite.Log;

namespace Kadeploy.Engine.Stores.Sqlite;

/// <content>Operations: beginning and taking over.</content>
internal sealed partial class SqliteStore
{
    /// <inheritdoc/>
    public Task<ImmutableArray<BusyNode>> CreateOperationAsync(
        OperationPlan plan, EngineId engine, DateTimeOffset now, CancellationToken cancellationToken) =>
        WriteAsync(
            engine,
            database =>
            {
                var id = plan.Operation.Value;
                if (database.Scalar("SELECT key FROM operations WHERE id = $1", id) is not null)
                    throw new StoreException($"operation {id} is already in {_file}; a plan is started once only");
                var key = (long)database.Scalar(
                    """
                    INSERT INTO operations (id, kind, user, environment, nodes, simulated, planned_at, engine, plan)
                    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING key
                    """,
                    id, (long)plan.Kind, plan.User, plan.EnvironmentText, (long)plan.NodeCount, plan.Simulation is null ? 0L : 1L,
                    Ticks(plan.PlannedAt), Text(engine), JsonSerializer.Serialize(plan, StoreJson.Default.OperationPlan))!;
                if (plan.Request is DeploymentRequest { Environment: var environment })
                {
                    database.Execute(
                        "INSERT INTO operation_environments (operation, name, version, owner, revision) VALUES ($1, $2, $3, $4, $5)",
                        key, environment.Name, (long)environment.Version, environment.User, (long)environment.Revision);
                }

                foreach (var step in Steps(plan))
                    database.Execute(
                        "INSERT INTO steps (operation, ordinal, cluster, macro_step, instance, micro_step) VALUES ($1, $2, $3, $4, $5, $6)",
                        key, (long)step.Ordinal, step.Cluster, (long)step.MacroStep, step.Instance.Value, step.MicroStep.Value);
                Note(database, OperationNotes.Started(plan));
                _log.Begin(database, key, TrackedPlan.Of(plan));
                if (plan.HoldsNodes) return Lease(database, NodesOf(plan), key);
                _passing.Add(key);
                foreach (var node in NodesOf(plan)) KnownNode(database, node);
                return [];
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<TakenOver>> TakeOverAsync(
        EngineId engine, bool simulated, DateTimeOffset now, CancellationToken cancellationToken) =>
        WriteAsync(
            engine,
            database =>
            {
                var unfinished = database.Query(
                    "SELECT key, engine, cancel_requested_by FROM operations WHERE state = 0 AND simulated = $1 ORDER BY planned_at, key",
                    static row => (Key: row.GetInt64(0), Engine: row.GetString(1), CancelledBy: row.IsDBNull(2) ? null : row.GetString(2)),
                    simulated ? 1L : 0L);
                var dead = unfinished.Select(static row => row.Engine).Distinct(StringComparer.Ordinal)
                    .Where(holder => holder != Text(engine) && !IsAlive(database, holder, now)).ToHashSet(StringComparer.Ordinal);
                foreach (var holder in dead) database.Execute("DELETE FROM engines WHERE id = $1", holder);
                _locks.Sweep(other => IsRegistered(database, other));

                var taken = ImmutableArray.CreateBuilder<TakenOver>();
                foreach (var (key, _, cancelledBy) in unfinished.Where(row => dead.Contains(row.Engine)))
                {
                    database.Execute("UPDATE operations SET engine = $2 WHERE key = $1", key, Text(engine));
                    var plan = ReadPlan(database, key);
                    _log.TakeOver(database, key, TrackedPlan.Of(plan));
                    if (!plan.HoldsNodes) _passing.Add(key);
                    taken.Add(new(plan, plan.HoldsNodes ? Lease(database, NotEnded(database, plan, key), key) : [], cancelledBy));
                }

                return taken.ToImmutable();
            },
            cancellationToken);

    internal static OperationPlan ReadPlan(Database database, long operation) =>
        ReadPlan((string)database.Scalar("SELECT plan FROM operations WHERE key = $1", operation)!);

    private static OperationPlan ReadPlan(string json) => JsonSerializer.Deserialize(json, StoreJson.Default.OperationPlan)!;

    private static IEnumerable<StepReference> Steps(OperationPlan plan) =>
        from cluster in plan.Clusters
        from macroStep in cluster.MacroSteps
        from instance in macroStep.Instances
        from microStep in instance.MicroSteps
        select microStep.Step;

    private static IEnumerable<NodeName> NodesOf(OperationPlan plan) =>
        plan.Clusters.SelectMany(static cluster => cluster.Nodes).Select(static node => node.Name);

    private static IEnumerable<NodeName> NotEnded(Database database, OperationPlan plan, long operation)
    {
        var ended = database.Query(
            "SELECT name FROM events JOIN nodes ON nodes.key = events.node WHERE operation = $1 AND kind = $2",
            static row => NodeName.Parse(row.GetString(0)), operation, (long)EventKind.NodeFinished).ToHashSet();
        return NodesOf(plan).Where(node => !ended.Contains(node));
    }

    /// <summary>Leases all nodes that no other operation holds and gives back the others.</summary>
    /// <remarks>A lease is gone once the node, or its operation, has ended. Until then it counts, even when its engine is dead: whoever takes
    /// up that operation goes on with the node.</remarks>
    private ImmutableArray<BusyNode> Lease(Database database, IEnumerable<NodeName> nodes, long operation)
    {
        var busy = ImmutableArray.CreateBuilder<BusyNode>();
        foreach (var node in nodes)
        {
            var key = KnownNode(database, node);
            if (database.Execute("INSERT INTO leases (node, operation) VALUES ($1, $2) ON CONFLICT DO NOTHING", key, operation) == 1) continue;
            busy.AddRange(database.Query(
                "SELECT id, user FROM leases JOIN operations ON operations.key = leases.operation WHERE node = $1 AND operation <> $2",
                row => new BusyNode(node, OperationId.Parse(row.GetString(0)), row.GetString(1)),
                key, operation));
        }

        return busy.ToImmutable();
    }

    /// <summary>Gives the key of a node, which gets one when it has none.</summary>
    private long KnownNode(Database database, NodeName node) =>
        NodeKey(database, node) ?? (_nodeKeys[node] = (long)database.Scalar("INSERT INTO nodes (name) VALUES ($1) RETURNING key", node.Value)!);

    private long? NodeKey(Database database, NodeName node)
    {
        if (_nodeKeys.TryGetValue(node, out var known)) return known;
        if (database.Scalar("SELECT key FROM nodes WHERE name = $1", node.Value) is not long key) return null;
        _nodeKeys.Add(node, key);
        return key;
    }
}
