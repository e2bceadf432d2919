using Kadeploy.Engine.Configuration;
using Kadeploy.Engine.Drivers.Power;

namespace Kadeploy.Engine.Drivers.Consoles;

/// <summary>Follows consoles through the nodes' management controllers: IPMI 2.0 §15, by ipmitool.</summary>
internal static class SerialOverLan
{
    /// <summary>Begins to follow.</summary>
    /// <param name="nodes">Whose consoles.</param>
    /// <param name="settings">The controllers.</param>
    /// <param name="time">The clock.</param>
    /// <returns>The console, which holds one session with each controller until it is disposed.</returns>
    public static FollowedConsole Follow(IEnumerable<Node> nodes, PowerSettings.Ipmi settings, TimeProvider time)
    {
        var tool = new IpmiTool(settings.Options, time);
        return new(
            nodes.Where(node => settings.Endpoints.ContainsKey(node.Name)),
            // A controller has one such session, and a killed engine leaves it behind; when there is none, it says so.
            (node, stop) => tool.CallAsync(node, settings.Endpoints[node.Name], ["sol", "deactivate"], stop),
            node => tool.Command(settings.Endpoints[node.Name], ["sol", "activate"]),
            time);
    }
}
