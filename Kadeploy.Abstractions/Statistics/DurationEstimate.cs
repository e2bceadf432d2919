using System.Collections.Immutable;

namespace Kadeploy;

/// <summary>How long an operation will take, by what earlier ones took.</summary>
/// <param name="Duration">From the beginning until the last node ends, if none fails.</param>
/// <param name="Median">Until half of the nodes have ended.</param>
/// <param name="Clusters">What it is based on; at least one.</param>
public sealed record DurationEstimate(TimeSpan Duration, TimeSpan Median, ImmutableArray<EstimateBasis> Clusters)
{
    /// <summary>Gets the number of earlier nodes on which the estimate is based, over all clusters.</summary>
    public int BasedOn => Clusters.Sum(static cluster => cluster.Nodes);
}

/// <summary>What an estimate is based on in one cluster: the latest nodes that ended well, at most <see cref="MostNodes"/>.</summary>
/// <param name="Cluster">The cluster.</param>
/// <param name="Environment">The environment that they received, as <c>name:version</c>; null when those with any environment count, because there are
/// fewer than <see cref="FewestNodes"/> with this one.</param>
/// <param name="Nodes">How many nodes, one counted again in each operation.</param>
/// <param name="Latest">When the latest of them started.</param>
/// <param name="Steps">Their micro-steps, in the order in which they are done.</param>
public sealed record EstimateBasis(
    string Cluster, string? Environment, int Nodes, DateTimeOffset Latest, ImmutableArray<StepFigures> Steps)
{
    /// <summary>Gets how many of the latest nodes count: 500.</summary>
    public static int MostNodes => 500;

    /// <summary>Gets how many nodes with the same environment must have ended well for the others not to count: 3.</summary>
    public static int FewestNodes => 3;
}
