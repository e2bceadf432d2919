using System.Collections.Immutable;
using Kadeploy.Engine.MicroSteps;

namespace Kadeploy.Engine.MacroSteps;

/// <summary>What a console operation does; no alternatives.</summary>
internal static class ConsoleInstances
{
    /// <summary>Gets the implementations.</summary>
    public static ImmutableArray<InstanceDefinition> Instances { get; } = [new(MacroStep.Console, "Session", [nameof(HoldConsole)])];
}
