using System.Text.Json;
using Kadeploy.Engine.Inventories;
using Kadeploy.Engine.Json;
using Microsoft.Data.Sqlite;

namespace Kadeploy.Engine.Stores.Sqlite;

/// <content>What the journal knows of nodes.</content>
internal sealed partial class SqliteStore
{
    // By primary keys from one small table; the long one is never searched. Leases say who has a node, also before its first event and when it is simulated.
    private const string SelectActivities =
        """
        SELECT n.name,
               h.id, h.kind, h.user, coalesce(s.since, h.planned_at),
               hs.ordinal, hs.cluster, hs.macro_step, hs.instance, hs.micro_step, s.step_at,
               d.at, d.detail, p.id, p.user, v.name, v.version, v.owner, v.revision,
               o.kind, o.user, s.written,
               e.sequence, e.operation, e.at, e.kind, e.node, e.step, e.instance_attempt, e.attempt, e.set_number, e.duration, e.consequence, e.state, e.fault, e.detail
        FROM nodes n
        LEFT JOIN node_states s ON s.node = n.key
        LEFT JOIN leases l ON l.node = n.key
        LEFT JOIN operations h ON h.key = l.operation
        LEFT JOIN steps hs ON hs.operation = l.operation AND s.operation = l.operation AND hs.ordinal = s.step
        LEFT JOIN events d ON d.sequence = s.deployed
        LEFT JOIN operations p ON p.key = d.operation
        LEFT JOIN operation_environments v ON v.operation = d.operation
        LEFT JOIN events e ON e.sequence = s.ended
        LEFT JOIN operations o ON o.key = e.operation
        WHERE (s.node IS NOT NULL OR l.node IS NOT NULL)
        """;

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<NodeName, NodeActivity>> ReadActivitiesAsync(NodeName? only, CancellationToken cancellationToken) =>
        Reader.RunAsync(
            database => database.Read(() =>
            {
                var rows = only is { } name
                    ? database.Query($"{SelectActivities} AND n.name = $1", ReadActivity, name.Value)
                    : database.Query(SelectActivities, ReadActivity);
                _names.Load(database, [.. rows.Where(static row => row.End is not null).Select(static row => row.End!.Value)]);
                var activities = new Dictionary<NodeName, NodeActivity>(rows.Count);
                foreach (var row in rows) activities[row.Name] = NodeStateRules.Judge(row.Activity with { Last = Outcome(row) });
                return (IReadOnlyDictionary<NodeName, NodeActivity>)activities;
            }),
            cancellationToken);

    private NodeOutcome? Outcome(ActivityRow row)
    {
        if (row.End is not { } end || EventMapping.ToEvent(end, _names) is not OperationEvent.NodeFinished finished) return null;
        return new(finished.Operation, row.Kind, row.User, finished.At, finished.State) { Fault = finished.Fault, Step = finished.Step };
    }

    private static ActivityRow ReadActivity(SqliteDataReader row)
    {
        NodeHolder? holder = null;
        if (!row.IsDBNull(1))
        {
            holder = new(OperationId.Parse(row.GetString(1)), (OperationKind)row.GetInt32(2), row.GetString(3), Time(row.GetInt64(4)));
            if (!row.IsDBNull(5))
            {
                holder = holder with
                {
                    Step = new(row.GetInt32(5), row.GetString(6), (MacroStep)row.GetInt32(7), new(row.GetString(8)), new(row.GetString(9))),
                    StepSince = Time(row.GetInt64(10)),
                };
            }
        }

        DeployedEnvironment? environment = null;
        // What is being overwritten is not there any more.
        if (!row.IsDBNull(15) && row.GetInt64(21) == 0)
        {
            var digest = row.IsDBNull(12) ? null : JsonSerializer.Deserialize(row.GetString(12), StoreJson.Default.EventDetail)?.Facts?.ImageDigest;
            environment = new(
                row.GetString(15), row.GetInt32(16), row.GetInt32(18), row.GetString(17), digest, Time(row.GetInt64(11)), row.GetString(14),
                OperationId.Parse(row.GetString(13)));
        }

        return new(
            NodeName.Parse(row.GetString(0)), new() { Holder = holder, Environment = environment },
            row.IsDBNull(19) ? default : (OperationKind)row.GetInt32(19), row.IsDBNull(20) ? "" : row.GetString(20),
            row.IsDBNull(22) ? null : ReadRow(row, 22));
    }

    private sealed record ActivityRow(NodeName Name, NodeActivity Activity, OperationKind Kind, string User, EventRow? End);
}
