using System.Text.Json;
using Kadeploy.Engine.Json;

namespace Kadeploy.Engine.Stores.Sqlite;

/// <summary>Turns events into rows and rows into events.</summary>
internal static class EventMapping
{
    /// <summary>Makes a row of an event.</summary>
    /// <param name="happened">The event; its own sequence number does not count.</param>
    /// <param name="sequence">The sequence number.</param>
    /// <param name="operation">The operation's key.</param>
    /// <param name="node">The node's key, or null when the event concerns no single node.</param>
    /// <returns>The row.</returns>
    public static EventRow ToRow(OperationEvent happened, long sequence, long operation, long? node)
    {
        var row = new EventRow
        {
            Sequence = sequence, Operation = operation, At = SqliteStore.Ticks(happened.At), Kind = KindOf(happened), Node = node,
        };
        if (happened is OperationEvent.StepEvent inStep)
            row = row with { Step = inStep.Step.Ordinal, InstanceAttempt = inStep.InstanceAttempt, Attempt = inStep.Attempt };
        return happened switch
        {
            OperationEvent.CancelRequested e => row with { Detail = Json(new() { User = e.User }) },
            OperationEvent.Finished e => row with { Detail = Json(new() { Results = e.Results }) },
            OperationEvent.SetFormed e => row with { Step = e.Step.Ordinal, Set = e.Set, Detail = Json(new() { Nodes = e.Nodes }) },
            OperationEvent.BroadcastProgressed e => row with { Step = e.Step.Ordinal, Set = e.Set, Detail = Json(new() { Progress = e.Progress }) },
            OperationEvent.BroadcastFinished e => row with { Step = e.Step.Ordinal, Set = e.Set, Detail = Json(new() { Summary = e.Summary }) },
            OperationEvent.StepStarted e => e.Set == 0 ? row : row with { Set = e.Set },
            OperationEvent.StepSucceeded e => row with
            {
                Duration = e.Duration.Ticks, Detail = e.Facts is null ? null : Json(new() { Facts = e.Facts }),
            },
            OperationEvent.StepFailed e => row with
            {
                Duration = e.Duration.Ticks, Consequence = e.Consequence, Fault = e.Fault.Code.ToString(), Detail = Json(new() { Fault = Detail(e.Fault) }),
            },
            OperationEvent.NodeFinished e => row with
            {
                State = e.State,
                Step = e.Step?.Ordinal,
                Fault = e.Fault?.Code.ToString(),
                Detail = e.Fault is null && e.Facts == NodeFacts.None
                    ? null
                    : Json(new() { Fault = Detail(e.Fault), Facts = e.Facts == NodeFacts.None ? null : e.Facts }),
            },
            _ => row,
        };
    }

