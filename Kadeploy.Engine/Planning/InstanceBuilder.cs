using System.Collections.Immutable;
using Kadeploy.Engine.MacroSteps;
using Kadeploy.Engine.MicroSteps;

namespace Kadeploy.Engine.Planning;

/// <summary>The limits of reboots that a request names.</summary>
/// <param name="Firmware">Through the firmware; null for the cluster's own.</param>
/// <param name="Kexec">By kexec; null for the cluster's own.</param>
internal sealed record RebootLimits(TimeoutExpression? Firmware, TimeoutExpression? Kexec)
{
    /// <summary>Gives the one that concerns a variant of <see cref="WaitReboot"/>.</summary>
    /// <param name="variant">The variant.</param>
    /// <returns>The limit, or null.</returns>
    public TimeoutExpression? Of(string? variant) => WaitReboot.IsKexec(variant) ? Kexec : Firmware;
}

/// <summary>What a request adds to an implementation and leaves out of it.</summary>
internal sealed record InstanceWishes
{
    /// <summary>Gets what says why a micro-step is left out; null when it is not.</summary>
    public required Func<MicroStepName, string?> Bypassed { get; init; }

    /// <summary>Gets the custom operations.</summary>
    public required CustomOperationSet Custom { get; init; }

    /// <summary>Gets the limits of reboots.</summary>
    public RebootLimits Reboots { get; init; } = new(null, null);

    /// <summary>Gets how hard reboots begin where the implementation leaves that to the request.</summary>
    public PowerLevel Level { get; init; }
}

/// <summary>Turns implementations into the micro-steps that will run, numbered over the whole plan.</summary>
/// <param name="problems">Receives what is wrong.</param>
internal sealed class InstanceBuilder(Problems problems)
{
    private static readonly MicroStepName RebootStep = new(nameof(Reboot));

    private int _ordinal;

    /// <summary>Builds one instance.</summary>
    /// <param name="definition">The implementation.</param>
    /// <param name="chosen">The choice that led to it.</param>
    /// <param name="cluster">The cluster.</param>
    /// <param name="nodes">The number of its nodes in the plan.</param>
    /// <param name="wishes">What the request adds and leaves out.</param>
    /// <returns>The instance; one of which everything is left out gets a micro-step that does nothing.</returns>
    public InstancePlan Build(InstanceDefinition definition, ChosenInstance chosen, Cluster cluster, int nodes, InstanceWishes wishes)
    {
        var choice = chosen.Choice;
        CheckChoice(definition, choice, cluster);
        var steps = ImmutableArray.CreateBuilder<MicroStepPlan>();
        var bypassed = ImmutableArray.CreateBuilder<BypassedStep>();
        foreach (var step in definition.MicroSteps)
        {
            var reason = wishes.Bypassed(step.Name);
            if (reason is not null) bypassed.Add(new(step.Name, reason));
            var operations = Enum.GetValues<CustomPlacement>().ToDictionary(
                static placement => placement, placement => wishes.Custom.At(definition, step.Name, placement, problems));
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
                steps.Add(Own(step, settings, definition, cluster, wishes));
            if (settings?.Breakpoint == true) steps[first] = steps[first] with { Breakpoint = true };
            foreach (var operation in operations[CustomPlacement.After]) steps.Add(Custom(operation, definition, cluster));
        }

        if (steps.Count == 0) steps.Add(Own(nameof(Dummy), null, definition, cluster, wishes));
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
        TimeoutCheck.Check(plan, cluster, nodes, wishes.Reboots, chosen.Forced, problems);
        return plan;
    }

    private MicroStepPlan Own(InstanceStep step, MicroStepChoice? settings, InstanceDefinition instance, Cluster cluster, InstanceWishes wishes)
    {
        var definition = StepCatalog.All[step.Name];
        return new()
        {
            Step = Reference(definition.Name, instance, cluster),
            Variant = step.Variant == Reboot.Requested && step.Name == RebootStep ? wishes.Level.ToString() : step.Variant,
            Scope = definition.Scope,
            Retries = settings?.Retries ?? definition.Retries,
            Timeout = Limit(step, definition, settings, cluster, wishes.Reboots),
            Repeatable = definition.Repeatable,
            Resources = definition.Resources,
        };
    }

    private static TimeoutExpression Limit(
        InstanceStep step, MicroStepDefinition definition, MicroStepChoice? settings, Cluster cluster, RebootLimits asked)
    {
        if (step.Name != new MicroStepName(nameof(WaitReboot))) return settings?.Timeout ?? definition.Timeout;
        return asked.Of(step.Variant) ?? settings?.Timeout ?? (WaitReboot.IsKexec(step.Variant) ? cluster.KexecTimeout : cluster.RebootTimeout);
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
