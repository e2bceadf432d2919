using System.Collections.Immutable;
using System.Globalization;
using Kadeploy.Engine.Audit;
using Kadeploy.Engine.Json;
using Microsoft.Data.Sqlite;

namespace Kadeploy.Engine.Stores.Sqlite;

/// <content>Clusters and nodes that no file defines.</content>
internal sealed partial class SqliteStore : IInventoryStore
{
    /// <inheritdoc/>
    public Task<StoredInventory> ReadInventoryAsync(IReadOnlyCollection<NodeName>? nodes, CancellationToken cancellationToken) =>
        Reader.RunAsync(
            database => database.Read(() => new StoredInventory(
                [.. database.Query("SELECT name, settings, revision FROM clusters ORDER BY name", static row => new StoredCluster(row.GetString(0), row.GetString(1), row.GetInt64(2)))],
                [.. nodes is null
                    ? database.Query("SELECT definition, revision FROM inventory ORDER BY name", ReadNode)
                    : nodes.SelectMany(name => database.Query("SELECT definition, revision FROM inventory WHERE name = $1", ReadNode, name.Value))])),
            cancellationToken);

    /// <inheritdoc/>
    public async Task<ImmutableArray<InventoryConflict>> ChangeInventoryAsync(
        InventoryBatch changes, string user, DateTimeOffset at, CancellationToken cancellationToken)
    {
        try
        {
            await WriteAsync(
                database =>
                {
                    new InventoryWriter(database, user, Ticks(at)).Write(changes);
                    Note(database, InventoryNotes.Of(changes, user));
                    return true;
                },
                cancellationToken).ConfigureAwait(false);
            return [];
        }
        catch (InventoryWriter.InTheWayException inTheWay)
        {
            return inTheWay.Conflicts;
        }
    }

    /// <inheritdoc/>
    public Task<ImmutableArray<string>> FindMentionedAsync(IReadOnlyCollection<string> texts, CancellationToken cancellationToken) =>
        Reader.RunAsync(database => database.Read(() => texts.Where(text => IsMentioned(database, text)).ToImmutableArray()), cancellationToken);

    /// <inheritdoc/>
    public Task ForgetAsync(IReadOnlyCollection<string> texts, Action<string> forget, CancellationToken cancellationToken) =>
        WriteAsync(
            database =>
            {
                foreach (var text in texts)
                    if (!IsMentioned(database, text)) forget(text);
                return true;
            },
            cancellationToken);

    private static bool IsMentioned(Database database, string text) =>
        database.Scalar(
            "SELECT 1 WHERE EXISTS (SELECT 1 FROM inventory WHERE instr(lower(definition), $1)) OR EXISTS (SELECT 1 FROM clusters WHERE instr(lower(settings), $1))", text) is not null;

    private static StoredNode ReadNode(SqliteDataReader row) =>
        new(DefinitionJson.Read(row.GetString(0)), row.GetInt64(1));

    /// <summary>Makes changes in a transaction of its caller, which is undone when anything is in the way.</summary>
    private sealed class InventoryWriter(Database database, string user, long at)
    {
        private readonly List<InventoryConflict> _conflicts = [];
        private long _revision;

        /// <summary>Makes the changes.</summary>
        /// <exception cref="InTheWayException">Something is in the way, or nothing is to be done.</exception>
        public void Write(InventoryBatch changes)
        {
            _revision = (long)database.Scalar("UPDATE inventory_revision SET number = number + 1 RETURNING number")!;
            foreach (var node in changes.RemovedNodes) Remove(node);
            foreach (var cluster in changes.Clusters) Write(cluster);
            // Nodes of one change may exchange what they claim.
            foreach (var node in changes.Nodes) database.Execute("DELETE FROM inventory_claims WHERE node = $1", node.Definition.Name.Value);
            foreach (var node in changes.Nodes) Write(node);
            foreach (var cluster in changes.RemovedClusters) Remove(cluster);
            _conflicts.AddRange(changes.NeededFiles.Where(static file => !File.Exists(file)).Select(static file => new InventoryConflict(InventoryConflictKind.WasChanged, file)));
            if (_conflicts.Count > 0 || changes.DryRun) throw new InTheWayException([.. _conflicts]);
        }

