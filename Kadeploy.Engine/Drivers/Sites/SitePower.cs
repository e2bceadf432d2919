using System.Collections.Immutable;
using Kadeploy.Engine.Configuration;
using Kadeploy.Engine.Drivers.Power;
using Kadeploy.Engine.Drivers.Refusing;

namespace Kadeploy.Engine.Drivers.Sites;

/// <summary>Makes the controllers of clusters.</summary>
internal static class SitePower
{
    /// <summary>Makes a cluster's.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="stateDirectory">The state directory.</param>
    /// <param name="time">The clock.</param>
    /// <returns>The controller, which all operations share: a machine's own controller gets one command at a time.</returns>
    public static IPowerController Of(ClusterSettings cluster, string stateDirectory, TimeProvider time) => cluster.Power switch
    {
        PowerSettings.Ipmi ipmi => new IpmiPowerController(
            node => ipmi.Endpoints.TryGetValue(node.Name, out var endpoint) ? endpoint : throw new DriverUnusableException(
                FaultCodes.DriverMissing, $"node {node.Name}: no management controller is configured for it"),
            ipmi.Options with { Home = Path.Combine(stateDirectory, "ipmitool") }, time),
        PowerSettings.Commands { Nodes.IsEmpty: true } commands => new CommandPowerController(commands.Options, time),
        PowerSettings.Commands commands => new PowerByNode(
            new CommandPowerController(commands.Options, time),
            commands.Nodes.ToImmutableDictionary(static each => each.Key, each => (IPowerController)new CommandPowerController(each.Value, time))),
        _ => new RefusingPowerController($"no power is configured for cluster '{cluster.Cluster.Name}': its nodes cannot be switched or rebooted from outside"),
    };
}
