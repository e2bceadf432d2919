using System.Collections.Immutable;
using Kadeploy.Engine.Drivers;
using Kadeploy.Engine.MacroSteps;
using Kadeploy.Engine.MicroSteps;

namespace Kadeploy.Engine.Planning;

/// <summary>Plans what is done to machines without installing anything: reboots, power operations and consoles.</summary>
internal static class MachinePlanner
{
    /// <summary>Plans an operation.</summary>
    /// <param name="request">What is asked for; no deployment.</param>
    /// <param name="knownNodes">The nodes that exist.</param>
    /// <param name="clusters">The clusters that exist.</param>
    /// <param name="driversOf">Gives the drivers that will serve a cluster's nodes.</param>
    /// <param name="id">The operation's identifier.</param>
    /// <param name="now">The time now.</param>
    /// <param name="simulation">How the cluster is simulated; null when nodes are real.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="ConfigurationException">The request cannot be carried out; all problems are listed.</exception>
    public static OperationPlan Plan(
        OperationRequest request, IReadOnlyList<Node> knownNodes, IReadOnlyList<Cluster> clusters, Func<Cluster, DriverSet> driversOf,
        OperationId id, DateTimeOffset now, SimulationOptions? simulation)
    {
        var problems = new Problems();
        RequestCheck.CheckText("user", request.User, problems, required: true);
        var (instance, operations, breakpointText) = Read(request, problems);
        CustomOperationCheck.Check(operations, "", problems);
        var groups = NodeSelection.Select(request.Nodes, knownNodes, clusters, problems);
        var breakpoint = breakpointText is null ? null : Breakpoint.Parse(breakpointText, request.Kind, problems);
        var builder = new InstanceBuilder(problems);
        var plans = groups.Select(group => Build(request, instance, operations, group.Cluster, group.Nodes, builder)).ToList();
        foreach (var plan in plans) DriverCheck.Check(plan, driversOf(plan.Cluster), problems);
        if (breakpoint is not null) plans = [.. plans.Select(plan => breakpoint.Set(plan, problems))];
        Planner.CheckUse(operations, plans, problems);
        problems.ThrowIfAny();
        return new()
        {
            Operation = id,
            Kind = request.Kind,
            User = request.User,
            PlannedAt = now,
            Request = request,
            Clusters = [.. plans],
            Simulation = simulation,
        };
    }

    private static (string Instance, ImmutableArray<CustomOperation> Operations, string? Breakpoint) Read(OperationRequest request, Problems problems)
    {
        switch (request)
        {
            case RebootRequest reboot:
                RebootCheck.Check(reboot, problems);
                return (reboot.Into.ToString(), reboot.CustomOperations, reboot.Breakpoint);
            case PowerRequest power:
                RequestCheck.CheckText("breakpoint", power.Breakpoint, problems, required: true);
                return (power.Action.ToString(), power.CustomOperations, power.Breakpoint);
            case ConsoleRequest:
                if (request.Nodes.Length > 1) problems.Add($"a console is that of one node, and {request.Nodes.Length} are named; name one");
                return ("Session", [], null);
            default:
                throw new ArgumentOutOfRangeException(nameof(request), request, "deployments are planned elsewhere");
        }
    }

    private static ClusterPlan Build(
        OperationRequest request, string instance, ImmutableArray<CustomOperation> operations, Cluster cluster, ImmutableArray<Node> nodes, InstanceBuilder builder)
    {
        var macroStep = OperationPhases.Of(request.Kind).Single();
        var definition = InstanceCatalog.Find(macroStep, instance) ?? throw new InvalidOperationException($"there is no instance {instance} of {macroStep}");
        var reboot = request as RebootRequest;
        var plan = builder.Build(definition, new(new(definition.Name), Forced: true), cluster, nodes.Length, new()
        {
            Bypassed = step => Bypassed(step, reboot),
            Custom = new(operations, cluster),
            Reboots = new(reboot?.RebootTimeout, null),
            Level = reboot?.Level ?? PowerLevel.Soft,
        });
        return new() { Cluster = cluster, Nodes = nodes, MacroSteps = [new(macroStep, [plan])] };
    }

    private static string? Bypassed(MicroStepName step, RebootRequest? reboot)
    {
        if (step == new MicroStepName(nameof(SetVlan)) && reboot?.Vlan is null) return "no network was asked for";
        return step == new MicroStepName(nameof(SendKeyInDeployEnv)) && reboot?.AuthorizedKeys is null ? "no key was given" : null;
    }
}
