using System.Collections.Immutable;
using Kadeploy.Engine.MacroSteps;
using Kadeploy.Engine.MicroSteps;

namespace Kadeploy.Engine.Planning;

/// <summary>The names that people may write in requests.</summary>
internal static class PlanNames
{
    /// <summary>Gets the macro-steps and their implementations.</summary>
    public static ImmutableArray<string> MacroStepsAndInstances { get; } =
        [.. Enum.GetNames<MacroStep>(), .. InstanceCatalog.All.Select(static instance => instance.Name.Value)];

    /// <summary>Gets the micro-steps.</summary>
    public static ImmutableArray<string> MicroSteps { get; } =
        [.. StepCatalog.All.Keys.Select(static name => name.Value).Order(StringComparer.Ordinal)];
}
