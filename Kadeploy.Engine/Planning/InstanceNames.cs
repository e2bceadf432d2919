using Kadeploy.Engine.MacroSteps;

namespace Kadeploy.Engine.Planning;

/// <summary>Finds implementations of macro-steps for people, who misspell them and know those of Kadeploy 3.</summary>
internal static class InstanceNames
{
    /// <summary>Finds an implementation of a macro-step.</summary>
    /// <param name="macroStep">The macro-step.</param>
    /// <param name="name">Its full or its short name.</param>
    /// <param name="problem">Null, or what is wrong.</param>
    /// <returns>The implementation, or null.</returns>
    public static InstanceDefinition? Resolve(MacroStep macroStep, string name, out string? problem)
    {
        var found = InstanceCatalog.Find(macroStep, name);
        problem = found switch
        {
            null when name.Length == 0 => $"an instance of {macroStep} is missing; known are {Known(macroStep)}",
            null => $"'{name}' is no instance of {macroStep}{Suggestion(macroStep, name)}; known are {Known(macroStep)}",
            _ when found.MacroStep != macroStep => $"{found.Name} is an instance of {found.MacroStep}, not of {macroStep}",
            _ => null,
        };
        return problem is null ? found : null;
    }

    private static string Known(MacroStep macroStep) => string.Join(", ", InstanceCatalog.NamesOf(macroStep));

    private static string Suggestion(MacroStep macroStep, string name)
    {
        var shortName = name.StartsWith(macroStep.ToString(), StringComparison.OrdinalIgnoreCase) ? name[macroStep.ToString().Length..] : name;
        if (macroStep == MacroStep.BroadcastEnv && shortName.ToUpperInvariant() is "KASCADE" or "KASTAFIOR")
            return "; use BroadcastEnvChain instead";
        return NearestName.Suggestion(
            shortName == name ? macroStep + name : name, InstanceCatalog.NamesOf(macroStep));
    }
}
