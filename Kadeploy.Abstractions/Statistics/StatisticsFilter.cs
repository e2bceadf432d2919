using System.Collections.Immutable;

namespace Kadeploy;

/// <summary>Says which rows of the log count: one row is one node in one operation, once the node has ended in it.</summary>
/// <remarks>All conditions must hold; a list that is empty is no condition. Names that are not in the log match nothing.</remarks>
public sealed record StatisticsFilter
{
    /// <summary>Gets the nodes.</summary>
    /// <value>Null for all.</value>
    public NodeSet? Nodes { get; init; }

    /// <summary>Gets the users who asked for the operation.</summary>
    public ImmutableArray<string> Users { get; init; } = [];

    /// <summary>Gets the kinds of operations.</summary>
    /// <value>Empty for all; where failure rates are asked for, for all but consoles and questions for power.</value>
    public ImmutableArray<OperationKind> Kinds { get; init; } = [];

    /// <summary>Gets the clusters, by name.</summary>
    public ImmutableArray<string> Clusters { get; init; } = [];

    /// <summary>Gets the environments: <c>name</c> for all versions, or <c>name:version</c>.</summary>
    public ImmutableArray<string> Environments { get; init; } = [];

    /// <summary>Gets the codes of the faults with which nodes ended.</summary>
    public ImmutableArray<FaultCode> Faults { get; init; } = [];

    /// <summary>Gets the operation.</summary>
    /// <value>Null for all.</value>
    public OperationId? Operation { get; init; }

    /// <summary>Gets the earliest start of the node in its operation.</summary>
    /// <value>Null for no limit.</value>
    public DateTimeOffset? From { get; init; }

    /// <summary>Gets the moment before which the node started.</summary>
    /// <value>Null for no limit; the moment itself does not count.</value>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Gets how many retries and fallbacks a macro-step must have had.</summary>
    /// <value>From 0; the default is 0, which is no condition.</value>
    public int MinimumRetries { get; init; }

    /// <summary>Gets the macro-steps that must all have had <see cref="MinimumRetries"/>, by their place in the operation, from 1 to 4.</summary>
    /// <value>Empty: any one of them.</value>
    public ImmutableArray<int> RetrySteps { get; init; } = [];

    /// <summary>Gets a value indicating whether operations on simulated nodes are looked at, or those on real ones.</summary>
    /// <value>Never both: they would distort each other. The default is false.</value>
    public bool Simulated { get; init; }
}

/// <summary>A span of time.</summary>
/// <param name="From">Its beginning.</param>
/// <param name="Until">Its end, which does not belong to it.</param>
public readonly record struct Period(DateTimeOffset From, DateTimeOffset Until);
