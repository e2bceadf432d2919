using System.Runtime.CompilerServices;
using Kadeploy.Engine.Audit;
using Microsoft.Data.Sqlite;

namespace Kadeploy.Engine.Stores.Sqlite;

/// <content>The journal.</content>
internal sealed partial class SqliteStore
{
    /// <summary>How many events are read at once: enough to make the hand-over between threads cheap, few enough to be held in memory.</summary>
    private const int PageSize = 2000;

    internal const string SelectEvents =
        "SELECT sequence, operation, at, kind, node, step, instance_attempt, attempt, set_number, duration, consequence, state, fault, detail FROM events";

    private readonly JournalNames _names = new();

    // The keys of this engine's operations that hold no nodes: what becomes of nodes is no matter of theirs.
    private readonly HashSet<long> _passing = [];

    /// <inheritdoc/>
    public Task<long> AppendAsync(EngineId engine, IReadOnlyList<OperationEvent> events, CancellationToken cancellationToken) =>
        WriteAsync(
            engine,
            database =>
            {
                var first = LastSequence(database) + 1;
                var operations = new Dictionary<OperationId, Tally>(1);
                var states = new NodeStateWriter(database);
                for (var i = 0; i < events.Count; i++)
                {
                    var happened = events[i];
                    if (!operations.TryGetValue(happened.Operation, out var tally))
                        operations.Add(happened.Operation, tally = OwnOperation(database, engine, happened.Operation));
                    long? node = happened is OperationEvent.NodeEvent { Node: var name }
                        ? NodeKey(database, name) ?? throw new ArgumentException($"node {name} is in no plan", nameof(events))
                        : null;
                    database.EventInsert.Execute(EventMapping.ToRow(happened, first + i, tally.Key, node));
                    Apply(database, happened, tally, node);
                    if (!tally.IsSimulated && happened is OperationEvent.NodeEvent ofNode && !_passing.Contains(tally.Key)) states.Add(ofNode, first + i, tally.Key, tally.Kind, node!.Value);
                    _log.Apply(database, tally.Key, happened, node, first + i);
                }

                states.Save();
                foreach (var tally in operations.Values) tally.Save(database);
                _log.Save(database);
                return first;
            },
            cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<OperationEvent> ReadEventsAsync(
        OperationId? operation, long from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (key, last) = await Reader.RunAsync(
            database =>
            {
                var found = operation is { } id ? (long?)database.Scalar("SELECT key FROM operations WHERE id = $1", id.Value) ?? 0 : 0;
                return (Key: found, Last: operation is not null && found == 0 ? 0 : LastSequence(database));
            },
            cancellationToken).ConfigureAwait(false);
        while (from <= last)
        {
            var next = from;
            var page = await Reader.RunAsync(database => ReadPage(database, operation is null ? null : key, next, last), cancellationToken)
                .ConfigureAwait(false);
            foreach (var happened in page)
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return happened;
            }

            if (page.Length < PageSize) yield break;
            from = page[^1].Sequence + 1;
        }
    }

    private static long LastSequence(Database database) => (long?)database.Scalar("SELECT max(sequence) FROM events") ?? 0;

    private static Tally OwnOperation(Database database, EngineId engine, OperationId operation) =>
        database.Query(
            "SELECT key, kind, simulated FROM operations WHERE id = $1 AND engine = $2",
            static row => new Tally(row.GetInt64(0), (OperationKind)row.GetInt32(1), row.GetInt64(2) == 1), operation.Value, Text(engine)) is [var own]
            ? own
            : throw new LeaseLostException($"engine {Text(engine)} does not hold operation {operation}");

