using Kadeploy.Engine.Drivers.Power;

namespace Kadeploy.Engine.Drivers.Vlans;

/// <summary>How nodes are moved between networks.</summary>
/// <param name="Command">The site's command, in which the word <c>NODES</c> stands for <c>-m NODE</c> of each node, <c>VLAN_ID</c> for the network and
/// <c>USER</c> for who asks.</param>
public sealed record VlanSettings(CommandTemplate Command)
{
    /// <summary>The word that stands for the nodes.</summary>
    public const string Nodes = "NODES";

    /// <summary>Gets what is put behind the first part of a node's name to name it in another network; <c>VLAN_ID</c> stands for the network.</summary>
    /// <value>Empty when nodes keep their addresses; the default.</value>
    public string HostnameSuffix { get; init; } = "";

    /// <summary>Names a node as it is called in a network.</summary>
    /// <param name="node">The node.</param>
    /// <param name="vlan">The network.</param>
    /// <returns>For example <c>node-1-kavlan-7.site.example</c>.</returns>
    public string HostOf(NodeName node, string vlan)
    {
        var rest = node.Value[node.ShortName.Length..];
        return $"{node.ShortName}{HostnameSuffix.Replace("VLAN_ID", vlan, StringComparison.Ordinal)}{rest}";
    }
}
