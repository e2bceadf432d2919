using System.Collections.Frozen;
using System.Collections.Immutable;
using Kadeploy.Engine.Configuration;
using Kadeploy.Engine.Planning;

namespace Kadeploy.Engine.Rights;

/// <summary>Which node is in which cluster, as far as the configuration is known.</summary>
/// <remarks>Immutable and safe for use by many callers.</remarks>
internal sealed class NodeMap
{
    private readonly FrozenDictionary<NodeName, string> _clusterOf;
    private readonly FrozenDictionary<string, ImmutableArray<NodeName>> _nodesOf;

    /// <summary>Makes it of nodes and clusters.</summary>
    /// <param name="nodes">The nodes.</param>
    /// <param name="clusters">The names of the clusters, also of those without nodes.</param>
    public NodeMap(IEnumerable<Node> nodes, IEnumerable<string> clusters)
    {
        var all = nodes.ToList();
        _clusterOf = all.ToFrozenDictionary(static node => node.Name, static node => node.Cluster);
        var byCluster = all.ToLookup(static node => node.Cluster, static node => node.Name, StringComparer.Ordinal);
        _nodesOf = clusters.Concat(all.Select(static node => node.Cluster)).Distinct(StringComparer.Ordinal)
            .ToFrozenDictionary(static cluster => cluster, cluster => byCluster[cluster].ToImmutableArray(), StringComparer.Ordinal);
    }

    /// <summary>Gets the map where no configuration is known.</summary>
    public static NodeMap Unknown { get; } = new([], []);

    /// <summary>Makes it of a site.</summary>
    /// <param name="site">The site; null when none is known.</param>
    /// <returns>The map.</returns>
    public static NodeMap Of(Site? site) =>
        site is null ? Unknown : new(site.Nodes, site.Clusters.Select(static cluster => cluster.Cluster.Name));

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
                    ? $"cluster '{Quoted.Text(cluster)}' is not known, because there is no configuration; name it with --config FILE"
                    : $"cluster '{Quoted.Text(cluster)}' is not known{NearestName.SuggestionOrList(cluster, _nodesOf.Keys, _nodesOf.Keys.Order(StringComparer.Ordinal))}";
            else if (scope.Node is { } node && _clusterOf.Count > 0 && !_clusterOf.ContainsKey(node))
                yield return $"node '{node}' is not known{NearestName.Suggestion(node.Value, _clusterOf.Keys.Select(static name => name.Value))}";
        }
    }
}
