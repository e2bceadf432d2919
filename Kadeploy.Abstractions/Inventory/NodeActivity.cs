namespace Kadeploy;

/// <summary>What the journal knows of a node: who works on it now, what came of the last operation, what is on its disk.</summary>
public sealed record NodeActivity
{
    /// <summary>Gets what is known of a node that no operation ever had.</summary>
    public static NodeActivity None { get; } = new();

    /// <summary>Gets the whole in one word.</summary>
    public NodeCondition Condition { get; init; }

    /// <summary>Gets the operation that has the node now.</summary>
    /// <value>Null when none has.</value>
    public NodeHolder? Holder { get; init; }

    /// <summary>Gets the last operation that ended on the node and did something to it.</summary>
    /// <value>Null when there was none.</value>
    public NodeOutcome? Last { get; init; }

    /// <summary>Gets the environment that was deployed and proven last.</summary>
    /// <value>Null when there was none, or when an operation has begun to write to the disk since and did not come to its end.</value>
    public DeployedEnvironment? Environment { get; init; }
}

/// <summary>How a node stands, in one word. Nothing here says that a node is free: who may use it is a question of rights.</summary>
public enum NodeCondition
{
    /// <summary>No operation ever did anything to it.</summary>
    NeverUsed,

    /// <summary>An operation has it now.</summary>
    Busy,

    /// <summary>The last operation on it succeeded, and it has the environment that is named.</summary>
    Deployed,

    /// <summary>The last operation on it failed, with the fault that is named.</summary>
    Failed,

    /// <summary>It stands at a breakpoint.</summary>
    Stopped,

    /// <summary>The last operation on it was cancelled when it had begun.</summary>
    Cancelled,

    /// <summary>The last operation on it succeeded, but what is on its disk is not known.</summary>
    Unknown,
}

/// <summary>The operation that has a node.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="User">Whose it is.</param>
/// <param name="Since">Since when it has the node.</param>
public sealed record NodeHolder(OperationId Operation, OperationKind Kind, string User, DateTimeOffset Since)
{
    /// <summary>Gets the micro-step that was begun last.</summary>
    /// <value>Null before the first, and for operations on simulated nodes.</value>
    public StepReference? Step { get; init; }

    /// <summary>Gets when that was begun.</summary>
    /// <value>Null with <see cref="Step"/>.</value>
    public DateTimeOffset? StepSince { get; init; }
}

/// <summary>What came of an operation on a node.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="User">Whose it was.</param>
/// <param name="At">When it ended on the node.</param>
/// <param name="State">How: a final state.</param>
public sealed record NodeOutcome(OperationId Operation, OperationKind Kind, string User, DateTimeOffset At, NodeState State)
{
    /// <summary>Gets why it failed or was cancelled.</summary>
    /// <value>Null when it did not.</value>
    public Fault? Fault { get; init; }

    /// <summary>Gets the micro-step in front of which the node stopped.</summary>
    /// <value>Null when it did not.</value>
    public StepReference? Step { get; init; }
}

/// <summary>An environment that was deployed on a node, and proven to run.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Revision">Which description of this version it was, as the catalogue counts; 0 when it came from no catalogue.</param>
/// <param name="Owner">Who owned its description.</param>
/// <param name="Digest">The SHA-256 of what the node wrote, as it computed it, in lower-case hexadecimal digits; null when it is not known.</param>
/// <param name="At">When the deployment ended.</param>
/// <param name="User">Who deployed it.</param>
/// <param name="Operation">The deployment.</param>
public sealed record DeployedEnvironment(string Name, int Version, int Revision, string Owner, string? Digest, DateTimeOffset At, string User, OperationId Operation);
