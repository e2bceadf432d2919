using System.Collections.Immutable;
using Kadeploy.Engine.MacroSteps;
using Kadeploy.Engine.MicroSteps;

namespace Kadeploy.Engine.Planning;

/// <summary>Turns chosen implementations into the micro-steps that will run, numbered over the whole plan.</summary>
/// <param name="request">The request.</param>
/// <param name="forced">What <see cref="DeploymentRequest.ForceSteps"/> says.</param>
/// <param name="problems">Receives what is wrong.</param>
internal sealed class PlanBuilder(DeploymentRequest request, ImmutableArray<MacroStepChoice> forced, Problems problems)
{
    private int _ordinal;

    /// <summary>Builds the part of the plan that concerns one cluster.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="nodes">Its nodes.</param>
    /// <returns>The part; it is complete only when no problem was found.</returns>
    public ClusterPlan Build(Cluster cluster, ImmutableArray<Node> nodes)
    {
        var custom = new CustomOperationSet(request, cluster);
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
        var choice = chosen.Choice;
        CheckChoice(definition, choice, cluster);
        var @case = new BypassCase(request, cluster, definition);
        var steps = ImmutableArray.CreateBuilder<MicroStepPlan>();
        var bypassed = ImmutableArray.CreateBuilder<BypassedStep>();
        foreach (var step in definition.MicroSteps)
        {
            var reason = BypassRules.Reason(step.Name, @case);
            if (reason is not null) bypassed.Add(new(step.Name, reason));
            var operations = Enum.GetValues<CustomPlacement>().ToDictionary(
                static placement => placement, placement => custom.At(definition, step.Name, placement, problems));
            if (reason is not null)
            {
                bypassed.AddRange(operations.Values.SelectMany(static all => all).Select(operation => new BypassedStep(
                    CustomOperationSet.StepName(operation), $"it goes with {step.Name}, which is left out: {reason}")));
                continue;
            }

            var settings = choice.MicroSteps.FirstOrDefault(setting => setting.Name == step.Name);
            var first = steps.Count;
            foreach (var operation in operations[CustomPlacement.Before]) steps.Add(Custom(operation, definition, cluster));
            foreach (var operation in operations[CustomPlacement.Instead]) steps.Add(Custom(operation, definition, cluster));
            if (operations[CustomPlacement.Instead] is { IsEmpty: false } substitutes)
                bypassed.Add(new(step.Name, $"{CustomOperationSet.StepName(substitutes[0])} takes its place"));
            else
                steps.Add(Own(step, settings, definition, cluster));
            if (settings?.Breakpoint == true) steps[first] = steps[first] with { Breakpoint = true };
            foreach (var operation in operations[CustomPlacement.After]) steps.Add(Custom(operation, definition, cluster));
        }

        if (steps.Count == 0) steps.Add(Own(nameof(Dummy), null, definition, cluster));
        if (!choice.Raisable) steps.Add(new() { Step = Reference(StepCatalog.HoldNodes, definition, cluster), Scope = StepScope.Barrier });
        var plan = new InstancePlan
        {
            Name = definition.Name,
            Retries = choice.Retries,
            Timeout = choice.Timeout ?? StepDefaults.InstanceTimeout(definition.MacroStep),
            Breakpoint = choice.Breakpoint,
            MicroSteps = steps.ToImmutable(),
            Bypassed = bypassed.ToImmutable(),
        };
        TimeoutCheck.Check(plan, cluster, nodes, request, chosen.Forced, problems);
        return plan;
    }

    private MicroStepPlan Own(InstanceStep step, MicroStepChoice? settings, InstanceDefinition instance, Cluster cluster)
    {
        var definition = StepCatalog.All[step.Name];
        return new()
        {
            Step = Reference(definition.Name, instance, cluster),
            Variant = step.Variant,
            Scope = definition.Scope,
            Retries = settings?.Retries ?? definition.Retries,
            Timeout = Limit(step, definition, settings, cluster),
            Repeatable = definition.Repeatable,
            Resources = definition.Resources,
        };
    }

    private TimeoutExpression Limit(InstanceStep step, MicroStepDefinition definition, MicroStepChoice? settings, Cluster cluster)
    {
        if (step.Name != new MicroStepName(nameof(WaitReboot))) return settings?.Timeout ?? definition.Timeout;
        return WaitReboot.IsKexec(step.Variant)
            ? request.KexecTimeout ?? settings?.Timeout ?? cluster.KexecTimeout
            : request.RebootTimeout ?? settings?.Timeout ?? cluster.RebootTimeout;
    }

    private MicroStepPlan Custom(CustomOperation operation, InstanceDefinition instance, Cluster cluster) => new()
    {
        Step = Reference(CustomOperationSet.StepName(operation), instance, cluster),
        Scope = StepCatalog.CustomOperation.Scope,
        Retries = operation.Retries,
        Timeout = operation.Timeout,
        Repeatable = StepCatalog.CustomOperation.Repeatable,
        Resources = StepCatalog.CustomOperation.Resources,
        Custom = operation,
    };

    private StepReference Reference(MicroStepName name, InstanceDefinition instance, Cluster cluster) =>
        new(_ordinal++, cluster.Name, instance.MacroStep, instance.Name, name);

    private void CheckChoice(InstanceDefinition definition, InstanceChoice choice, Cluster cluster)
    {
        var where = $"cluster {cluster.Name}: {definition.Name}";
        if (choice.Retries is < 0 or > PlanLimits.Retries)
            problems.Add($"{where} has {choice.Retries} retries; write a number from 0 to {PlanLimits.Retries}");
        foreach (var setting in choice.MicroSteps)
        {
            if (!definition.MicroSteps.Any(step => step.Name == setting.Name))
                problems.Add(
                    $"{where} has no micro-step '{Quoted.Text(setting.Name.Value)}'"
                    + NearestName.Suggestion(setting.Name.Value, definition.MicroSteps.Select(static step => step.Name.Value)));
            if (setting.Retries is < 0 or > PlanLimits.Retries)
                problems.Add($"{where}: {setting.Name} has {setting.Retries} retries; write a number from 0 to {PlanLimits.Retries}");
        }
    }
}
