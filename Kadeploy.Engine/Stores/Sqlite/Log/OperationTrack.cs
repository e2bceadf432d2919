namespace Kadeploy.Engine.Stores.Sqlite.Log;

/// <summary>What the log will tell of an operation under way: of those of its nodes that have not ended.</summary>
/// <param name="key">The operation's key.</param>
/// <param name="header">What all its rows have in common.</param>
/// <param name="plan">Its plan.</param>
internal sealed class OperationTrack(long key, OperationHeader header, TrackedPlan plan)
{
    private readonly Dictionary<long, NodeTrack> _nodes = [];
    private readonly TrackedStep?[] _steps = new TrackedStep?[plan.Steps.Length];

    /// <summary>Gets what all rows have in common.</summary>
    public OperationHeader Header => header;

    /// <summary>Gets the plan.</summary>
    public TrackedPlan Plan => plan;

    /// <summary>Gets a value indicating whether all that was journaled so far has been noted.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Notes that nothing was journaled before.</summary>
    public void BeginEmpty() => IsComplete = true;

    /// <summary>Notes what was journaled before an event.</summary>
    /// <param name="database">The database.</param>
    /// <param name="names">The numbers of names.</param>
    /// <param name="sequence">The event.</param>
    public void Load(Database database, LogNames names, long sequence)
    {
        using var reader = database.Statement(
            """
            SELECT kind, node, step, at, duration, consequence FROM events
            WHERE operation = $1 AND sequence < $2 AND kind IN (5, 7, 8, 9, 11) ORDER BY sequence
            """,
            key, sequence).ExecuteReader();
        while (reader.Read())
        {
            var node = reader.GetInt64(1);
            var at = reader.GetInt64(3);
            switch ((EventKind)reader.GetInt32(0))
            {
                case EventKind.NodeLeased:
                    Node(node).Started ??= at;
                    break;
                case EventKind.StepStarted:
                    Node(node).Begin(Step(database, names, reader.GetInt32(2)), at);
                    break;
                case EventKind.StepSucceeded:
                    Node(node).End(Step(database, names, reader.GetInt32(2)), at, reader.GetInt64(4), null);
                    break;
                case EventKind.StepFailed:
                    Node(node).End(Step(database, names, reader.GetInt32(2)), at, reader.GetInt64(4), (FailureConsequence)reader.GetInt32(5));
                    break;
                case EventKind.NodeFinished:
                    _nodes.Remove(node);
                    break;
            }
        }

        IsComplete = true;
    }

    /// <summary>Gives what has happened to a node.</summary>
    /// <param name="node">The node's key.</param>
    /// <returns>What has happened so far.</returns>
    public NodeTrack Node(long node)
    {
        if (_nodes.TryGetValue(node, out var track)) return track;
        track = new();
        _nodes.Add(node, track);
        return track;
    }

    /// <summary>Gives what has happened to a node that has ended, and forgets it.</summary>
    /// <param name="node">The node's key.</param>
    /// <returns>What has happened.</returns>
    public NodeTrack End(long node) => _nodes.Remove(node, out var track) ? track : new();

    /// <summary>Gives a micro-step.</summary>
    /// <param name="database">The database.</param>
    /// <param name="names">The numbers of names.</param>
    /// <param name="ordinal">Its number in the plan.</param>
    /// <returns>The micro-step.</returns>
    public TrackedStep Step(Database database, LogNames names, int ordinal)
    {
        if ((uint)ordinal >= (uint)_steps.Length) throw new FormatException($"operation {key} has no step {ordinal}");
        if (_steps[ordinal] is { } known) return known;
        var planned = plan.Steps[ordinal];
        var step = new TrackedStep(
            ordinal, planned.Place, names.Step(database, planned.Step, whole: false), names.Step(database, planned.Step, whole: true), planned.Limit,
            names.Text(database, planned.Step.Cluster));
        _steps[ordinal] = step;
        return step;
    }
}

/// <summary>What all rows of an operation have in common, in the numbers of the log.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Simulated">1 when nodes are simulated, otherwise 0.</param>
/// <param name="User">The user.</param>
/// <param name="Environment">The environment.</param>
internal sealed record OperationHeader(long Kind, long Simulated, long User, long Environment);

/// <summary>A micro-step in the numbers of the log.</summary>
/// <param name="Ordinal">Its number in the plan.</param>
/// <param name="Place">As in <see cref="PlannedStep"/>.</param>
/// <param name="Key">Its number.</param>
/// <param name="Instance">The number of its instance as a whole.</param>
/// <param name="Limit">The limit of its instance, or null.</param>
/// <param name="Cluster">The number of its cluster.</param>
internal sealed record TrackedStep(int Ordinal, int Place, int Key, int Instance, long? Limit, long Cluster);
