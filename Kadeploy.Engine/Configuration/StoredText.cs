using System.Collections.Immutable;
using Kadeploy.Engine.Configuration.Reading;
using Kadeploy.Engine.Configuration.Yaml;
using Kadeploy.Engine.Stores;

namespace Kadeploy.Engine.Configuration;

/// <summary>Reads what the store defines with the readers of files, so that the same is allowed in both.</summary>
internal static class StoredText
{
    // What addresses of boot files name until kadeploy.yml says how nodes reach the server.
    private const string NoServer = "server.address";

    /// <summary>Reads a cluster.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="server">How nodes reach the server; empty when that is not known.</param>
    /// <param name="problems">Receives what is wrong.</param>
    /// <param name="looksAtFiles">Whether files that are named have to be there.</param>
    /// <returns>The cluster; null when its text is no table.</returns>
    public static ClusterSettings? ReadCluster(StoredCluster cluster, string server, ConfigProblems problems, bool looksAtFiles)
    {
        var place = $"cluster {cluster.Name} of the store";
        var source = new SourceFileText(place, null, problems) { LooksAtFiles = looksAtFiles };
        var settings = source.Read(cluster.Settings.Length > 0 ? cluster.Settings : "{}");
        if (settings is null) return null;
        return ReadCluster(new(source, ClusterText.WithName(cluster.Name, settings.Content), ""), server) with { Place = place, Text = cluster.Settings };
    }

    /// <summary>Reads a cluster's table.</summary>
    /// <param name="section">The table.</param>
    /// <param name="server">How nodes reach the server; empty when that is not known.</param>
    /// <returns>The cluster.</returns>
    public static ClusterSettings ReadCluster(Section section, string server) => ClusterReader.Read(section, server.Length > 0 ? server : NoServer);

    /// <summary>Reads a node.</summary>
    /// <param name="definition">What is recorded of it.</param>
    /// <param name="context">Its cluster.</param>
    /// <param name="problems">Receives what is wrong.</param>
    /// <param name="looksAtFiles">Whether files that are named have to be there.</param>
    /// <returns>The node; null when something is wrong with its name.</returns>
    public static NodeEntry? ReadNode(NodeDefinition definition, NodeContext context, ConfigProblems problems, bool looksAtFiles)
    {
        var source = new SourceFileText($"node {definition.Name} of the store", null, problems) { LooksAtFiles = looksAtFiles };
        var entries = ImmutableArray.CreateBuilder<NodeEntry>(1);
        NodesReader.ReadEntry(new(source, NodeTable.Of(definition, withCluster: false), ""), context, entries);
        return entries.Count == 1 ? entries[0] : null;
    }
}
