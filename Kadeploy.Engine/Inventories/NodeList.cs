using Kadeploy.Engine.Configuration.Reading;
using Kadeploy.Engine.Configuration.Yaml;

namespace Kadeploy.Engine.Inventories;

/// <summary>Lists of nodes as YAML: a table <c>nodes</c> with the keys that a cluster's file has for nodes, and <c>cluster</c>.</summary>
internal static class NodeList
{
    /// <summary>Writes nodes.</summary>
    /// <param name="nodes">The nodes.</param>
    /// <returns>The text.</returns>
    public static string Write(IEnumerable<NodeDefinition> nodes) =>
        YamlWriter.Write(YamlWriter.Table([("nodes", new YamlList(0, [.. nodes.Select(static node => NodeTable.Of(node, withCluster: true))]))]));

    /// <summary>Finds the entries of a text.</summary>
    /// <param name="source">The text's file.</param>
    /// <param name="text">The text.</param>
    /// <returns>The entries, which are not read yet.</returns>
    public static IReadOnlyList<Section> Read(SourceFileText source, string text)
    {
        if (source.Read(text) is not { } whole) return [];
        if (!whole.Has("nodes")) whole.Missing("nodes", "a list of nodes has a table 'nodes'; a cluster's file is read by 'kadeploy clusters import'");
        var entries = whole.Tables("nodes");
        whole.End();
        return entries;
    }

    /// <summary>Says whether the same is recorded.</summary>
    /// <param name="one">Of one node.</param>
    /// <param name="other">Of the other.</param>
    /// <returns>Whether it is, to the last member.</returns>
    public static bool Same(NodeDefinition one, NodeDefinition other) => Text(one) == Text(other);

    private static string Text(NodeDefinition node) => YamlWriter.Write(NodeTable.Of(node, withCluster: true));
}
