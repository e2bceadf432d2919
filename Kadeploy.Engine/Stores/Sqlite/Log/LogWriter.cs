namespace Kadeploy.Engine.Stores.Sqlite.Log;

/// <summary>Writes the log in the transactions that append to the journal.</summary>
/// <remarks>Follows the nodes of the operations that this store appends to, so that a node's end costs one row; what it has not followed itself, because
/// another process began it or a transaction came to nothing, it reads from the journal when the first node ends. Used by the writer's thread only.</remarks>
internal sealed class LogWriter
{
    private readonly LogNames _names = new();
    private readonly HistogramChanges _histograms = new();
    private readonly Dictionary<long, OperationTrack> _operations = [];

    /// <summary>Begins to follow an operation of which nothing is journaled.</summary>
    /// <param name="database">The database, in the transaction that records the operation.</param>
    /// <param name="key">The operation's key.</param>
    /// <param name="plan">Its plan.</param>
    public void Begin(Database database, long key, TrackedPlan plan)
    {
        var track = Track(database, key, plan);
        track.BeginEmpty();
        _operations[key] = track;
    }

    /// <summary>Begins to follow an operation that another engine began.</summary>
    /// <param name="database">The database, in the transaction that takes it over.</param>
    /// <param name="key">The operation's key.</param>
    /// <param name="plan">Its plan.</param>
    public void TakeOver(Database database, long key, TrackedPlan plan) => _operations[key] = Track(database, key, plan);

    /// <summary>Takes note of an event.</summary>
    /// <param name="database">The database, in the transaction that appends the event.</param>
    /// <param name="operation">The operation's key.</param>
    /// <param name="happened">The event.</param>
    /// <param name="node">The node's key, or null.</param>
    /// <param name="sequence">The event's place in the journal.</param>
    public void Apply(Database database, long operation, OperationEvent happened, long? node, long sequence)
    {
        if (!_operations.TryGetValue(operation, out var track))
            _operations.Add(operation, track = Track(database, operation, TrackedPlan.Of(SqliteStore.ReadPlan(database, operation))));
        switch (happened)
        {
            case OperationEvent.NodeFinished e:
                if (!track.IsComplete) track.Load(database, _names, sequence);
                Write(database, track, operation, e, node!.Value, sequence);
                break;
            case OperationEvent.Finished:
                _operations.Remove(operation);
                break;
            case var _ when !track.IsComplete:
                break; // it will be read with all else
            case OperationEvent.NodeLeased e:
                track.Node(node!.Value).Started ??= SqliteStore.Ticks(e.At);
                break;
            case OperationEvent.StepStarted e:
                track.Node(node!.Value).Begin(track.Step(database, _names, e.Step.Ordinal), SqliteStore.Ticks(e.At));
                break;
            case OperationEvent.StepSucceeded e:
                track.Node(node!.Value).End(track.Step(database, _names, e.Step.Ordinal), SqliteStore.Ticks(e.At), e.Duration.Ticks, null);
                break;
            case OperationEvent.StepFailed e:
                track.Node(node!.Value).End(track.Step(database, _names, e.Step.Ordinal), SqliteStore.Ticks(e.At), e.Duration.Ticks, e.Consequence);
                break;
        }
    }

    /// <summary>Writes what was collected.</summary>
    /// <param name="database">The database, at the end of the transaction.</param>
    public void Save(Database database) => _histograms.Save(database);

    /// <summary>Forgets all that it has followed, because a transaction has come to nothing; the journal knows it.</summary>
    public void Forget()
    {
        _names.Forget();
        _histograms.Forget();
        _operations.Clear();
    }

    /// <summary>Writes the row of a node that has ended.</summary>
    /// <param name="database">The database.</param>
    /// <param name="track">Its operation; complete up to the event.</param>
    /// <param name="operation">The operation's key.</param>
    /// <param name="end">The event.</param>
    /// <param name="node">The node's key.</param>
    /// <param name="sequence">The event's place in the journal.</param>
    private void Write(Database database, OperationTrack track, long operation, OperationEvent.NodeFinished end, long node, long sequence)
    {
        var nodeTrack = track.End(node);
        var last = new TrackedStep?[LogEntry.MostSteps];
        for (var place = 0; place < last.Length; place++)
            if (nodeTrack.Macro(place) is { Begin: not null, Ordinal: var ordinal }) last[place] = track.Step(database, _names, ordinal);
        var at = SqliteStore.Ticks(end.At);
        var started = nodeTrack.Started ?? at;
        nodeTrack.Close(last, end.State, at - started);
        var row = new LogRow
        {
            Sequence = sequence,
            Operation = operation,
            Header = track.Header,
            Cluster = Array.Find(last, static step => step is not null)?.Cluster ?? _names.Text(database, track.Plan.ClusterOf(end.Node)),
            Node = node,
            Started = started,
            Duration = at - started,
            State = (long)end.State,
            Fault = end.Fault?.Code.ToString(),
            FaultStep = end.Fault?.Step is { } step ? track.Step(database, _names, step.Ordinal).Key : null,
            Digest = end.Facts.ImageDigest is { } digest ? _names.Text(database, digest) : null,
            Error = end.Fault?.Message,
            Track = nodeTrack,
            Steps = last,
        };
        database.LogInsert.Execute(row);
        _histograms.Add(row);
    }

    private OperationTrack Track(Database database, long key, TrackedPlan plan)
    {
        var (kind, user, environment, simulated) = database.Query(
            "SELECT kind, user, environment, simulated FROM operations WHERE key = $1",
            static row => (row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetInt64(3)), key)[0];
        return new(key, new(kind, simulated, _names.Text(database, user), _names.Text(database, environment)), plan);
    }
}
