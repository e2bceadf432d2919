namespace Kadeploy.Engine.Stores.Sqlite.Log;

/// <summary>What the log tells of a plan.</summary>
internal sealed class TrackedPlan
{
    private readonly Func<NodeName, string> _clusterOf;

    private TrackedPlan(IReadOnlyList<StepReference> steps, Func<StepReference, TimeSpan?> limitOf, Func<NodeName, string> clusterOf, bool deployment)
    {
        _clusterOf = clusterOf;
        Steps = new PlannedStep[steps.Count];
        var places = new Dictionary<string, List<MacroStep>>(StringComparer.Ordinal);
        foreach (var step in steps)
        {
            if (!places.TryGetValue(step.Cluster, out var known)) places.Add(step.Cluster, known = []);
            if (!known.Contains(step.MacroStep)) known.Add(step.MacroStep);
            // A deployment's macro-steps have the places of their names, whichever of them a plan has; others count in the order of the plan.
            var place = deployment && (int)step.MacroStep < LogEntry.MostSteps ? (int)step.MacroStep : known.IndexOf(step.MacroStep);
            Steps[step.Ordinal] = new(step, place < LogEntry.MostSteps ? place : -1, limitOf(step)?.Ticks);
        }
    }

    /// <summary>Gets the micro-steps by their numbers.</summary>
    public PlannedStep[] Steps { get; }

    /// <summary>Reads a plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <returns>What the log tells of it.</returns>
    public static TrackedPlan Of(OperationPlan plan)
    {
        var steps = new List<StepReference>();
        var limits = new Dictionary<int, TimeSpan?>();
        foreach (var cluster in plan.Clusters)
            foreach (var macroStep in cluster.MacroSteps)
                foreach (var instance in macroStep.Instances)
                {
                    var limit = instance.Timeout.Evaluate(cluster.Nodes.Length);
                    foreach (var microStep in instance.MicroSteps)
                    {
                        steps.Add(microStep.Step);
                        limits[microStep.Step.Ordinal] = limit;
                    }
                }

        return new(steps, step => limits[step.Ordinal], node => ClusterOf(plan, node), plan.Kind == OperationKind.Deployment);
    }

    /// <summary>Reads what the journal itself tells of a plan that cannot be read any more: no limits, and no clusters of nodes that never began.</summary>
    /// <param name="database">The database.</param>
    /// <param name="operation">The operation's key.</param>
    /// <param name="kind">Its kind.</param>
    /// <returns>What the log tells of it.</returns>
    public static TrackedPlan OfJournal(Database database, long operation, OperationKind kind)
    {
        var steps = database.Query(
            "SELECT ordinal, cluster, macro_step, instance, micro_step FROM steps WHERE operation = $1 ORDER BY ordinal",
            static row => new StepReference(row.GetInt32(0), row.GetString(1), (MacroStep)row.GetInt32(2), new(row.GetString(3)), new(row.GetString(4))),
            operation);
        var clusters = steps.Select(static step => step.Cluster).Distinct(StringComparer.Ordinal).ToList();
        return new(steps, static _ => null, _ => clusters is [var only] ? only : "", kind == OperationKind.Deployment);
    }

    /// <summary>Gives the cluster of a node that began nothing.</summary>
    /// <param name="node">The node.</param>
    /// <returns>Its name; empty when it is not known.</returns>
    public string ClusterOf(NodeName node) => _clusterOf(node);

    private static string ClusterOf(OperationPlan plan, NodeName node)
    {
        if (plan.Clusters is [var only]) return only.Cluster.Name;
        foreach (var cluster in plan.Clusters)
            foreach (var each in cluster.Nodes)
                if (each.Name == node) return cluster.Cluster.Name;
        return "";
    }
}

/// <summary>A micro-step of a plan.</summary>
/// <param name="Step">Its names.</param>
/// <param name="Place">The place of its macro-step in the operation, from 0; -1 for macro-steps that rows have no room for.</param>
/// <param name="Limit">The limit of its instance as on disk, or null.</param>
internal sealed record PlannedStep(StepReference Step, int Place, long? Limit);
