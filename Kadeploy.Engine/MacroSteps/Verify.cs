using System.Collections.Immutable;
using Kadeploy.Engine.MicroSteps;

namespace Kadeploy.Engine.MacroSteps;

/// <summary>The ways of proving that what was deployed is what runs.</summary>
internal static class Verify
{
    /// <summary>Gets the implementations.</summary>
    public static ImmutableArray<InstanceDefinition> Instances { get; } =
    [
        new(MacroStep.Verify, "Standard", [nameof(VerifySystem)]),

        // For systems in which nothing of ours answers.
        new(MacroStep.Verify, "None", [nameof(Dummy)]),
    ];
}
