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

    /// <summary>Gets the macro-steps of deployments.</summary>
    public static ImmutableArray<string> OfDeployments { get; } = Of(OperationKind.Deployment);

    /// <summary>Gets the micro-steps.</summary>
    public static ImmutableArray<string> MicroSteps { get; } =
        [.. StepCatalog.All.Keys.Select(static name => name.Value).Order(StringComparer.Ordinal)];

    /// <summary>Gives the macro-steps of a kind of operation.</summary>
    /// <param name="kind">The kind.</param>
    /// <returns>Their names.</returns>
    public static ImmutableArray<string> Of(OperationKind kind) => [.. OperationPhases.Of(kind).Select(static macroStep => macroStep.ToString())];
}
