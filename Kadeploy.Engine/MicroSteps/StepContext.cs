using Kadeploy.Engine.Drivers;

namespace Kadeploy.Engine.MicroSteps;

/// <summary>What a micro-step sees of the world: one node, its attempt and its drivers.</summary>
internal sealed record StepContext
{
    /// <summary>Gets the node.</summary>
    public required Node Node { get; init; }

    /// <summary>Gets the plan of the node's cluster.</summary>
    public required ClusterPlan ClusterPlan { get; init; }

    /// <summary>Gets what was asked for.</summary>
    public required DeploymentRequest Request { get; init; }

    /// <summary>Gets the step as it was planned.</summary>
    public required MicroStepPlan Step { get; init; }

    /// <summary>Gets the attempt.</summary>
    public required AttemptId Attempt { get; init; }

    /// <summary>Gets what is known of the node so far.</summary>
    public required NodeFacts Facts { get; init; }

    /// <summary>Gets the drivers.</summary>
    public required DriverSet Drivers { get; init; }

    /// <summary>Gets what is told of broadcasts.</summary>
    /// <value>The default listens to nobody.</value>
    public BroadcastListener Broadcasts { get; init; } = BroadcastListener.None;

    /// <summary>Gets the cluster.</summary>
    public Cluster Cluster => ClusterPlan.Cluster;
}

/// <summary>Listens to broadcasts; from any thread.</summary>
/// <param name="Progressed">Is told how far the nodes are.</param>
/// <param name="Finished">Is told how it went.</param>
internal sealed record BroadcastListener(Action<BroadcastProgress> Progressed, Action<BroadcastSummary> Finished)
{
    /// <summary>Gets the one that listens to nobody.</summary>
    public static BroadcastListener None { get; } = new(static _ => { }, static _ => { });
}
