using Kadeploy.Engine.Inventories;

namespace Kadeploy.Engine.Stores.Sqlite;

/// <summary>Writes what events of one batch mean for the states of nodes: of several steps that one node begins, the last.</summary>
/// <param name="database">The database, in the transaction that appends the events.</param>
internal sealed class NodeStateWriter(Database database)
{
    private readonly Dictionary<long, Begun> _begun = [];

    /// <summary>Takes an event in.</summary>
    /// <param name="happened">The event.</param>
    /// <param name="sequence">Its number.</param>
    /// <param name="operation">The key of its operation, which is real.</param>
    /// <param name="kind">The operation's kind.</param>
    /// <param name="node">The node's key.</param>
    public void Add(OperationEvent.NodeEvent happened, long sequence, long operation, OperationKind kind, long node)
    {
        switch (happened)
        {
            case OperationEvent.NodeLeased:
                _begun.Remove(node);
                database.Execute(
                    """
                    INSERT INTO node_states (node, operation, since) VALUES ($1, $2, $3)
                    ON CONFLICT (node) DO UPDATE SET operation = $2, since = $3, step = NULL, step_at = NULL, written = 0
                    """,
                    node, operation, SqliteStore.Ticks(happened.At));
                break;
            case OperationEvent.StepStarted e:
                var writes = NodeStateRules.MayWrite(e.Step) || (_begun.TryGetValue(node, out var before) && before.Writes);
                _begun[node] = new(operation, e.Step.Ordinal, SqliteStore.Ticks(e.At), writes);
                break;
            case OperationEvent.NodeFinished e:
                Save(node);
                Finish(e, sequence, operation, kind, node);
                break;
        }
    }

    /// <summary>Writes what is left.</summary>
    public void Save()
    {
        foreach (var node in _begun.Keys.ToArray()) Save(node);
    }

    private void Save(long node)
    {
        if (!_begun.Remove(node, out var begun)) return;
        database.Execute(
            "UPDATE node_states SET step = $3, step_at = $4, written = max(written, $5) WHERE node = $1 AND operation = $2",
            node, begun.Operation, begun.Step, begun.At, begun.Writes ? 1L : 0L);
    }

    private void Finish(OperationEvent.NodeFinished happened, long sequence, long operation, OperationKind kind, long node)
    {
        var hasBegun = database.Scalar("SELECT step FROM node_states WHERE node = $1 AND operation = $2", node, operation) is not null;
        var change = NodeStateRules.Of(kind, happened.State, hasBegun);
        if (change.IsRecorded)
        {
            database.Execute("INSERT INTO node_states (node) VALUES ($1) ON CONFLICT DO NOTHING", node);
            database.Execute(
                """
                UPDATE node_states SET ended = $2,
                    deployed = CASE $3 WHEN 1 THEN $2 WHEN 2 THEN CASE WHEN written = 1 AND operation = $4 THEN NULL ELSE deployed END ELSE deployed END
                WHERE node = $1
                """,
                node, sequence, (long)change.Environment, operation);
        }

        database.Execute(
            "UPDATE node_states SET operation = NULL, since = NULL, step = NULL, step_at = NULL, written = 0 WHERE node = $1 AND operation = $2", node, operation);
    }

    private readonly record struct Begun(long Operation, long Step, long At, bool Writes);
}
