using System.Collections.Immutable;

namespace Kadeploy;

/// <summary>Asks for nodes that stand out among their cluster.</summary>
public sealed record SuspectQuery
{
    /// <summary>Gets which rows count.</summary>
    public StatisticsFilter Filter { get; init; } = new();

    /// <summary>Gets how many operations a node must have ended for its failures to be judged, and how many durations for its speed.</summary>
    /// <value>From 2; the default is 5.</value>
    public int FewestOperations { get; init; } = 5;

    /// <summary>Gets how improbable failures must be by chance, over all nodes of the cluster together.</summary>
    /// <value>Above 0 and below 1; the default is 0.01: in a cluster of equal nodes, one query in a hundred accuses any of them.</value>
    public double Significance { get; init; } = 0.01;

    /// <summary>Gets how many of a node's latest faults are shown as evidence.</summary>
    /// <value>From 0; the default is 3.</value>
    public int Faults { get; init; } = 3;
}

/// <summary>A node that stands out among its cluster, with the evidence.</summary>
public sealed record SuspectNode
{
    /// <summary>Gets the node.</summary>
    public required NodeName Node { get; init; }

    /// <summary>Gets its cluster.</summary>
    public required string Cluster { get; init; }

    /// <summary>Gets its failures.</summary>
    public required FailureRate Failures { get; init; }

    /// <summary>Gets why its failures are not chance.</summary>
    /// <value>Null when they may be.</value>
    public FailureEvidence? FailsOften { get; init; }

    /// <summary>Gets the micro-steps in which it is slow, the most striking first.</summary>
    public required ImmutableArray<SlowStepEvidence> SlowSteps { get; init; }

    /// <summary>Gets its latest failures, newest first.</summary>
    public required ImmutableArray<LogEntry> LatestFailures { get; init; }
}

/// <summary>Why the failures of a node are not chance.</summary>
/// <param name="RateOfOthers">The failure rate of the cluster's other nodes.</param>
/// <param name="TotalOfOthers">On how many it is based.</param>
/// <param name="Probability">How probable so many failures or more would be if the node were like the others (binomial distribution), multiplied by the
/// number of nodes that were judged (Bonferroni), at most 1.</param>
public sealed record FailureEvidence(double RateOfOthers, long TotalOfOthers, double Probability);

/// <summary>A micro-step that is slow on a node.</summary>
/// <param name="Step">The micro-step.</param>
/// <param name="Count">How often the node did it.</param>
/// <param name="Median">The node's median.</param>
/// <param name="ClusterMedian">The median of the medians of the cluster's nodes.</param>
/// <param name="Nodes">How many nodes that is.</param>
/// <param name="Score">By how many robust standard deviations the node's median lies above the cluster's (Iglewicz and Hoaglin 1993: 0.6745 times the
/// distance, by the median absolute deviation).</param>
public sealed record SlowStepEvidence(LoggedStep Step, long Count, TimeSpan Median, TimeSpan ClusterMedian, int Nodes, double Score);
