namespace Kadeploy.Engine.Stores.Sqlite;

/// <summary>The kinds of events by their numbers on disk, which never change.</summary>
internal enum EventKind
{
    Started = 1,
    Resumed = 2,
    CancelRequested = 3,
    Finished = 4,
    NodeLeased = 5,
    SetFormed = 6,
    StepStarted = 7,
    StepSucceeded = 8,
    StepFailed = 9,
    StepInterrupted = 10,
    NodeFinished = 11,
    BroadcastProgressed = 12,
    BroadcastFinished = 13,
}

/// <summary>A row of <c>events</c>, column by column; null stands for NULL.</summary>
internal readonly record struct EventRow
{
    public required long Sequence { get; init; }

    public required long Operation { get; init; }

    public required long At { get; init; }

    public required EventKind Kind { get; init; }

    public long? Node { get; init; }

    public int? Step { get; init; }

    public int? InstanceAttempt { get; init; }

    public int? Attempt { get; init; }

    public int? Set { get; init; }

    public long? Duration { get; init; }

    public FailureConsequence? Consequence { get; init; }

    public NodeState? State { get; init; }

    public string? Fault { get; init; }

    public string? Detail { get; init; }
}
