using System.Text.Json.Serialization;

namespace Kadeploy;

/// <summary>An operation as it stands.</summary>
public sealed record Operation
{
    /// <summary>Gets the identifier.</summary>
    public required OperationId Id { get; init; }

    /// <summary>Gets the kind.</summary>
    public required OperationKind Kind { get; init; }

    /// <summary>Gets the user who asked for it.</summary>
    public required string User { get; init; }

    /// <summary>Gets the environment as name and version.</summary>
    /// <value>Empty when the operation installs none.</value>
    public string Environment { get; init; } = "";

    /// <summary>Gets the number of nodes asked for.</summary>
    public required int Nodes { get; init; }

    /// <summary>Gets a value indicating whether the nodes are simulated.</summary>
    public bool Simulated { get; init; }

    /// <summary>Gets where it stands.</summary>
    public required OperationState State { get; init; }

    /// <summary>Gets the time at which it was planned.</summary>
    public required DateTimeOffset PlannedAt { get; init; }

    /// <summary>Gets the time at which its last node ended.</summary>
    /// <value>Null while it is not finished.</value>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Gets how many nodes ended how.</summary>
    public NodeCounts Results { get; init; } = new();
}

/// <summary>How many nodes of an operation ended how; nodes that have not ended are in none of the numbers.</summary>
/// <param name="Ok">Nodes on which everything succeeded.</param>
/// <param name="Ko">Nodes that failed.</param>
/// <param name="Stopped">Nodes that stand at a breakpoint.</param>
/// <param name="Cancelled">Nodes on which the operation was cancelled.</param>
/// <param name="Discarded">Nodes that were busy with another operation and not touched.</param>
public sealed record NodeCounts(int Ok = 0, int Ko = 0, int Stopped = 0, int Cancelled = 0, int Discarded = 0)
{
    /// <summary>Gets the number of nodes that have ended.</summary>
    [JsonIgnore]
    public int Total => Ok + Ko + Stopped + Cancelled + Discarded;

    /// <summary>Counts one more node.</summary>
    /// <param name="state">How it ended: one of the final states.</param>
    /// <returns>The new numbers.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The state is not final.</exception>
    public NodeCounts Add(NodeState state) => state switch
    {
        NodeState.Ok => this with { Ok = Ok + 1 },
        NodeState.Ko => this with { Ko = Ko + 1 },
        NodeState.Stopped => this with { Stopped = Stopped + 1 },
        NodeState.Cancelled => this with { Cancelled = Cancelled + 1 },
        NodeState.Discarded => this with { Discarded = Discarded + 1 },
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "the node has not ended"),
    };
}

/// <summary>Where an operation stands.</summary>
public enum OperationState
{
    /// <summary>Journaled; an engine runs it or will take it up.</summary>
    Running,

    /// <summary>All nodes have ended.</summary>
    Finished,

    /// <summary>Cancelled by a user; all nodes have ended.</summary>
    Cancelled,
}
