using System.Collections.Immutable;
using Kadeploy.Engine.Planning;

namespace Kadeploy.Engine.Configuration.Reading;

/// <summary>Reads the operations that are added before, after or instead of a micro-step.</summary>
internal static class CustomOperationReader
{
    private static readonly (string Key, CustomPlacement Placement)[] Places =
    [
        ("pre-ops", CustomPlacement.Before), ("post-ops", CustomPlacement.After), ("substitute", CustomPlacement.Instead),
    ];

    /// <summary>Reads those at a micro-step.</summary>
    /// <param name="section">The table with <c>pre-ops</c>, <c>post-ops</c> and <c>substitute</c>; those with '_' are the same.</param>
    /// <param name="target">The macro-step or instance.</param>
    /// <param name="step">The micro-step.</param>
    /// <param name="exist">Whether files on this machine have to exist already.</param>
    /// <returns>The operations.</returns>
    public static ImmutableArray<CustomOperation> Read(Section section, string target, MicroStepName step, bool exist)
    {
        var operations = ImmutableArray.CreateBuilder<CustomOperation>();
        foreach (var (key, placement) in Places)
        {
            var entries = section.Keys.Contains(key) ? section.Tables(key) : section.Tables(key.Replace('-', '_'));
            section.Accept(key);
            foreach (var entry in entries)
                if (Operation(entry, target, step, placement, exist) is { } operation) operations.Add(operation);
        }

        return operations.ToImmutable();
    }

    /// <summary>Reads a micro-step's name.</summary>
    /// <param name="text">The name.</param>
    /// <param name="problem">What is told when it is none.</param>
    /// <returns>The name, or null.</returns>
    public static MicroStepName? StepName(string text, Action<string> problem)
    {
        if (MicroStepName.TryParse(text, out var name) && PlanNames.MicroSteps.Contains(name.Value, StringComparer.OrdinalIgnoreCase)) return name;
        problem($"is no micro-step{NearestName.SuggestionOrList(name.Value ?? text, PlanNames.MicroSteps, PlanNames.MicroSteps)}");
        return null;
    }

    private static CustomOperation? Operation(Section section, string target, MicroStepName step, CustomPlacement placement, bool exist)
    {
        var name = section.Required("name");
        if (!section.Has("action")) section.Missing("action", "write exec, send or run");
        var action = section.Name<CustomAction>("action");
        section.Accept("scattering"); // Kadeploy 3's tree or chain: here each node gets its own copy
        if (action is null) return null;
        var operation = new CustomOperation
        {
            Name = name,
            Target = target,
            MicroStep = step,
            Placement = placement,
            Action = action.Value,
            Arguments = Arguments(section, action.Value),
            File = action is CustomAction.Exec ? null : File(section, exist),
            Retries = section.Integer("retries", 0, PlanLimits.Retries) ?? 0,
            Timeout = section.Timeout("timeout") ?? TimeoutExpression.None,
        };
        section.End();
        return operation;
    }

    private static ImmutableArray<string> Arguments(Section section, CustomAction action)
    {
        switch (action)
        {
            case CustomAction.Exec:
                if (!section.Has("command")) section.Missing("command", "exec runs a program");
                return section.Command("command")?.Words ?? [];
            case CustomAction.Send:
                var destination = section.Required("destination", "send puts the file into a directory");
                return destination.Length > 0 ? [destination] : [];
            default:
                return section.Words("params") ?? [];
        }
    }

    private static Uri? File(Section section, bool exist)
    {
        if (!section.Has("file")) section.Missing("file");
        return section.Location("file", exist);
    }
}
