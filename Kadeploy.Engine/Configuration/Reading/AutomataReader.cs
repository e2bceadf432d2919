using System.Collections.Immutable;
using Kadeploy.Engine.MacroSteps;
using Kadeploy.Engine.Planning;

namespace Kadeploy.Engine.Configuration.Reading;

/// <summary>Reads a cluster's workflow: which implementations of the macro-steps are tried, in which order.</summary>
internal static class AutomataReader
{
    /// <summary>Reads it.</summary>
    /// <param name="section">The table <c>automata</c>.</param>
    /// <returns>The workflow, with defaults for macro-steps that are not there, and the administrator's operations.</returns>
    public static (ImmutableArray<MacroStepChoice> Workflow, ImmutableArray<CustomOperation> Operations) Read(Section section)
    {
        section.Accept("macrosteps");
        var steps = section.Table("macrosteps") ?? section; // where Kadeploy 3 has them
        var operations = ImmutableArray.CreateBuilder<CustomOperation>();
        var workflow = ImmutableArray.CreateBuilder<MacroStepChoice>();
        foreach (var otherwise in StepDefaults.Workflow)
        {
            var key = otherwise.MacroStep.ToString();
            var entries = steps.Tables(key);
            if (steps.Has(key) && entries.Count == 0) steps.Problem(key, "is empty; write at least one instance, or leave the key out");
            var instances = entries.Select(entry => Instance(entry, otherwise.MacroStep, operations)).OfType<InstanceChoice>().ToImmutableArray();
            foreach (var twice in instances.GroupBy(static instance => instance.Name).Where(static group => group.Count() > 1))
                steps.Problem(key, $"names {twice.Key} {twice.Count()} times; give it retries instead");
            workflow.Add(instances.IsEmpty ? otherwise : new(otherwise.MacroStep, instances));
        }

        if (steps != section) steps.End();
        section.End();
        return (workflow.ToImmutable(), operations.ToImmutable());
    }

    private static InstanceChoice? Instance(Section section, MacroStep macroStep, ImmutableArray<CustomOperation>.Builder operations)
    {
        var type = section.Required("type", $"name an instance of {macroStep}");
        string? problem = null;
        var definition = type.Length > 0 ? InstanceNames.Resolve(macroStep, type, out problem) : null;
        if (problem is not null) section.Problem("type", $"is wrong: {problem}");
        var choice = new InstanceChoice(
            definition?.Name ?? new(type), section.Integer("retries", 0, PlanLimits.Retries) ?? 0, section.Timeout("timeout"))
        {
            Raisable = section.Flag("raisable") ?? true,
            Breakpoint = section.Flag("breakpoint") ?? false,
            MicroSteps = [.. section.Tables("microsteps").Select(step => MicroStep(step, definition, operations)).OfType<MicroStepChoice>()],
        };
        section.End();
        return definition is null ? null : choice;
    }

    private static MicroStepChoice? MicroStep(Section section, InstanceDefinition? instance, ImmutableArray<CustomOperation>.Builder operations)
    {
        var text = section.Required("name");
        var name = text.Length > 0 ? CustomOperationReader.StepName(text, problem => section.Problem("name", problem)) : null;
        if (name is not null && instance is not null && instance.MicroSteps.All(step => step.Name != name))
            section.Problem("name", $"is {name}, which {instance.Name} does not have; it has {string.Join(", ", instance.MicroSteps.Select(static step => step.Name.Value).Distinct())}");
        if (section.Flag("raisable") == false)
            section.Problem("raisable", "is false, which is there for instances only; nodes do not wait for each other between micro-steps");
        var choice = new MicroStepChoice(
            name ?? default, section.Integer("retries", 0, PlanLimits.Retries), section.Timeout("timeout"), section.Flag("breakpoint") ?? false);
        operations.AddRange(CustomOperationReader.Read(section, instance?.Name.Value ?? "", name ?? default, exist: true));
        section.End();
        return name is null ? null : choice;
    }
}
