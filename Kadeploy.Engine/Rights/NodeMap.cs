using System.Collections.Frozen;
using System.Collections.Immutable;
using Kadeploy.Engine.Configuration;
using Kadeploy.Engine.Planning;
using Kadeploy.Engine.Stores;

namespace Kadeploy.Engine.Rights;

/// <summary>Which node is in which cluster, as far as the configuration and the store say it.</summary>
/// <remarks>Immutable and safe for use by many callers.</remarks>
internal sealed class NodeMap
{
    private readonly FrozenDictionary<NodeName, string> _clusterOf;
    private readonly FrozenDictionary<string, ImmutableArray<NodeName>> _nodesOf;

    /// <summary>Makes it of nodes and clusters.</summary>
    /// <param name="nodes">The nodes, each with its cluster; of those with one name the first counts.</param>
    /// <param name="clusters">The names of the clusters, also of those without nodes.</param>
    public NodeMap(IEnumerable<(NodeName Node, string Cluster)> nodes, IEnumerable<string> clusters)
    {
        var all = nodes.DistinctBy(static each => each.Node).ToList();
        _clusterOf = all.ToFrozenDictionary(static each => each.Node, static each => each.Cluster);
        var byCluster = all.ToLookup(static each => each.Cluster, static each => each.Node, StringComparer.Ordinal);
        _nodesOf = clusters.Concat(all.Select(static each => each.Cluster)).Distinct(StringComparer.Ordinal)
            .ToFrozenDictionary(static cluster => cluster, cluster => byCluster[cluster].ToImmutableArray(), StringComparer.Ordinal);
    }

    /// <summary>Gets the map where nothing is known.</summary>
    public static NodeMap Unknown { get; } = new([], []);

    /// <summary>Makes it of what files and the store define.</summary>
    /// <param name="files">What files define; null when there are none.</param>
    /// <param name="stored">What the store defines.</param>
    /// <returns>The map.</returns>
    public static NodeMap Of(Site? files, StoredInventory stored) => new(
        (files?.Nodes ?? []).Select(static node => (node.Name, node.Cluster))
            .Concat(stored.Nodes.Select(static node => (node.Definition.Name, node.Definition.Cluster))),
        (files?.Clusters ?? []).Select(static cluster => cluster.Cluster.Name).Concat(stored.Clusters.Select(static cluster => cluster.Name)));

    /// <summary>Gives a node's cluster.</summary>
    /// <param name="node">The node.</param>
    /// <returns>The cluster; null when the node is not known.</returns>
    public string? ClusterOf(NodeName node) => _clusterOf.GetValueOrDefault(node);

    /// <summary>Gives a cluster's nodes.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <returns>The nodes; empty when the cluster is not known.</returns>
    public ImmutableArray<NodeName> NodesOf(string cluster) => _nodesOf.GetValueOrDefault(cluster, []);

    /// <summary>Finds what is wrong with scopes of a right that is to be granted.</summary>
    /// <param name="scopes">The scopes.</param>
    /// <returns>A problem for each cluster and each node that is not known; where no node is known, nodes are taken as they are.</returns>
    public IEnumerable<string> ProblemsOf(IEnumerable<RightScope> scopes)
    {
        foreach (var scope in scopes)
        {
            if (scope.Cluster is { } cluster && !_nodesOf.ContainsKey(cluster))
                yield return _nodesOf.Count == 0
                    ? $"cluster '{Quoted.Text(cluster)}' is not known, because there is no configuration and no cluster in the store; name the configuration with --config FILE"
                    : $"cluster '{Quoted.Text(cluster)}' is not known{NearestName.SuggestionOrList(cluster, _nodesOf.Keys, _nodesOf.Keys.Order(StringComparer.Ordinal))}";
            else if (scope.Node is { } node && _clusterOf.Count > 0 && !_clusterOf.ContainsKey(node))
                yield return $"node '{node}' is not known{NearestName.Suggestion(node.Value, _clusterOf.Keys.Select(static name => name.Value))}";
        }
    }
}
