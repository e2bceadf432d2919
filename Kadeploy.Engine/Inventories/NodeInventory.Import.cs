using System.Collections.Immutable;
using Kadeploy.Engine.Configuration.Reading;

namespace Kadeploy.Engine.Inventories;

/// <content>Lists of nodes.</content>
internal sealed partial class NodeInventory
{
    /// <inheritdoc/>
    public Task<InventoryChanges> ImportAsync(
        ImmutableArray<InventoryText> texts, NodeListFormat format, bool dryRun, string user, CancellationToken cancellationToken) =>
        ChangeAsync(
            user,
            async () =>
            {
                var stored = await _store.ReadInventoryAsync(null, cancellationToken).ConfigureAwait(false);
                var contexts = new ClusterContexts(_files, stored.Clusters);
                var problems = new ConfigProblems();
                var entries = texts.SelectMany(text => ReadList(text, format, contexts, problems)).ToList();
                var import = new ImportedNodes(stored, _files, _inFiles.Value, problems);
                foreach (var entry in entries) import.Add(entry, contexts.Find(entry.Definition.Cluster)?.Revision ?? 0);
                problems.ThrowIfAny();
                return new(new() { Nodes = import.Writes, DryRun = dryRun }, import.Changes with { DryRun = dryRun }) { PlaceOf = import.PlaceOf };
            },
            cancellationToken);

    private static ImmutableArray<NodeEntry> ReadList(InventoryText text, NodeListFormat format, ClusterContexts contexts, ConfigProblems problems)
    {
        var source = new SourceFileText(Shown(text), FolderOf(text), problems);
        var sections = format == NodeListFormat.Csv ? NodeSheet.Read(source, text.Text) : NodeList.Read(source, text.Text);
        var entries = ImmutableArray.CreateBuilder<NodeEntry>();
        foreach (var section in sections)
        {
            var cluster = section.Required("cluster", "name the node's cluster");
            var context = cluster.Length > 0 ? contexts.Find(cluster)?.Context : null;
            if (cluster.Length > 0 && context is null) section.Problem("cluster", $"is wrong: {contexts.Unknown(cluster)}");
            if (!NodesReader.ReadEntry(section, context ?? new(cluster) { Partial = true }, entries)) break;
        }

        return entries.ToImmutable();
    }

    private static string Shown(InventoryText text) => text.Name == "-" ? "standard input" : text.Name;

    private static string FolderOf(InventoryText text) =>
        text.Name == "-" ? Directory.GetCurrentDirectory() : Path.GetDirectoryName(Path.GetFullPath(text.Name)) ?? Directory.GetCurrentDirectory();
}
