using System.Collections.Immutable;
using Kadeploy.Engine.Audit;
using Kadeploy.Engine.Rights;
using Microsoft.Data.Sqlite;

namespace Kadeploy.Engine.Stores.Sqlite;

/// <content>Rights.</content>
internal sealed partial class SqliteStore : IRightsStore
{
    private const string SelectRight = "SELECT key, principal, scope, part, from_at, until_at, granted_by, granted_at FROM rights";

    /// <inheritdoc/>
    public Task<(long Revision, ImmutableArray<Right>? Rights)> ReadRightsAsync(
        IReadOnlyCollection<Principal>? principals, long known, CancellationToken cancellationToken) =>
        Reader.RunAsync<(long, ImmutableArray<Right>?)>(
            database =>
            {
                // A change between the two reads gives newer rights than the revision says, which are read once more the next time.
                var revision = (long)database.Scalar("SELECT value FROM rights_revision")!;
                if (revision == known) return (revision, null);
                var rights = principals is null
                    ? database.Query(SelectRight, ReadRight)
                    : principals.SelectMany(principal => FindOf(database, principal));
                return (revision, rights.Select(static each => each.Right).ToImmutableArray());
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<T> ChangeRightsAsync<T>(Func<IRightsTransaction, T> work, DateTimeOffset now, CancellationToken cancellationToken) =>
        WriteAsync(
            database =>
            {
                RemoveEndedRights(database, now);
                return work(new RightsTransaction(this, database));
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<bool> HasEndedRightsAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        Reader.RunAsync(database => database.Scalar("SELECT 1 FROM rights WHERE until_at <= $1 LIMIT 1", Ticks(now)) is not null, cancellationToken);

    private void RemoveEndedRights(Database database, DateTimeOffset now)
    {
        var ended = database.Query($"{SelectRight} WHERE until_at <= $1 ORDER BY key", ReadRight, Ticks(now));
        if (ended.Count == 0) return;
        ApplyRights(database, ended.Select(static each => each.Key), []);
        Note(database, RightsWording.Notes(AuditAction.Expired, "", ended.Select(static each => each.Right)));
    }

    private static List<StoredRight> FindOf(Database database, Principal principal) =>
        database.Query($"{SelectRight} WHERE principal = $1 ORDER BY key", ReadRight, principal.Value);

    private static void ApplyRights(Database database, IEnumerable<long> removed, IEnumerable<Right> added)
    {
        var changed = 0;
        foreach (var key in removed) changed += database.Execute("DELETE FROM rights WHERE key = $1", key);
        foreach (var right in added)
            changed += database.Execute(
                "INSERT INTO rights (principal, scope, part, from_at, until_at, granted_by, granted_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
                right.Principal.Value, right.Scope.Value, right.Part.Value, right.Window.From is { } from ? Ticks(from) : null,
                right.Window.Until is { } until ? Ticks(until) : null, right.GrantedBy, Ticks(right.GrantedAt));
        if (changed > 0) database.Execute("UPDATE rights_revision SET value = value + 1");
    }

    /// <summary>Tells an engine which nodes of its operations are to be stopped.</summary>
    private static IEnumerable<CancelRequest> StoppedNodes(Database database, string engine) =>
        database.Query(
            """
            SELECT operations.id, stopped_nodes.user, nodes.name FROM stopped_nodes
            JOIN operations ON operations.key = stopped_nodes.operation JOIN nodes ON nodes.key = stopped_nodes.node
            WHERE operations.state = 0 AND operations.engine = $1
            """,
            static row => (Operation: OperationId.Parse(row.GetString(0)), User: row.GetString(1), Node: NodeName.Parse(row.GetString(2))), engine)
            .GroupBy(static row => (row.Operation, row.User))
            .Select(static rows => new CancelRequest(rows.Key.Operation, rows.Key.User) { Nodes = [.. rows.Select(static row => row.Node)] });

    private static StoredRight ReadRight(SqliteDataReader row) => new(row.GetInt64(0), new()
    {
        Principal = Principal.Parse(row.GetString(1)),
        Scope = RightScope.Parse(row.GetString(2)),
        Part = RightPart.Parse(row.GetString(3)),
        Window = new(row.IsDBNull(4) ? null : Time(row.GetInt64(4)), row.IsDBNull(5) ? null : Time(row.GetInt64(5))),
        GrantedBy = row.GetString(6),
        GrantedAt = Time(row.GetInt64(7)),
    });

    private sealed class RightsTransaction(SqliteStore store, Database database) : IRightsTransaction
    {
        public IReadOnlyList<StoredRight> FindOf(IEnumerable<Principal> principals) =>
            [.. principals.SelectMany(principal => SqliteStore.FindOf(database, principal))];

        public IReadOnlyList<StoredRight> FindOn(IEnumerable<RightScope> scopes) =>
            [.. scopes.SelectMany(scope => database.Query($"{SelectRight} WHERE scope = $1 ORDER BY key", ReadRight, scope.Value))];

        public void Apply(IEnumerable<long> removed, IEnumerable<Right> added) => ApplyRights(database, removed, added);

        public IReadOnlyList<(StoppedNode Running, string Cluster)> RunningNodes(IReadOnlySet<Principal> users)
        {
            var running = new List<(StoppedNode, string)>();
            foreach (var (key, user) in database.Query("SELECT key, user FROM operations WHERE state = 0 AND simulated = 0 ORDER BY key", static row => (row.GetInt64(0), row.GetString(1))))
            {
                if (!Principal.TryParse(user, null, out var principal) || !users.Contains(principal)) continue;
                var plan = ReadPlan((string)database.Scalar("SELECT plan FROM operations WHERE key = $1", key)!);
                var open = NotEnded(database, plan, key).ToHashSet();
                running.AddRange(plan.Clusters.SelectMany(static part => part.Nodes).Where(node => open.Contains(node.Name))
                    .Select(node => (new StoppedNode(plan.Operation, user, node.Name), node.Cluster)));
            }

            return running;
        }

        public void Stop(IEnumerable<StoppedNode> nodes, string by)
        {
            foreach (var each in nodes)
                database.Execute(
                    """
                    INSERT INTO stopped_nodes (operation, node, user)
                    SELECT operations.key, nodes.key, $3 FROM operations, nodes WHERE operations.id = $1 AND nodes.name = $2 ON CONFLICT DO NOTHING
                    """,
                    each.Operation.Value, each.Node.Value, by);
        }

        public void Note(IEnumerable<AuditNote> notes) => store.Note(database, notes);
    }
}
