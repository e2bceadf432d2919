namespace Kadeploy;

/// <summary>How an operation ended on one node.</summary>
public sealed record NodeResult
{
    /// <summary>Gets the node.</summary>
    public required NodeName Node { get; init; }

    /// <summary>Gets how it ended: one of the final states.</summary>
    public required NodeState State { get; init; }

    /// <summary>Gets the operation.</summary>
    public required OperationId Operation { get; init; }

    /// <summary>Gets the environment as name and version.</summary>
    /// <value>Empty when the operation installs none.</value>
    public string Environment { get; init; } = "";

    /// <summary>Gets the micro-step in front of which the node stands, or in which it failed.</summary>
    /// <value>Null for nodes on which everything succeeded and for those that were never touched.</value>
    public StepReference? Step { get; init; }

    /// <summary>Gets why it did not succeed.</summary>
    /// <value>Null for <see cref="NodeState.Ok"/> and <see cref="NodeState.Stopped"/>.</value>
    public Fault? Fault { get; init; }

    /// <summary>Gets what was learned about the node, such as its disk and the digest of what was written.</summary>
    public NodeFacts Facts { get; init; } = NodeFacts.None;

    /// <summary>Gets the time at which it ended, by the clock of the engine that ran the operation.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Gets the time from the operation's beginning until the node ended.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Gets a value indicating whether the node is as was asked: everything succeeded, or it stands at the breakpoint.</summary>
    public bool Succeeded => State is NodeState.Ok or NodeState.Stopped;

    /// <summary>Makes a result of an event.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="end">The event.</param>
    /// <param name="began">The time of the operation's beginning.</param>
    /// <returns>The result.</returns>
    public static NodeResult Of(Operation operation, OperationEvent.NodeFinished end, DateTimeOffset began)
    {
        ArgumentNullException.ThrowIfNull(operation);
        ArgumentNullException.ThrowIfNull(end);
        return new()
        {
            Node = end.Node,
            State = end.State,
            Operation = operation.Id,
            Environment = operation.Environment,
            Step = end.Step ?? end.Fault?.Step,
            Fault = end.Fault,
            Facts = end.Facts,
            At = end.At,
            Duration = end.At - began,
        };
    }
}
