using System.Collections.Immutable;
using Kadeploy.Engine.Configuration.Reading;
using Kadeploy.Engine.Stores;

namespace Kadeploy.Engine.Configuration;

/// <summary>Makes one site of what files define and what the store does. A cluster and a node are defined in one place only.</summary>
internal static class SiteAssembly
{
    /// <summary>Joins them.</summary>
    /// <param name="files">What files define.</param>
    /// <param name="stored">What the store defines.</param>
    /// <returns>The site: the clusters of files in their order, then those of the store by name.</returns>
    /// <exception cref="ConfigurationException">Something is wrong; every problem is listed, names that are there twice with both places.</exception>
    public static Site Join(Site files, StoredInventory stored)
    {
        if (files.IsOutline) throw new ArgumentException("a site of which only the outline was read is of no use to an engine", nameof(files));
        if (stored.Clusters.IsEmpty && stored.Nodes.IsEmpty) return files;
        var problems = new ConfigProblems();
        var names = new UniqueNames();
        foreach (var cluster in files.Clusters) names.Add(cluster, 0, (_, problem) => problems.Add(cluster.Place, 0, problem));
        var clusters = files.Clusters.ToList();
        foreach (var cluster in stored.Clusters)
        {
            if (StoredText.ReadCluster(cluster, files.Server.Address, problems, looksAtFiles: true) is not { } read) continue;
            names.Add(read, 0, (_, problem) => problems.Add(read.Place, 0, problem));
            clusters.Add(read);
        }

        foreach (var group in stored.Nodes.GroupBy(static node => node.Definition.Cluster, StringComparer.OrdinalIgnoreCase))
        {
            var index = clusters.FindIndex(cluster => string.Equals(cluster.Cluster.Name, group.Key, StringComparison.OrdinalIgnoreCase));
            if (index >= 0) clusters[index] = Join(clusters[index], group, names, problems);
            else Homeless(group.Key, [.. group], problems);
        }

        problems.ThrowIfAny();
        return files with { Clusters = [.. clusters] };
    }

    private static ClusterSettings Join(ClusterSettings cluster, IEnumerable<StoredNode> nodes, UniqueNames names, ConfigProblems problems)
    {
        var entries = ImmutableArray.CreateBuilder<NodeEntry>();
        foreach (var node in nodes)
        {
            var entry = StoredText.ReadNode(node.Definition, cluster.Context, problems, looksAtFiles: true);
            if (entry is null) continue;
            names.Add(entry, problem => problems.Add(entry.Place, 0, problem));
            entries.Add(entry);
        }

        return ClusterNodes.Join(cluster, entries.ToImmutable(), (_, problem) => problems.Add(cluster.Place, 0, problem));
    }

    private static void Homeless(string cluster, List<StoredNode> nodes, ConfigProblems problems) =>
        problems.Add(
            "store", 0,
            $"cluster '{Quoted.Text(cluster)}' of {(nodes.Count == 1 ? $"node {nodes[0].Definition.Name}" : $"{nodes.Count} nodes, such as {nodes[0].Definition.Name},")} "
            + "is defined nowhere; import it with 'kadeploy clusters import', or move the nodes with 'kadeploy nodes set --cluster'");
}
