namespace Kadeploy;

/// <summary>Something that happened in an operation; the journal is the list of these, and everything else is a reading of it.</summary>
/// <remarks>A closed hierarchy: consumers switch over the nested cases.</remarks>
public abstract record OperationEvent
{
    private OperationEvent()
    {
    }

    /// <summary>Gets the place in the journal: from 1, rising, over all operations of a store.</summary>
    /// <value>0 before the event is stored.</value>
    public long Sequence { get; init; }

    /// <summary>Gets the operation.</summary>
    public required OperationId Operation { get; init; }

    /// <summary>Gets the time, by the clock of the engine that ran the operation.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>An engine began the operation.</summary>
    public sealed record Started : OperationEvent;

    /// <summary>An engine took up what another, or an earlier run of itself, left.</summary>
    public sealed record Resumed : OperationEvent;

    /// <summary>A user asked for the operation to be cancelled.</summary>
    public sealed record CancelRequested : OperationEvent
    {
        /// <summary>Gets who asked.</summary>
        public required string User { get; init; }
    }

    /// <summary>All nodes have ended.</summary>
    public sealed record Finished : OperationEvent
    {
        /// <summary>Gets how they ended.</summary>
        public required NodeCounts Results { get; init; }
    }

    /// <summary>Nodes gathered for a set-scope micro-step, which begins.</summary>
    public sealed record SetFormed : OperationEvent
    {
        /// <summary>Gets the step.</summary>
        public required StepReference Step { get; init; }

        /// <summary>Gets the set's number in the operation, from 1.</summary>
        public required int Set { get; init; }

        /// <summary>Gets the number of nodes in it.</summary>
        public required int Nodes { get; init; }
    }

    /// <summary>How far the nodes of a broadcast are; about once a second while it goes on.</summary>
    public sealed record BroadcastProgressed : OperationEvent
    {
        /// <summary>Gets the step.</summary>
        public required StepReference Step { get; init; }

        /// <summary>Gets the set's number in the operation, from 1.</summary>
        public required int Set { get; init; }

        /// <summary>Gets how far they are.</summary>
        public required BroadcastProgress Progress { get; init; }
    }

    /// <summary>A broadcast has ended on all of its nodes.</summary>
    public sealed record BroadcastFinished : OperationEvent
    {
        /// <summary>Gets the step.</summary>
        public required StepReference Step { get; init; }

        /// <summary>Gets the set's number in the operation, from 1.</summary>
        public required int Set { get; init; }

        /// <summary>Gets how it went.</summary>
        public required BroadcastSummary Summary { get; init; }
    }

    /// <summary>Something that happened to one node.</summary>
    public abstract record NodeEvent : OperationEvent
    {
        private protected NodeEvent()
        {
        }

        /// <summary>Gets the node.</summary>
        public required NodeName Node { get; init; }
    }

    /// <summary>The node belongs to the operation now.</summary>
    public sealed record NodeLeased : NodeEvent;

    /// <summary>Something that happened to one node in one attempt at a micro-step.</summary>
    public abstract record StepEvent : NodeEvent
    {
        private protected StepEvent()
        {
        }

        /// <summary>Gets the micro-step.</summary>
        public required StepReference Step { get; init; }

        /// <summary>Gets which run of the instance, from 1.</summary>
        public required int InstanceAttempt { get; init; }

        /// <summary>Gets which attempt at the micro-step in that run, from 1.</summary>
        public required int Attempt { get; init; }
    }

    /// <summary>The intent: from here on the attempt may change the machine.</summary>
    public sealed record StepStarted : StepEvent
    {
        /// <summary>Gets the set with which the node goes through the step.</summary>
        /// <value>0 for node-scope steps.</value>
        public int Set { get; init; }
    }

    /// <summary>The attempt succeeded.</summary>
    public sealed record StepSucceeded : StepEvent
    {
        /// <summary>Gets how long the attempt took.</summary>
        public required TimeSpan Duration { get; init; }

        /// <summary>Gets what was learned.</summary>
        /// <value>Null when nothing was.</value>
        public NodeFacts? Facts { get; init; }
    }

    /// <summary>The attempt failed.</summary>
    public sealed record StepFailed : StepEvent
    {
        /// <summary>Gets how long the attempt took.</summary>
        public required TimeSpan Duration { get; init; }

        /// <summary>Gets what went wrong.</summary>
        public required Fault Fault { get; init; }

        /// <summary>Gets what follows.</summary>
        public required FailureConsequence Consequence { get; init; }
    }

    /// <summary>The engine died during the attempt, which must not be repeated; a new attempt follows, and no retry is charged.</summary>
    public sealed record StepInterrupted : StepEvent;

    /// <summary>The node has ended.</summary>
    public sealed record NodeFinished : NodeEvent
    {
        /// <summary>Gets how: one of the final states.</summary>
        public required NodeState State { get; init; }

        /// <summary>Gets why, unless all is well.</summary>
        /// <value>Null for <see cref="NodeState.Ok"/> and <see cref="NodeState.Stopped"/>.</value>
        public Fault? Fault { get; init; }

        /// <summary>Gets the micro-step in front of which the node stands, for <see cref="NodeState.Stopped"/>.</summary>
        public StepReference? Step { get; init; }

        /// <summary>Gets what was learned about the node.</summary>
        public NodeFacts Facts { get; init; } = NodeFacts.None;
    }
}

/// <summary>What follows a failed attempt.</summary>
public enum FailureConsequence
{
    /// <summary>Another attempt at the same micro-step.</summary>
    Retry,

    /// <summary>The same instance again, from its first micro-step.</summary>
    RestartInstance,

    /// <summary>The next instance of the macro-step.</summary>
    Fallback,

    /// <summary>Nothing is left: the node is KO.</summary>
    GiveUp,

    /// <summary>The operation was cancelled.</summary>
    Cancel,
}
