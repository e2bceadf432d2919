using System.Collections.Immutable;
using Kadeploy.Engine.Drivers.Power;

namespace Kadeploy.Engine.Configuration.Reading;

/// <summary>Brings a cluster and its nodes together, wherever each of them is defined.</summary>
internal static class ClusterNodes
{
    /// <summary>Adds nodes to a cluster.</summary>
    /// <param name="settings">The cluster, perhaps with nodes.</param>
    /// <param name="nodes">Further nodes, read with the cluster's context.</param>
    /// <param name="problem">Is told what does not fit, with the line of the node.</param>
    /// <returns>The cluster with all nodes.</returns>
    public static ClusterSettings Join(ClusterSettings settings, ImmutableArray<NodeEntry> nodes, Action<int, string> problem)
    {
        if (settings.Context.Ipmi is not null)
            foreach (var entry in nodes.Where(static entry => entry.Commands is not null))
                problem(entry.Line, $"node {entry.Node.Name} has commands of its own, but its cluster is switched by IPMI; write power.commands, or leave them out");
        var all = settings.Entries.AddRange(nodes);
        return settings with
        {
            Entries = all,
            Nodes = [.. all.Select(static entry => entry.Node)],
            Power = Power(settings.Context, all),
            NodeConsoles = Consoles(all),
        };
    }

    // A name that is there twice is refused elsewhere, with both places.
    private static ImmutableDictionary<NodeName, ConsoleSettings> Consoles(ImmutableArray<NodeEntry> nodes)
    {
        var consoles = ImmutableDictionary.CreateBuilder<NodeName, ConsoleSettings>();
        foreach (var entry in nodes)
            if (entry.Console is { } console) consoles[entry.Node.Name] = console;
        return consoles.ToImmutable();
    }

    private static PowerSettings? Power(NodeContext context, ImmutableArray<NodeEntry> nodes)
    {
        if (context.Ipmi is not null)
        {
            var endpoints = ImmutableDictionary.CreateBuilder<NodeName, IpmiEndpoint>();
            foreach (var entry in nodes)
                if (entry.Controller is { } controller) endpoints[entry.Node.Name] = controller;
            return new PowerSettings.Ipmi(context.IpmiOptions!, endpoints.ToImmutable());
        }

        var own = ImmutableDictionary.CreateBuilder<NodeName, CommandPowerOptions>();
        foreach (var entry in nodes)
            if (entry.Commands is { } options) own[entry.Node.Name] = options;
        return context.Commands is null && own.Count == 0 ? null : new PowerSettings.Commands(context.Commands ?? new(), own.ToImmutable());
    }
}
