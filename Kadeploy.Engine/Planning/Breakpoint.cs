using System.Collections.Immutable;
using Kadeploy.Engine.MicroSteps;

namespace Kadeploy.Engine.Planning;

/// <summary>Where nodes stop, as a user writes it: <c>Macro</c> or <c>Macro:micro</c>.</summary>
/// <param name="text">What the user wrote.</param>
/// <param name="targets">The implementations that are meant.</param>
/// <param name="step">The micro-step; null for the whole instance.</param>
internal sealed class Breakpoint(string text, ImmutableArray<InstanceName> targets, MicroStepName? step)
{
    /// <summary>Reads a breakpoint.</summary>
    /// <param name="text">A macro-step or an instance, and after a colon a micro-step.</param>
    /// <param name="kind">The kind of operation.</param>
    /// <param name="problems">Receives what is wrong.</param>
    /// <returns>The breakpoint, or null when something is wrong.</returns>
    public static Breakpoint? Parse(string text, OperationKind kind, Problems problems)
    {
        var shown = Quoted.Text(text);
        var colon = text.IndexOf(':');
        var macro = (colon < 0 ? text : text[..colon]).Trim();
        var targets = CustomOperationCheck.Targets(macro).Select(static instance => instance.Name).ToImmutableArray();
        if (targets.IsEmpty)
            problems.Add(
                $"breakpoint '{shown}': '{Quoted.Text(macro)}' is neither a macro-step nor an instance"
                + NearestName.SuggestionOrList(macro, PlanNames.MacroStepsAndInstances, PlanNames.Of(kind)));
        if (colon < 0) return targets.IsEmpty ? null : new(text, targets, null);

        var micro = text[(colon + 1)..].Trim();
        var known = MicroStepName.TryParse(micro, out var name)
            && (StepCatalog.All.ContainsKey(name) || name.Value.StartsWith("custom_", StringComparison.OrdinalIgnoreCase));
        if (!known)
            problems.Add(
                $"breakpoint '{shown}': '{Quoted.Text(micro)}' is no micro-step"
                + NearestName.SuggestionOrList(MicroStepName.TryParse(micro, out name) ? name.Value : micro, PlanNames.MicroSteps, PlanNames.MicroSteps));
        return known && !targets.IsEmpty ? new(text, targets, name) : null;
    }

    /// <summary>Sets the breakpoint in a cluster's part of a plan.</summary>
    /// <param name="plan">The part.</param>
    /// <param name="problems">Receives what is wrong.</param>
    /// <returns>The part with the breakpoint.</returns>
    public ClusterPlan Set(ClusterPlan plan, Problems problems)
    {
        var set = false;
        var changed = plan with
        {
            MacroSteps =
            [
                .. plan.MacroSteps.Select(macroStep => macroStep with
                {
                    Instances = [.. macroStep.Instances.Select(instance => Set(instance, ref set))],
                }),
            ],
        };
        if (!set) problems.Add($"breakpoint '{Quoted.Text(text)}': {WhyNot(plan)}");
        return changed;
    }

    private InstancePlan Set(InstancePlan instance, ref bool set)
    {
        if (!targets.Contains(instance.Name)) return instance;
        if (step is null)
        {
            set = true;
            return instance with { Breakpoint = true };
        }

        // Nodes stop before what was put in front of the micro-step, too: nothing of it has happened yet.
        for (var i = 0; i < instance.MicroSteps.Length; i++)
        {
            var microStep = instance.MicroSteps[i];
            if (microStep.Step.MicroStep != step && !(microStep.Custom is { } custom && custom.MicroStep == step && custom.Placement != CustomPlacement.After))
                continue;
            set = true;
            return instance with { MicroSteps = instance.MicroSteps.SetItem(i, microStep with { Breakpoint = true }) };
        }

        return instance;
    }

    private string WhyNot(ClusterPlan plan)
    {
        var instances = plan.MacroSteps.SelectMany(static macroStep => macroStep.Instances).ToList();
        var meant = instances.Where(instance => targets.Contains(instance.Name)).ToList();
        if (meant.Count == 0)
            return $"it is not used on cluster {plan.Cluster.Name}; used are {string.Join(", ", instances.Select(static instance => instance.Name.Value).Distinct())}";
        if (meant.SelectMany(static instance => instance.Bypassed).FirstOrDefault(bypassed => bypassed.MicroStep == step) is { } left)
            return $"{left.MicroStep} is left out on cluster {plan.Cluster.Name}: {left.Reason}";
        var steps = meant.SelectMany(static instance => instance.MicroSteps).Select(static microStep => microStep.Step.MicroStep.Value).Distinct();
        return $"{step} is not used on cluster {plan.Cluster.Name}; used there are {string.Join(", ", steps)}";
    }
}
