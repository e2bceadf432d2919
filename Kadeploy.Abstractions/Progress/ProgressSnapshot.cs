using System.Collections.Immutable;

namespace Kadeploy.Progress;

/// <summary>A picture of an operation under way.</summary>
internal sealed record ProgressSnapshot
{
    /// <summary>Gets the number of nodes.</summary>
    public required int Total { get; init; }

    /// <summary>Gets how many nodes ended how.</summary>
    public required NodeCounts Results { get; init; }

    /// <summary>Gets the time of the first event; null before.</summary>
    public required DateTimeOffset? Started { get; init; }

    /// <summary>Gets the time of the latest event.</summary>
    public required DateTimeOffset Latest { get; init; }

    /// <summary>Gets the number of events since the operation was started or last resumed.</summary>
    public required long Events { get; init; }

    /// <summary>Gets the macro-steps in their order.</summary>
    public required ImmutableArray<MacroStepTally> MacroSteps { get; init; }

    /// <summary>Gets how far each broadcast is that is under way.</summary>
    public ImmutableArray<BroadcastProgress> Broadcasts { get; init; } = [];

    /// <summary>Gets how each broadcast went that has ended, in their order.</summary>
    public ImmutableArray<BroadcastSummary> EndedBroadcasts { get; init; } = [];

    /// <summary>Gets the nodes that have been longest in one attempt, longest first.</summary>
    public required ImmutableArray<SlowNode> Slowest { get; init; }

    /// <summary>Gets the number of nodes that have ended.</summary>
    public int Ended => Results.Ok + Results.Ko + Results.Stopped + Results.Cancelled + Results.Discarded;

    /// <summary>Gets the time from the first to the latest event.</summary>
    public TimeSpan Elapsed => Started is { } started ? Latest - started : TimeSpan.Zero;
}

/// <summary>A node in an attempt.</summary>
/// <param name="Name">The node.</param>
/// <param name="Step">The micro-step.</param>
/// <param name="Since">When the attempt began.</param>
/// <param name="Attempt">Which attempt, from 1.</param>
internal sealed record SlowNode(NodeName Name, StepReference Step, DateTimeOffset Since, int Attempt);

/// <summary>Nodes that ended alike, with the same fault code.</summary>
/// <param name="State">How they ended.</param>
/// <param name="Example">The fault of the first of them.</param>
internal sealed record FaultGroup(NodeState State, Fault Example)
{
    /// <summary>Gets the code.</summary>
    public FaultCode Code => Example.Code;

    /// <summary>Gets the message of the first of them.</summary>
    public string Message => Example.Message;

    /// <summary>Gets what to do next.</summary>
    public string SuggestedAction => Example.SuggestedAction;

    /// <summary>Gets the nodes, in the order in which they ended.</summary>
    public List<NodeName> Nodes { get; } = [];
}
