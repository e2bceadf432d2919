using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Kadeploy.Engine.MacroSteps;

/// <summary>Finds implementations of macro-steps by name.</summary>
internal static class InstanceCatalog
{
    private static readonly FrozenDictionary<InstanceName, InstanceDefinition> ByName = new[]
    {
        SetDeploymentEnv.Instances, BroadcastEnv.Instances, BootNewEnv.Instances, Verify.Instances, RebootInstances.Instances, PowerInstances.Instances,
        ConsoleInstances.Instances,
    }.SelectMany(static instances => instances).ToFrozenDictionary(static instance => instance.Name);

    /// <summary>Gets all implementations, in the order of the macro-steps.</summary>
    public static ImmutableArray<InstanceDefinition> All { get; } =
    [
        .. SetDeploymentEnv.Instances, .. BroadcastEnv.Instances, .. BootNewEnv.Instances, .. Verify.Instances, .. RebootInstances.Instances,
        .. PowerInstances.Instances, .. ConsoleInstances.Instances,
    ];

    /// <summary>Finds an implementation by its full name.</summary>
    /// <param name="name">The full name, in any case.</param>
    /// <returns>The implementation, or null.</returns>
    public static InstanceDefinition? Find(InstanceName name) => ByName.GetValueOrDefault(name);

    /// <summary>Finds an implementation of a macro-step by its full name or by what follows the macro-step's name.</summary>
    /// <param name="macroStep">The macro-step.</param>
    /// <param name="name"><c>SetDeploymentEnvUntrusted</c> or <c>Untrusted</c>, in any case.</param>
    /// <returns>The implementation, or null; one of another macro-step is found by its full name.</returns>
    public static InstanceDefinition? Find(MacroStep macroStep, string name) =>
        Find(new InstanceName(name)) ?? Find(new InstanceName(macroStep + name));

    /// <summary>Lists the implementations of a macro-step.</summary>
    /// <param name="macroStep">The macro-step.</param>
    /// <returns>Their full names.</returns>
    public static IEnumerable<string> NamesOf(MacroStep macroStep) =>
        All.Where(instance => instance.MacroStep == macroStep).Select(static instance => instance.Name.Value);
}
