using System.Collections.Immutable;
using System.Globalization;
using System.Net.Sockets;

namespace Kadeploy.Engine.Drivers.NetBoot;

/// <summary>Names the profiles of a node.</summary>
internal static class ProfileNames
{
    /// <summary>Gives the names.</summary>
    /// <param name="node">The node.</param>
    /// <param name="program">The boot program that looks for them.</param>
    /// <returns>One name, or one for each hardware address.</returns>
    /// <exception cref="DriverUnusableException">The node lacks what the name is made of.</exception>
    public static ImmutableArray<string> Of(Node node, NetBootProgram program)
    {
        ImmutableArray<string> names = program.Naming switch
        {
            ProfileNaming.IpHex => [Hex(node)],
            ProfileNaming.Ip => [node.Address?.ToString() ?? throw Lacks(node, "an address")],
            ProfileNaming.Hostname => [node.Name.Value],
            ProfileNaming.HostnameShort => [node.Name.Value.Split('.', 2)[0]],
            // 01 is the hardware type of Ethernet (RFC 1700, "Address Resolution Protocol Parameters").
            _ => [.. node.MacAddresses.Select(static mac => $"01-{mac.ToString().Replace(':', '-')}")],
        };
        if (names.IsEmpty) throw Lacks(node, "a hardware address");
        return [.. names.Select(name => program.NamePrefix + name + program.NameSuffix)];
    }

    private static string Hex(Node node) => node.Address is { AddressFamily: AddressFamily.InterNetwork } address
        ? string.Create(CultureInfo.InvariantCulture, $"{BitConverter.ToUInt32([.. address.GetAddressBytes().AsEnumerable().Reverse()]):X8}")
        : throw Lacks(node, "an IPv4 address");

    private static DriverUnusableException Lacks(Node node, string what) =>
        new(FaultCodes.BootProfile, $"node {node.Name} has no boot profile: the profiles of its cluster are named by {what}, and it has none configured");
}
