using System.Collections.Frozen;

namespace Kadeploy.Engine.Drivers;

/// <summary>The drivers that serve the nodes of one operation.</summary>
public sealed record DriverSet
{
    /// <summary>Gets the driver of the management controllers.</summary>
    public required IPowerController Power { get; init; }

    /// <summary>Gets the driver of the boot profiles.</summary>
    public required INetBoot NetBoot { get; init; }

    /// <summary>Gets the driver that talks to nodes.</summary>
    public required INodeChannel Channel { get; init; }

    /// <summary>Gets the driver that moves nodes between networks.</summary>
    public required IVlanSwitch Vlan { get; init; }

    /// <summary>Gets the driver that follows serial consoles.</summary>
    public required IConsole Console { get; init; }

    /// <summary>Gets where images, archives and scripts come from.</summary>
    public required IFileSource Files { get; init; }

    /// <summary>Gets the line of <c>authorized_keys</c> by which deployed systems let this engine ask what runs, and nothing else.</summary>
    /// <value>Null when none is added; the default.</value>
    public string? ProofKeyLine { get; init; }

    /// <summary>Gets what cuts single nodes off; the channel and the broadcasters heed it.</summary>
    public NodeStops Stops { get; init; } = new();

    /// <summary>Gets the broadcasters by the instance of the macro-step that uses them, such as <c>BroadcastEnvChain</c>.</summary>
    public required FrozenDictionary<InstanceName, IBroadcaster> Broadcasters { get; init; }

    /// <summary>Gets what gives users access to consoles.</summary>
    /// <value>Null when there are none.</value>
    internal Sites.ConsoleLines? Lines { get; init; }
}
