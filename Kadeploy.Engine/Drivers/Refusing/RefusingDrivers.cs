using System.Collections.Frozen;

namespace Kadeploy.Engine.Drivers.Refusing;

/// <summary>Drivers for nodes that must not, or cannot, be touched.</summary>
internal static class RefusingDrivers
{
    /// <summary>Gets a set of drivers that all refuse.</summary>
    public static DriverSet All { get; } = new()
    {
        Power = new RefusingPowerController(),
        NetBoot = new RefusingNetBoot(),
        Channel = new RefusingNodeChannel(),
        Vlan = new RefusingVlanSwitch(),
        Console = new RefusingConsole(),
        Files = new RefusingFileSource(),
        Broadcasters = FrozenDictionary<InstanceName, IBroadcaster>.Empty,
    };
}
