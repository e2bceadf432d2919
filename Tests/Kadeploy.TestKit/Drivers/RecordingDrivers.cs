using System.Collections.Frozen;
using Kadeploy.Engine.Drivers;

namespace Kadeploy.TestKit.Drivers;

/// <summary>A set of recording drivers, one broadcaster for all instances that send an image.</summary>
public sealed class RecordingDrivers
{
    public RecordingPowerController Power { get; } = new();

    public RecordingNetBoot NetBoot { get; } = new();

    public RecordingNodeChannel Channel { get; } = new();

    public RecordingVlanSwitch Vlan { get; } = new();

    public RecordingBroadcaster Broadcaster { get; } = new();

    public RecordingConsole Console { get; } = new();

    public RecordingFileSource Files { get; } = new();

    /// <summary>Gets or sets the key by which deployed systems are asked; null for none.</summary>
    public string? ProofKeyLine { get; set; }

    /// <summary>Gets the instances that the broadcaster serves; a test may take some away.</summary>
    public HashSet<string> Broadcasts { get; } =
        ["BroadcastEnvUnicast", "BroadcastEnvChain", "BroadcastEnvTree", "BroadcastEnvMulticast", "BroadcastEnvBittorrent", "BroadcastEnvCustom"];

    /// <summary>Gives the drivers as the engine takes them.</summary>
    public DriverSet ToSet() => new()
    {
        Power = Power,
        NetBoot = NetBoot,
        Channel = Channel,
        Vlan = Vlan,
        Console = Console,
        Files = Files,
        ProofKeyLine = ProofKeyLine,
        Broadcasters = Broadcasts.ToFrozenDictionary(static name => new InstanceName(name), IBroadcaster (_) => Broadcaster),
    };
}
