using System.Collections.Immutable;
using Kadeploy.Engine.MacroSteps;

namespace Kadeploy.Engine.Planning;

/// <summary>Turns chosen implementations into the micro-steps that will run, numbered over the whole plan.</summary>
/// <param name="request">The request.</param>
/// <param name="forced">What <see cref="DeploymentRequest.ForceSteps"/> says.</param>
/// <param name="problems">Receives what is wrong.</param>
internal sealed class PlanBuilder(DeploymentRequest request, ImmutableArray<MacroStepChoice> forced, Problems problems)
{
    private readonly InstanceBuilder _instances = new(problems);

    /// <summary>Builds the part of the plan that concerns one cluster.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="nodes">Its nodes.</param>
    /// <returns>The part; it is complete only when no problem was found.</returns>
    public ClusterPlan Build(Cluster cluster, ImmutableArray<Node> nodes)
    {
        var custom = new CustomOperationSet(request.CustomOperations, cluster);
        var macroSteps = ImmutableArray.CreateBuilder<MacroStepPlan>();
        foreach (var macroStep in OperationPhases.OfDeployments)
        {
            var instances = ImmutableArray.CreateBuilder<InstancePlan>();
            foreach (var chosen in WorkflowAdaptation.Choose(macroStep, request, cluster, forced, problems))
            {
                if (InstanceNames.Resolve(macroStep, chosen.Choice.Name.Value, out var problem) is { } definition)
                    instances.Add(Build(definition, chosen, cluster, nodes.Length, custom));
                else
                    problems.Add($"cluster {cluster.Name}: {problem}");
            }

            macroSteps.Add(new(macroStep, instances.ToImmutable()));
        }

        return new() { Cluster = cluster, Nodes = nodes, MacroSteps = macroSteps.ToImmutable() };
    }

    /// <summary>Builds one instance.</summary>
    /// <param name="definition">The implementation.</param>
    /// <param name="chosen">The choice that led to it.</param>
    /// <param name="cluster">The cluster.</param>
    /// <param name="nodes">The number of its nodes in the plan.</param>
    /// <param name="custom">The custom operations.</param>
    /// <returns>The instance; one of which everything is left out gets a micro-step that does nothing.</returns>
    public InstancePlan Build(InstanceDefinition definition, ChosenInstance chosen, Cluster cluster, int nodes, CustomOperationSet custom)
    {
        var @case = new BypassCase(request, cluster, definition);
        return _instances.Build(definition, chosen, cluster, nodes, new()
        {
            Bypassed = step => BypassRules.Reason(step, @case), Custom = custom, Reboots = new(request.RebootTimeout, request.KexecTimeout),
        });
    }
}
