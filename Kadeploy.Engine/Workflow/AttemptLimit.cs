namespace Kadeploy.Engine.Workflow;

/// <summary>The limit of one attempt: the smaller of the micro-step's and of what the instance has left.</summary>
/// <param name="Time">The limit, or null for none.</param>
/// <param name="OfInstance">Whether it is the instance's.</param>
internal readonly record struct AttemptLimit(TimeSpan? Time, bool OfInstance)
{
    /// <summary>Works out the limit.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="position">The node's position.</param>
    /// <param name="nodes">How many nodes of the cluster have not ended: the <c>n</c> of the expressions.</param>
    /// <returns>The limit.</returns>
    public static AttemptLimit For(ClusterPlan plan, NodePosition position, int nodes)
    {
        var ofStep = position.StepIn(plan).Timeout.Evaluate(nodes);
        if (position.InstanceIn(plan).Timeout.Evaluate(nodes) is not { } ofInstance) return new(ofStep, false);
        var left = ofInstance > position.Spent ? ofInstance - position.Spent : TimeSpan.Zero;
        return ofStep is null || left < ofStep ? new(left, true) : new(ofStep, false);
    }
}
