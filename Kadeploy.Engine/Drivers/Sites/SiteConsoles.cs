using System.Collections.Frozen;
using Kadeploy.Engine.Configuration;
using Kadeploy.Engine.Drivers.Consoles;
using Kadeploy.Engine.Drivers.Power;
using Kadeploy.Engine.Drivers.Refusing;

namespace Kadeploy.Engine.Drivers.Sites;

/// <summary>Makes the consoles of clusters.</summary>
/// <param name="folder">Where processes that want the same console find each other.</param>
/// <param name="time">The clock.</param>
internal sealed class SiteConsoles(ConsoleFolder folder, TimeProvider time)
{
    /// <summary>Begins to follow a cluster's, as evidence.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="nodes">Its nodes that an operation concerns.</param>
    /// <param name="holder">The operation, as others are told.</param>
    /// <returns>The console; to be disposed if it can be.</returns>
    public IConsole Follow(ClusterSettings cluster, IEnumerable<Node> nodes, string holder)
    {
        var all = nodes.ToList();
        var usual = Follow(cluster.Console, cluster, all.Where(node => !cluster.NodeConsoles.ContainsKey(node.Name)), holder);
        var own = all.Where(node => cluster.NodeConsoles.ContainsKey(node.Name))
            .ToFrozenDictionary(static node => node.Name, node => Follow(cluster.NodeConsoles[node.Name], cluster, [node], holder));
        return own.Count == 0 ? usual : new ConsoleByNode(usual, own);
    }

    /// <summary>Makes what gives access to a cluster's.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="nodes">The nodes that an operation concerns; a session of a console concerns one.</param>
    /// <returns>The access, or what is missing.</returns>
    public ConsoleAccess Access(ClusterSettings cluster, IReadOnlyCollection<NodeName> nodes)
    {
        var console = nodes.Count == 1 && cluster.NodeConsoles.TryGetValue(nodes.First(), out var own) ? own : cluster.Console;
        return (console, Lines(console, cluster)) switch
        {
            (ConsoleSettings.LogFile file, _) => new ConsoleAccess.File(file),
            (_, { } lines) => new ConsoleAccess.Line(lines),
            _ => new ConsoleAccess.None(Missing(cluster)),
        };
    }

    private IConsole Follow(ConsoleSettings? console, ClusterSettings cluster, IEnumerable<Node> nodes, string holder) => (console, Lines(console, cluster)) switch
    {
        (ConsoleSettings.LogFile file, _) => new LogFileConsole(file),
        (_, { } lines) => new FollowedConsole(nodes, lines, holder),
        _ => new RefusingConsole(Missing(cluster)),
    };

    private static string Missing(ClusterSettings cluster) => $"no console is configured for cluster '{cluster.Cluster.Name}'";

    private ConsoleLineSettings? Lines(ConsoleSettings? console, ClusterSettings cluster) => (console, cluster.Power) switch
    {
        (ConsoleSettings.Command command, var power) => new(
            folder,
            node => new() { Command = command.Template.For(node, (power as PowerSettings.Commands)?.Options.Connector ?? new CommandPowerOptions().Connector) },
            cluster.ConsoleLogLimit, time),
        (ConsoleSettings.SerialOverLan, PowerSettings.Ipmi ipmi) => new(folder, SerialOverLan.Programs(ipmi, time), cluster.ConsoleLogLimit, time),
        _ => null,
    };
}

/// <summary>How users get at the consoles of a cluster.</summary>
internal abstract record ConsoleAccess
{
    private ConsoleAccess()
    {
    }

    /// <summary>By a line, on which they may type.</summary>
    /// <param name="Settings">The lines.</param>
    public sealed record Line(ConsoleLineSettings Settings) : ConsoleAccess;

    /// <summary>By a file, at which they look.</summary>
    /// <param name="Settings">The files.</param>
    public sealed record File(ConsoleSettings.LogFile Settings) : ConsoleAccess;

    /// <summary>Not at all.</summary>
    /// <param name="Missing">Why, for users.</param>
    public sealed record None(string Missing) : ConsoleAccess;
}
