using System.Collections.Immutable;
using Kadeploy.Engine.Drivers;

namespace Kadeploy.Engine.Planning;

/// <summary>Plans operations: decides everything that will be done, without doing anything, and refuses what cannot be done.</summary>
internal static class Planner
{
    /// <summary>Plans a deployment.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="knownNodes">The nodes that exist.</param>
    /// <param name="clusters">The clusters that exist.</param>
    /// <param name="drivers">The drivers that will serve the nodes.</param>
    /// <param name="id">The operation's identifier.</param>
    /// <param name="now">The time now.</param>
    /// <param name="simulation">How the cluster is simulated; null when nodes are real.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="ConfigurationException">The request cannot be carried out; all problems are listed.</exception>
    public static OperationPlan Plan(
        DeploymentRequest request, IReadOnlyList<Node> knownNodes, IReadOnlyList<Cluster> clusters, DriverSet drivers,
        OperationId id, DateTimeOffset now, SimulationOptions? simulation) =>
        Plan(request, knownNodes, clusters, _ => drivers, id, now, simulation);

    /// <summary>Plans a deployment of clusters that are served by different drivers.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="knownNodes">The nodes that exist.</param>
    /// <param name="clusters">The clusters that exist.</param>
    /// <param name="driversOf">Gives the drivers that will serve a cluster's nodes.</param>
    /// <param name="id">The operation's identifier.</param>
    /// <param name="now">The time now.</param>
    /// <param name="simulation">How the cluster is simulated; null when nodes are real.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="ConfigurationException">The request cannot be carried out; all problems are listed.</exception>
    public static OperationPlan Plan(
        DeploymentRequest request, IReadOnlyList<Node> knownNodes, IReadOnlyList<Cluster> clusters, Func<Cluster, DriverSet> driversOf,
        OperationId id, DateTimeOffset now, SimulationOptions? simulation)
    {
        var problems = new Problems();
        RequestCheck.Check(request, simulation, problems);
        CustomOperationCheck.Check(request.CustomOperations, "", problems);
        var groups = NodeSelection.Select(request.Nodes, knownNodes, clusters, problems);
        foreach (var (cluster, _) in groups) CustomOperationCheck.Check(cluster.CustomOperations, $"cluster {cluster.Name}: ", problems);

        var before = problems.Count;
        var forced = request.ForceSteps is null ? [] : ForceSteps.Parse(request.ForceSteps, problems);
        var workflowKnown = problems.Count == before;
        var breakpoint = request.Breakpoint is null ? null : Breakpoint.Parse(request.Breakpoint, request.Kind, problems);

        var builder = new PlanBuilder(request, forced, problems);
        var plans = groups.Select(group => builder.Build(group.Cluster, group.Nodes)).ToList();
        foreach (var plan in plans)
        {
            ClusterCheck.Check(request, plan.Cluster, plan, problems);
            DriverCheck.Check(plan, driversOf(plan.Cluster), problems);
        }

        // While the workflow is misspelled, what it does not contain is no news.
        if (workflowKnown)
        {
            if (breakpoint is not null) plans = [.. plans.Select(plan => breakpoint.Set(plan, problems))];
            CheckUse(request.CustomOperations, plans, problems);
        }

        problems.ThrowIfAny();
        return new()
        {
            Operation = id,
            Kind = OperationKind.Deployment,
            User = request.User,
            PlannedAt = now,
            Request = request,
            Clusters = [.. plans],
            Simulation = simulation,
        };
    }

    /// <summary>Refuses operations of the user that would silently not take place, because nothing uses the instance that they name.</summary>
    /// <param name="operations">The operations.</param>
    /// <param name="plans">What will be done.</param>
    /// <param name="problems">Receives what is wrong.</param>
    public static void CheckUse(ImmutableArray<CustomOperation> operations, List<ClusterPlan> plans, Problems problems)
    {
        if (plans.Count == 0) return;
        var used = plans.SelectMany(static plan => plan.MacroSteps).SelectMany(static macroStep => macroStep.Instances)
            .Select(static instance => instance.Name).ToHashSet();
        foreach (var operation in operations)
        {
            var targets = CustomOperationCheck.Targets(operation.Target).ToList();
            var fitting = targets.Where(target => target.MicroSteps.Any(step => step.Name == operation.MicroStep)).ToList();
            if (fitting.Count > 0 && !fitting.Exists(target => used.Contains(target.Name)))
                problems.Add(
                    $"custom operation '{Quoted.Text(operation.Name)}': {operation.MicroStep} of {operation.Target} is not used in this operation; "
                    + $"used are {string.Join(", ", used.Select(static name => name.Value).Order(StringComparer.Ordinal))}");
        }
    }
}
