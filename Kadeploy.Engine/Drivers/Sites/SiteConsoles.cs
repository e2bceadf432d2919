using System.Collections.Frozen;
using Kadeploy.Engine.Configuration;
using Kadeploy.Engine.Drivers.Consoles;
using Kadeploy.Engine.Drivers.Power;
using Kadeploy.Engine.Drivers.Refusing;

namespace Kadeploy.Engine.Drivers.Sites;

/// <summary>Makes the consoles of clusters.</summary>
internal static class SiteConsoles
{
    /// <summary>Begins to follow a cluster's.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="nodes">Its nodes that an operation concerns.</param>
    /// <param name="time">The clock.</param>
    /// <returns>The console; to be disposed if it can be.</returns>
    public static IConsole Follow(ClusterSettings cluster, IEnumerable<Node> nodes, TimeProvider time)
    {
        var all = nodes.ToList();
        var usual = Follow(cluster.Console, cluster, all.Where(node => !cluster.NodeConsoles.ContainsKey(node.Name)), time);
        var own = all.Where(node => cluster.NodeConsoles.ContainsKey(node.Name))
            .ToFrozenDictionary(static node => node.Name, node => Follow(cluster.NodeConsoles[node.Name], cluster, [node], time));
        return own.Count == 0 ? usual : new ConsoleByNode(usual, own);
    }

    private static IConsole Follow(ConsoleSettings? console, ClusterSettings cluster, IEnumerable<Node> nodes, TimeProvider time) => (console, cluster.Power) switch
    {
        (ConsoleSettings.LogFile file, _) => new LogFileConsole(file.Path),
        (ConsoleSettings.Command command, var power) => new FollowedConsole(
            nodes, null, node => command.Template.For(node, (power as PowerSettings.Commands)?.Options.Connector ?? new CommandPowerOptions().Connector), time),
        (ConsoleSettings.SerialOverLan, PowerSettings.Ipmi ipmi) => SerialOverLan.Follow(nodes, ipmi, time),
        _ => new RefusingConsole($"no console is configured for cluster '{cluster.Cluster.Name}'"),
    };
}