        private void Write(ClusterWrite cluster)
        {
            var there = database.Scalar("SELECT revision FROM clusters WHERE name = $1", cluster.Name) as long?;
            if (IsInTheWay(cluster.Name, cluster.Read, there)) return;
            database.Execute(
                """
                INSERT INTO clusters (name, settings, revision, changed_at, changed_by) VALUES ($1, $2, $3, $4, $5)
                ON CONFLICT (name) DO UPDATE SET settings = $2, revision = $3, changed_at = $4, changed_by = $5
                """,
                cluster.Name, cluster.Settings, _revision, at, user);
        }

        private void Write(NodeWrite node)
        {
            var name = node.Definition.Name.Value;
            var there = database.Scalar("SELECT revision FROM inventory WHERE name = $1", name) as long?;
            if (IsInTheWay(name, node.Read, there)) return;
            if (node.ClusterRead > 0 && database.Scalar("SELECT revision FROM clusters WHERE name = $1", node.Definition.Cluster) as long? != node.ClusterRead)
                _conflicts.Add(new(InventoryConflictKind.WasChanged, name));
            database.Execute(
                """
                INSERT INTO inventory (name, cluster, definition, revision, changed_at, changed_by) VALUES ($1, $2, $3, $4, $5, $6)
                ON CONFLICT (name) DO UPDATE SET cluster = $2, definition = $3, revision = $4, changed_at = $5, changed_by = $6
                """,
                name, node.Definition.Cluster, DefinitionJson.Write(node.Definition), _revision, at, user);
            foreach (var claim in node.Claims)
            {
                if (database.Execute("INSERT INTO inventory_claims (what, node) VALUES ($1, $2) ON CONFLICT DO NOTHING", claim, name) == 1) continue;
                var holder = (string)database.Scalar("SELECT node FROM inventory_claims WHERE what = $1", claim)!;
                _conflicts.Add(new(InventoryConflictKind.IsClaimed, name, $"{claim}\n{holder}"));
            }
        }

        private void Remove(NodeName node)
        {
            foreach (var holder in database.Query(
                "SELECT id, user FROM leases JOIN nodes ON nodes.key = leases.node JOIN operations ON operations.key = leases.operation WHERE nodes.name = $1",
                static row => $"{row.GetString(0)}\n{row.GetString(1)}", node.Value))
                _conflicts.Add(new(InventoryConflictKind.IsBusy, node.Value, holder));
            if (database.Execute("DELETE FROM inventory WHERE name = $1", node.Value) == 0) _conflicts.Add(new(InventoryConflictKind.IsMissing, node.Value));
        }

        private void Remove(string cluster)
        {
            var nodes = (long)database.Scalar("SELECT count(*) FROM inventory WHERE cluster = $1", cluster)!;
            if (nodes > 0) _conflicts.Add(new(InventoryConflictKind.HasNodes, cluster, nodes.ToString(CultureInfo.InvariantCulture)));
            if (database.Execute("DELETE FROM clusters WHERE name = $1", cluster) == 0) _conflicts.Add(new(InventoryConflictKind.IsMissing, cluster));
        }

        private bool IsInTheWay(string subject, long read, long? there)
        {
            InventoryConflictKind? kind = (read, there) switch
            {
                (0, not null) => InventoryConflictKind.IsThere,
                (> 0, null) => InventoryConflictKind.IsMissing,
                _ when read > 0 && there != read => InventoryConflictKind.WasChanged,
                _ => null,
            };
            if (kind is { } found) _conflicts.Add(new(found, subject));
            return kind is not null;
        }

        /// <summary>Undoes the transaction.</summary>
        internal sealed class InTheWayException(ImmutableArray<InventoryConflict> conflicts) : Exception
        {
            public ImmutableArray<InventoryConflict> Conflicts => conflicts;
        }
    }
}
