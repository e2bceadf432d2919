namespace Kadeploy.Engine.Stores.Sqlite;

/// <summary>What the keys in rows of the journal stand for; read once, as names never change.</summary>
internal sealed class JournalNames
{
    private readonly Dictionary<long, (OperationId Id, StepReference[] Steps)> _operations = [];
    private readonly Dictionary<long, NodeName> _nodes = [];

    /// <summary>Reads what is missing for some rows.</summary>
    /// <param name="database">The database.</param>
    /// <param name="rows">The rows.</param>
    public void Load(Database database, List<EventRow> rows)
    {
        var nodesAreMissing = false;
        foreach (var row in rows)
        {
            if (!_operations.ContainsKey(row.Operation)) _operations.Add(row.Operation, ReadOperation(database, row.Operation));
            nodesAreMissing |= row.Node is { } node && !_nodes.ContainsKey(node);
        }

        if (!nodesAreMissing) return;
        foreach (var (key, name) in database.Query("SELECT key, name FROM nodes", static row => (row.GetInt64(0), row.GetString(1))))
            _nodes.TryAdd(key, NodeName.Parse(name));
    }

    /// <summary>Gives an operation's identifier and its micro-steps by ordinal.</summary>
    /// <param name="key">Its key.</param>
    /// <returns>Both; the references to steps are the same objects each time.</returns>
    public (OperationId Id, StepReference[] Steps) Operation(long key) => _operations[key];

    /// <summary>Gives a node's name.</summary>
    /// <param name="key">Its key.</param>
    /// <returns>The name.</returns>
    /// <exception cref="FormatException">There is no such node.</exception>
    public NodeName Node(long key) => _nodes.TryGetValue(key, out var name) ? name : throw new FormatException($"there is no node {key}");

    private static (OperationId Id, StepReference[] Steps) ReadOperation(Database database, long key)
    {
        if (database.Scalar("SELECT id FROM operations WHERE key = $1", key) is not string id)
            throw new FormatException($"there is no operation {key}");
        var steps = database.Query(
            "SELECT ordinal, cluster, macro_step, instance, micro_step FROM steps WHERE operation = $1 ORDER BY ordinal",
            static row => new StepReference(row.GetInt32(0), row.GetString(1), (MacroStep)row.GetInt32(2), new(row.GetString(3)), new(row.GetString(4))),
            key);
        return (OperationId.Parse(id), steps.ToArray());
    }
}
