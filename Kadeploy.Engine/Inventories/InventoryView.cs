using System.Collections.Immutable;
using Kadeploy.Engine.Configuration;
using Kadeploy.Engine.Planning;
using Kadeploy.Engine.Stores;

namespace Kadeploy.Engine.Inventories;

/// <summary>What files and the store define, side by side; nothing is looked at beyond names.</summary>
internal sealed class InventoryView
{
    private readonly Dictionary<NodeName, (NodeDefinition Definition, string Origin)> _nodes;

    private InventoryView(
        ImmutableArray<(string Name, string Origin, string Settings)> clusters, Dictionary<NodeName, (NodeDefinition Definition, string Origin)> nodes) =>
        (Clusters, _nodes, Names) = (clusters, nodes, NodeSet.From(nodes.Keys));

    /// <summary>Gets the clusters, by name.</summary>
    public ImmutableArray<(string Name, string Origin, string Settings)> Clusters { get; }

    /// <summary>Gets all nodes.</summary>
    public NodeSet Names { get; }

    /// <summary>Puts them side by side.</summary>
    /// <param name="files">What files define; null when there are none.</param>
    /// <param name="stored">What the store defines.</param>
    /// <returns>The view.</returns>
    /// <exception cref="ConfigurationException">A name is there twice.</exception>
    public static InventoryView Of(Site? files, StoredInventory stored)
    {
        var problems = new List<string>();
        var clusters = (files?.Clusters ?? []).Select(static cluster => (cluster.Cluster.Name, Origin: cluster.Place, Settings: cluster.Text)).ToList();
        var nodes = new Dictionary<NodeName, (NodeDefinition, string)>();
        foreach (var entry in (files?.Clusters ?? []).SelectMany(static cluster => cluster.Entries)) nodes.TryAdd(entry.Node.Name, (entry.Definition, entry.Place));
        foreach (var cluster in stored.Clusters)
        {
            if (clusters.Find(other => string.Equals(other.Name, cluster.Name, StringComparison.OrdinalIgnoreCase)) is { Name: not null } twice)
                problems.Add($"cluster {cluster.Name} is defined in {twice.Origin} and in the store; take it out of the file, or remove it with 'kadeploy clusters remove {cluster.Name}'");
            else clusters.Add((cluster.Name, InventoryNode.StoreOrigin, cluster.Settings));
        }

        foreach (var node in stored.Nodes)
        {
            var name = node.Definition.Name;
            if (nodes.TryGetValue(name, out var twice))
                problems.Add($"node {name} is defined in {twice.Item2} and in the store; take it out of the file, or remove it with 'kadeploy nodes remove {name}'");
            else nodes.Add(name, (node.Definition, InventoryNode.StoreOrigin));
        }

        if (problems.Count > 0) throw new ConfigurationException([.. problems]);
        return new([.. clusters.OrderBy(static cluster => cluster.Name, StringComparer.OrdinalIgnoreCase)], nodes);
    }

    /// <summary>Gives a node.</summary>
    /// <param name="name">Its name; it is there.</param>
    /// <returns>What is recorded of it, and where.</returns>
    public (NodeDefinition Definition, string Origin) this[NodeName name] => _nodes[name];

    /// <summary>Selects nodes by what is recorded of them.</summary>
    /// <param name="filter">Which.</param>
    /// <returns>The nodes, in natural order.</returns>
    /// <exception cref="ConfigurationException">A node is named that there is not.</exception>
    public IEnumerable<NodeName> Select(NodeFilter filter)
    {
        if (filter.Names is { } wanted) UnknownNodes.Refuse(wanted.Except(Names), Names);
        return (filter.Names ?? Names).Where(name => Fits(_nodes[name].Definition, filter));
    }

    private static bool Fits(NodeDefinition node, NodeFilter filter) =>
        (filter.Clusters.IsEmpty || filter.Clusters.Contains(node.Cluster, StringComparer.OrdinalIgnoreCase))
        && (filter.Groups.IsEmpty || filter.Groups.Any(group => node.Groups.Contains(group)))
        && filter.Tags.All(tag => node.Tags.Contains(tag));
}

/// <summary>Refuses nodes that there are not.</summary>
internal static class UnknownNodes
{
    // Each further name is searched among all known nodes: a file of wrong names must not take minutes to refuse.
    private const int Shown = 10;

    /// <summary>Refuses them.</summary>
    /// <param name="unknown">The nodes that there are not.</param>
    /// <param name="known">Those that there are.</param>
    /// <exception cref="ConfigurationException">There is one.</exception>
    public static void Refuse(NodeSet unknown, NodeSet known)
    {
        if (unknown.Count == 0) return;
        var problems = unknown.Take(Shown).Select(name => $"node '{name}' is not known" + NearestName.Suggestion(name.Value, known.Select(static other => other.Value))).ToList();
        if (unknown.Count > Shown) problems.Add($"{unknown.Count - Shown} further nodes are not known");
        throw new ConfigurationException([.. problems]);
    }
}
