using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Spectre.Console;

namespace Kadeploy.Cli.Output;

/// <summary>Writes clusters and nodes, for people or for programs.</summary>
/// <param name="writer">Standard output.</param>
/// <param name="screen">What it can show.</param>
/// <param name="json">Whether it is for programs.</param>
internal sealed class InventoryOutput(TextWriter writer, ScreenSettings screen, bool json)
{
    private const int WidthOfFiles = 160;

    /// <summary>Writes a table of nodes.</summary>
    /// <param name="nodes">The nodes.</param>
    public void List(IReadOnlyList<InventoryNode> nodes)
    {
        if (json)
        {
            foreach (var node in nodes) Write(InventoryNodeLine.Of(node), InventoryLines.Default.InventoryNodeLine);
            return;
        }

        if (nodes.Count == 0)
        {
            writer.WriteLine("There are no such nodes.");
            return;
        }

        var table = TableOutput.Table("Node", "Cluster", "State", "What", "User", "Since");
        table.Columns[0].NoWrap();
        table.Columns[5].NoWrap();
        foreach (var node in nodes)
        {
            var (what, user, since) = NodeWording.Summary(node.Activity);
            table.AddRow(
                Cell(node.Name.Value), Cell(node.Cluster), Cell(NodeWording.Condition(node.Condition)), Cell(what), Cell(user), Cell(since is { } at ? Wording.Moment(at) : ""));
        }

        Ansi().Write(table);
    }

    /// <summary>Writes everything that is known of nodes.</summary>
    /// <param name="nodes">The nodes.</param>
    public void Show(IReadOnlyList<InventoryNode> nodes)
    {
        if (json || nodes.Count == 0)
        {
            List(nodes);
            return;
        }

        foreach (var (index, node) in nodes.Index())
        {
            if (index > 0) writer.WriteLine();
            foreach (var (name, value) in NodeWording.Lines(node)) writer.WriteLine($"{name,-14} {Printable.Text(value)}");
        }
    }

    /// <summary>Writes a table of clusters.</summary>
    /// <param name="clusters">The clusters.</param>
    public void List(IReadOnlyList<InventoryCluster> clusters)
    {
        if (json)
        {
            foreach (var cluster in clusters) Write(InventoryClusterLine.Of(cluster), InventoryLines.Default.InventoryClusterLine);
            return;
        }

        if (clusters.Count == 0)
        {
            writer.WriteLine("There are no clusters.");
            return;
        }

        var table = TableOutput.Table("Cluster", "Defined in", "Nodes", "");
        table.Columns[2].RightAligned();
        foreach (var cluster in clusters)
            table.AddRow(Cell(cluster.Name), Cell(cluster.Origin), Cell(Wording.Number(cluster.Nodes.Length)), Cell(NodeNames.Fold(cluster.Nodes)));
        Ansi().Write(table);
    }

    /// <summary>Writes a cluster as a file that can be imported.</summary>
    /// <param name="cluster">The cluster.</param>
    public void Show(InventoryCluster cluster)
    {
        if (json) Write(InventoryClusterLine.Of(cluster), InventoryLines.Default.InventoryClusterLine);
        else writer.Write($"name: {cluster.Name}\n{cluster.Settings}"); // written by the engine, which puts what is special into quotation marks
    }

    /// <summary>Writes what a change came to.</summary>
    /// <param name="changes">The changes.</param>
    public void Changes(InventoryChanges changes)
    {
        if (json)
        {
            Write(InventoryChangesLine.Of(changes), InventoryLines.Default.InventoryChangesLine);
            return;
        }

        var lines = new List<string>();
        foreach (var (clusters, word) in new[]
                 {
                     (changes.AddedClusters, "added"), (changes.ChangedClusters, "changed"), (changes.RemovedClusters, "removed"), (changes.UnchangedClusters, "unchanged"),
                 })
            if (!clusters.IsEmpty) lines.Add($"{(clusters.Length == 1 ? "cluster" : "clusters")} {string.Join(", ", clusters)} {word}");
        foreach (var (nodes, word) in new[] { (changes.Added, "added"), (changes.Changed, "changed"), (changes.Removed, "removed"), (changes.Unchanged, "unchanged") })
            if (nodes.Count > 0) lines.Add($"{Wording.Nodes(nodes.Count)} {word}: {nodes.Fold()}");
        if (lines.Count == 0) lines.Add("nothing to do");
        foreach (var line in lines) writer.WriteLine(changes.DryRun ? $"would be: {line}" : line);
    }

    /// <summary>Writes what became of a configuration of Kadeploy 3.</summary>
    /// <param name="report">The report.</param>
    public void Imported(ConfigurationImportReport report)
    {
        if (json)
        {
            foreach (var key in report.Keys) Write(ImportedKeyLine.Of(key), InventoryLines.Default.ImportedKeyLine);
            foreach (var warning in report.Warnings) Write(new(warning), InventoryLines.Default.ImportWarningLine);
            Write(ImportSummaryLine.Of(report), InventoryLines.Default.ImportSummaryLine);
            return;
        }

        var table = TableOutput.Table("Where", "Key", "Times", "Became");
        table.Columns[2].RightAligned();
        foreach (var key in report.Keys)
            table.AddRow(Cell($"{Path.GetFileName(key.File)}:{key.Line}"), Cell(key.Key), Cell(Wording.Number(key.Count)), Cell(ImportWording.Of(key)));
        if (report.Keys.Length > 0) Ansi().Write(table);
        foreach (var warning in report.Warnings) writer.WriteLine($"Note: {Printable.Text(warning)}.");
        writer.WriteLine(
            $"{Wording.Number(report.Clusters)} {(report.Clusters == 1 ? "cluster" : "clusters")} with {Wording.Nodes(report.Nodes)}; {ImportWording.Tally(report.Keys)}.");
        writer.WriteLine(report.DryRun ? "Would be written:" : "Written:");
        foreach (var file in report.Files) writer.WriteLine($"  {Printable.Text(file)}");
    }

    private static Text Cell(string text) => TableOutput.Cell(Printable.Text(text));

    private IAnsiConsole Ansi() => (screen.OutputIsTerminal ? screen : screen with { Width = WidthOfFiles }).Ansi(writer, screen.OutputIsTerminal);

    private void Write<T>(T line, JsonTypeInfo<T> type) => writer.WriteLine(JsonSerializer.Serialize(line, type));
}