    /// <summary>Makes an event of a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="names">Knows what the row's keys stand for.</param>
    /// <returns>The event.</returns>
    /// <exception cref="FormatException">The row makes no sense.</exception>
    public static OperationEvent ToEvent(in EventRow row, JournalNames names)
    {
        var (id, steps) = names.Operation(row.Operation);
        var sequence = row.Sequence;
        var at = SqliteStore.Time(row.At);
        var node = row.Node is { } key ? names.Node(key) : default;
        var step = row.Step is { } ordinal ? StepAt(steps, ordinal) : null;
        var instanceAttempt = row.InstanceAttempt ?? 0;
        var attempt = row.Attempt ?? 0;
        var detail = row.Detail is null ? null : JsonSerializer.Deserialize(row.Detail, StoreJson.Default.EventDetail);
        return row.Kind switch
        {
            EventKind.Started => new OperationEvent.Started { Sequence = sequence, Operation = id, At = at },
            EventKind.Resumed => new OperationEvent.Resumed { Sequence = sequence, Operation = id, At = at },
            EventKind.CancelRequested => new OperationEvent.CancelRequested
            {
                Sequence = sequence, Operation = id, At = at, User = detail?.User ?? throw Senseless(row),
            },
            EventKind.Finished => new OperationEvent.Finished
            {
                Sequence = sequence, Operation = id, At = at, Results = detail?.Results ?? throw Senseless(row),
            },
            EventKind.NodeLeased => new OperationEvent.NodeLeased { Sequence = sequence, Operation = id, At = at, Node = node },
            EventKind.SetFormed => new OperationEvent.SetFormed
            {
                Sequence = sequence, Operation = id, At = at, Step = step ?? throw Senseless(row), Set = row.Set ?? throw Senseless(row),
                Nodes = detail?.Nodes ?? throw Senseless(row),
            },
            EventKind.BroadcastProgressed => new OperationEvent.BroadcastProgressed
            {
                Sequence = sequence, Operation = id, At = at, Step = step ?? throw Senseless(row), Set = row.Set ?? throw Senseless(row),
                Progress = detail?.Progress ?? throw Senseless(row),
            },
            EventKind.BroadcastFinished => new OperationEvent.BroadcastFinished
            {
                Sequence = sequence, Operation = id, At = at, Step = step ?? throw Senseless(row), Set = row.Set ?? throw Senseless(row),
                Summary = detail?.Summary ?? throw Senseless(row),
            },
            EventKind.StepStarted => new OperationEvent.StepStarted
            {
                Sequence = sequence, Operation = id, At = at, Node = node, Step = step ?? throw Senseless(row),
                InstanceAttempt = instanceAttempt, Attempt = attempt, Set = row.Set ?? 0,
            },
            EventKind.StepSucceeded => new OperationEvent.StepSucceeded
            {
                Sequence = sequence, Operation = id, At = at, Node = node, Step = step ?? throw Senseless(row),
                InstanceAttempt = instanceAttempt, Attempt = attempt,
                Duration = new(row.Duration ?? throw Senseless(row)), Facts = detail?.Facts,
            },
            EventKind.StepFailed => new OperationEvent.StepFailed
            {
                Sequence = sequence, Operation = id, At = at, Node = node, Step = step ?? throw Senseless(row),
                InstanceAttempt = instanceAttempt, Attempt = attempt,
                Duration = new(row.Duration ?? throw Senseless(row)), Consequence = row.Consequence ?? throw Senseless(row),
                Fault = Fault(row, steps, detail) ?? throw Senseless(row),
            },
            EventKind.StepInterrupted => new OperationEvent.StepInterrupted
            {
                Sequence = sequence, Operation = id, At = at, Node = node, Step = step ?? throw Senseless(row),
                InstanceAttempt = instanceAttempt, Attempt = attempt,
            },
            EventKind.NodeFinished => new OperationEvent.NodeFinished
            {
                Sequence = sequence, Operation = id, At = at, Node = node, State = row.State ?? throw Senseless(row), Step = step,
                Fault = Fault(row, steps, detail), Facts = detail?.Facts ?? NodeFacts.None,
            },
            _ => throw Senseless(row),
        };
    }

    private static EventKind KindOf(OperationEvent happened) => happened switch
    {
        OperationEvent.Started => EventKind.Started,
        OperationEvent.Resumed => EventKind.Resumed,
        OperationEvent.CancelRequested => EventKind.CancelRequested,
        OperationEvent.Finished => EventKind.Finished,
        OperationEvent.NodeLeased => EventKind.NodeLeased,
        OperationEvent.SetFormed => EventKind.SetFormed,
        OperationEvent.BroadcastProgressed => EventKind.BroadcastProgressed,
        OperationEvent.BroadcastFinished => EventKind.BroadcastFinished,
        OperationEvent.StepStarted => EventKind.StepStarted,
        OperationEvent.StepSucceeded => EventKind.StepSucceeded,
        OperationEvent.StepFailed => EventKind.StepFailed,
        OperationEvent.StepInterrupted => EventKind.StepInterrupted,
        OperationEvent.NodeFinished => EventKind.NodeFinished,
        _ => throw new ArgumentOutOfRangeException(nameof(happened), happened, "no such kind of event"),
    };

    private static string Json(EventDetail detail) => JsonSerializer.Serialize(detail, StoreJson.Default.EventDetail);

    private static FaultDetail? Detail(Fault? fault) => fault is null
        ? null
        : new(fault.Step?.Ordinal, fault.InstanceAttempt, fault.Attempt, fault.Message, fault.Evidence, fault.SuggestedAction);

    private static Fault? Fault(in EventRow row, StepReference[] steps, EventDetail? detail)
    {
        if (row.Fault is null) return null;
        var fault = detail?.Fault ?? throw Senseless(row);
        return new()
        {
            Code = FaultCode.Parse(row.Fault),
            Step = fault.Step is { } ordinal ? StepAt(steps, ordinal) : null,
            InstanceAttempt = fault.InstanceAttempt,
            Attempt = fault.Attempt,
            Message = fault.Message,
            Evidence = fault.Evidence,
            SuggestedAction = fault.SuggestedAction,
        };
    }

    private static StepReference StepAt(StepReference[] steps, int ordinal) =>
        (uint)ordinal < (uint)steps.Length ? steps[ordinal] : throw new FormatException($"there is no step {ordinal}");

    private static FormatException Senseless(in EventRow row) => new($"event {row.Sequence} of kind {row.Kind} lacks a value");
}
