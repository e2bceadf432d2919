using Kadeploy.Engine.Configuration;
using Kadeploy.Engine.Configuration.Reading;
using Kadeploy.Engine.Planning;
using Kadeploy.Engine.Stores;

namespace Kadeploy.Engine.Inventories;

/// <summary>Finds what nodes are checked with: their clusters, wherever those are defined.</summary>
/// <param name="files">What files define; null when there are none.</param>
/// <param name="stored">The clusters of the store.</param>
internal sealed class ClusterContexts(Site? files, IReadOnlyList<StoredCluster> stored)
{
    private readonly Dictionary<string, (NodeContext Context, long Revision)?> _known = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Finds a cluster.</summary>
    /// <param name="name">Its name, in any case.</param>
    /// <returns>What its nodes are read with, and its revision, which is 0 for one of a file; null when there is none.</returns>
    public (NodeContext Context, long Revision)? Find(string name)
    {
        if (!_known.TryGetValue(name, out var known)) _known.Add(name, known = Read(name));
        return known;
    }

    /// <summary>Says that a cluster is not there.</summary>
    /// <param name="name">The name.</param>
    /// <returns>Words for a message.</returns>
    public string Unknown(string name)
    {
        var names = (files?.Clusters ?? []).Select(static cluster => cluster.Cluster.Name).Concat(stored.Select(static cluster => cluster.Name)).ToList();
        return names.Count == 0
            ? $"cluster '{Quoted.Text(name)}' is not known, and there is no other; import one with 'kadeploy clusters import'"
            : $"cluster '{Quoted.Text(name)}' is not known{NearestName.SuggestionOrList(name, names, names)}";
    }

    private (NodeContext Context, long Revision)? Read(string name)
    {
        if (files?.Clusters.FirstOrDefault(cluster => string.Equals(cluster.Cluster.Name, name, StringComparison.OrdinalIgnoreCase)) is { } file) return (file.Context, 0);
        if (stored.FirstOrDefault(cluster => string.Equals(cluster.Name, name, StringComparison.OrdinalIgnoreCase)) is not { } cluster) return null;
        // What else is wrong with the cluster does not concern its nodes, and is told to who uses it.
        var read = StoredText.ReadCluster(cluster, files?.Server.Address ?? "", new(), looksAtFiles: false);
        return (read?.Context ?? new NodeContext(cluster.Name), cluster.Revision);
    }
}
