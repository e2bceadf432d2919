using System.Collections.Immutable;
using Kadeploy.Engine.MicroSteps;

namespace Kadeploy.Engine.MacroSteps;

/// <summary>What a power operation does; no alternatives.</summary>
internal static class PowerInstances
{
    /// <summary>Gets the implementations; their names end with the name of the <see cref="PowerAction"/>.</summary>
    public static ImmutableArray<InstanceDefinition> Instances { get; } =
    [
        new(MacroStep.Power, nameof(PowerAction.Status), [nameof(PowerStatus)]),
        new(MacroStep.Power, nameof(PowerAction.On), [(nameof(Power), Power.On)]),
        new(MacroStep.Power, nameof(PowerAction.Off), [(nameof(Power), Power.Off)]),
        new(MacroStep.Power, nameof(PowerAction.Cycle), [(nameof(Power), Power.Off), (nameof(Power), Power.On)]),
    ];
}