    private void Apply(Database database, OperationEvent happened, Tally tally, long? node)
    {
        switch (happened)
        {
            case OperationEvent.CancelRequested e:
                database.Execute("UPDATE operations SET cancel_requested_by = coalesce(cancel_requested_by, $2) WHERE key = $1", tally.Key, e.User);
                break;
            case OperationEvent.NodeFinished e:
                database.Execute("DELETE FROM leases WHERE node = $1 AND operation = $2", node, tally.Key);
                tally.Add(e.State);
                break;
            case OperationEvent.Finished e:
                database.Execute("DELETE FROM leases WHERE operation = $1", tally.Key);
                database.Execute(
                    "UPDATE operations SET state = CASE WHEN cancel_requested_by IS NULL THEN 1 ELSE 2 END, finished_at = $2 WHERE key = $1",
                    tally.Key, Ticks(e.At));
                tally.Set(e.Results);
                database.Execute("DELETE FROM stopped_nodes WHERE operation = $1", tally.Key);
                Note(database, OperationNotes.Ended(e, (string)database.Scalar("SELECT user FROM operations WHERE key = $1", tally.Key)!));
                break;
        }
    }

    private OperationEvent[] ReadPage(Database database, long? operation, long from, long last)
    {
        var rows = operation is null
            ? database.Query($"{SelectEvents} WHERE sequence BETWEEN $1 AND $2 ORDER BY sequence LIMIT {PageSize}", ReadRow, from, last)
            : database.Query(
                $"{SelectEvents} WHERE operation = $3 AND sequence BETWEEN $1 AND $2 ORDER BY sequence LIMIT {PageSize}", ReadRow, from, last, operation);
        _names.Load(database, rows);
        var page = new OperationEvent[rows.Count];
        for (var i = 0; i < page.Length; i++) page[i] = EventMapping.ToEvent(rows[i], _names);
        return page;
    }

    internal static EventRow ReadRow(SqliteDataReader row) => ReadRow(row, 0);

    /// <summary>Reads the columns of an event.</summary>
    /// <param name="row">The row.</param>
    /// <param name="first">The number of the first of them.</param>
    private static EventRow ReadRow(SqliteDataReader row, int first)
    {
        return new()
        {
            Sequence = row.GetInt64(first),
            Operation = row.GetInt64(first + 1),
            At = row.GetInt64(first + 2),
            Kind = (EventKind)row.GetInt32(first + 3),
            Node = Number(4),
            Step = (int?)Number(5),
            InstanceAttempt = (int?)Number(6),
            Attempt = (int?)Number(7),
            Set = (int?)Number(8),
            Duration = Number(9),
            Consequence = (FailureConsequence?)Number(10),
            State = (NodeState?)Number(11),
            Fault = Text(12),
            Detail = Text(13),
        };

        long? Number(int column) => row.IsDBNull(first + column) ? null : row.GetInt64(first + column);

        string? Text(int column) => row.IsDBNull(first + column) ? null : row.GetString(first + column);
    }

    /// <summary>How many nodes of an operation end in one batch of events, saved by one statement.</summary>
    private sealed class Tally(long key, OperationKind kind, bool isSimulated)
    {
        private NodeCounts _ended = new();
        private bool _replaces;

        public long Key => key;

        public OperationKind Kind => kind;

        public bool IsSimulated => isSimulated;

        public void Set(NodeCounts results) => (_ended, _replaces) = (results, true);

        public void Add(NodeState state) => _ended = _ended.Add(state);

        public void Save(Database database)
        {
            if (_ended == new NodeCounts() && !_replaces) return;
            database.Execute(
                _replaces
                    ? "UPDATE operations SET ok = $2, ko = $3, stopped = $4, cancelled = $5, discarded = $6 WHERE key = $1"
                    : """
                      UPDATE operations SET ok = ok + $2, ko = ko + $3, stopped = stopped + $4, cancelled = cancelled + $5, discarded = discarded + $6
                      WHERE key = $1
                      """,
                key, (long)_ended.Ok, (long)_ended.Ko, (long)_ended.Stopped, (long)_ended.Cancelled, (long)_ended.Discarded);
        }
    }
}
