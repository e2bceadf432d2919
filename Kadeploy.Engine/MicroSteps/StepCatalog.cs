using System.Collections.Frozen;

namespace Kadeploy.Engine.MicroSteps;

/// <summary>The table of micro-steps, one line each.</summary>
internal static class StepCatalog
{
    /// <summary>Gets the micro-steps by name.</summary>
    public static FrozenDictionary<MicroStepName, MicroStepDefinition> All { get; } =
        Array.Empty<MicroStepDefinition>().ToFrozenDictionary(static step => step.Name);
}
