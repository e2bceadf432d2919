using System.Collections.Immutable;

namespace Kadeploy;

/// <summary>Asks for rows of the log.</summary>
public sealed record LogQuery
{
    /// <summary>Gets which rows.</summary>
    public StatisticsFilter Filter { get; init; } = new();

    /// <summary>Gets the order; rows that are alike in it come by <see cref="LogEntry.Sequence"/>, rising.</summary>
    /// <value>The default is by the node's start.</value>
    public ImmutableArray<LogOrder> Sort { get; init; } = [new(LogField.Start)];

    /// <summary>Gets how many rows at most.</summary>
    /// <value>From 1; null for all.</value>
    public int? Limit { get; init; }
}

/// <summary>An order of rows.</summary>
/// <param name="Field">By what.</param>
/// <param name="Descending">Whether the largest comes first.</param>
/// <param name="Step">For fields of a macro-step: its place in the operation, from 1 to 4.</param>
public readonly record struct LogOrder(LogField Field, bool Descending = false, int Step = 1);

/// <summary>What rows of the log can be ordered by. Names are in natural order (<c>a-9</c> before <c>a-10</c>); what is absent comes first.</summary>
public enum LogField
{
    /// <summary>The node's start.</summary>
    Start,

    /// <summary>The operation, in the order in which operations were recorded.</summary>
    Operation,

    /// <summary>The kind of operation.</summary>
    Kind,

    /// <summary>The user.</summary>
    User,

    /// <summary>The node.</summary>
    Node,

    /// <summary>The cluster.</summary>
    Cluster,

    /// <summary>The environment.</summary>
    Environment,

    /// <summary>The time that the node took.</summary>
    Duration,

    /// <summary>How the node ended.</summary>
    State,

    /// <summary>The fault's code.</summary>
    Fault,

    /// <summary>The digest of the image.</summary>
    ImageDigest,

    /// <summary>The number of retries and fallbacks of all macro-steps.</summary>
    Retries,

    /// <summary>A macro-step's instance.</summary>
    StepInstance,

    /// <summary>A macro-step's limit.</summary>
    StepLimit,

    /// <summary>A macro-step's retries and fallbacks.</summary>
    StepRetries,

    /// <summary>A macro-step's duration.</summary>
    StepDuration,
}
