using System.Collections.Immutable;
using Kadeploy.Engine.Configuration;
using Kadeploy.Engine.Configuration.Kadeploy3;
using Kadeploy.Engine.Configuration.Reading;
using Kadeploy.Engine.Configuration.Yaml;
using Kadeploy.Engine.Planning;
using Kadeploy.Engine.Stores;

namespace Kadeploy.Engine.Inventories;

/// <content>Clusters.</content>
internal sealed partial class NodeInventory
{
    /// <inheritdoc/>
    public async Task<ImmutableArray<InventoryCluster>> ListClustersAsync(CancellationToken cancellationToken)
    {
        var view = await ViewAsync(cancellationToken).ConfigureAwait(false);
        var nodes = view.Names.ToLookup(name => view[name].Definition.Cluster, StringComparer.OrdinalIgnoreCase);
        return [.. view.Clusters.Select(cluster => new InventoryCluster(cluster.Name, cluster.Origin, [.. nodes[cluster.Name]], cluster.Settings))];
    }

    /// <inheritdoc/>
    public async Task<InventoryCluster?> FindClusterAsync(string name, CancellationToken cancellationToken) =>
        (await ListClustersAsync(cancellationToken).ConfigureAwait(false)).FirstOrDefault(cluster => IsNamed(cluster.Name, name));

    /// <inheritdoc/>
    public Task<InventoryChanges> SetClusterAsync(string name, ClusterChange change, string user, CancellationToken cancellationToken) =>
        ChangeAsync(
            user,
            change.ControllerPassword,
            async file =>
            {
                var stored = await _store.ReadInventoryAsync(null, cancellationToken).ConfigureAwait(false);
                var before = StoredOrRefused(name, stored);
                var problems = new ConfigProblems();
                var source = Source(new("", ""), problems, out var paths);
                var table = ClusterKeys.Change(ClusterKeys.Parse(before.Settings), change, file, problems);
                problems.ThrowIfAny();
                var settings = StoredText.ReadCluster(new(source, ClusterText.WithName(before.Name, table), ""), ServerAddress);
                var nodes = Recheck(settings, stored, problems);
                problems.ThrowIfAny();
                var text = ClusterText.Of(table, paths);
                if (text == before.Settings) return new(new(), new() { UnchangedClusters = [before.Name] });
                return new(
                    new() { Clusters = [new(before.Name, text, before.Revision)], Nodes = nodes }, new() { ChangedClusters = [before.Name] });
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<InventoryChanges> RemoveClusterAsync(string name, string user, CancellationToken cancellationToken) =>
        ChangeAsync(
            user,
            async () =>
            {
                var cluster = StoredOrRefused(name, await _store.ReadInventoryAsync([], cancellationToken).ConfigureAwait(false));
                return new(new() { RemovedClusters = [cluster.Name] }, new() { RemovedClusters = [cluster.Name] });
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<InventoryChanges> ImportClustersAsync(ImmutableArray<InventoryText> files, bool dryRun, string user, CancellationToken cancellationToken) =>
        ChangeAsync(
            user,
            async () =>
            {
                var stored = await _store.ReadInventoryAsync(null, cancellationToken).ConfigureAwait(false);
                var problems = new ConfigProblems();
                var import = new ImportedNodes(stored, _files, _inFiles.Value, problems);
                var clusters = new List<(ClusterSettings Settings, StoredCluster? Before)>();
                foreach (var file in files)
                {
                    if (ReadCluster(file, problems) is not { } settings) continue;
                    var twice = clusters.Find(other => IsNamed(other.Settings.Cluster.Name, settings.Cluster.Name)).Settings;
                    if (twice is not null) problems.Add(settings.Place, 0, $"cluster {settings.Cluster.Name} is there a second time; the first is in {twice.Place}");
                    if (_inFiles.Value.PlaceOf($"cluster {settings.Cluster.Name}") is { } place)
                        problems.Add(settings.Place, 0, $"cluster {settings.Cluster.Name} is defined in {place}, which kadeploy.yml names; take it out of 'clusters' there first");
                    clusters.Add((settings, stored.Clusters.FirstOrDefault(cluster => IsNamed(cluster.Name, settings.Cluster.Name))));
                    foreach (var entry in settings.Entries) import.Add(entry, 0);
                }

                var own = import.Writes.Select(static write => write.Definition.Name).ToHashSet();
                var others = clusters.SelectMany(each => Recheck(each.Settings, stored, problems, except: each.Settings.Entries.Select(static entry => entry.Node.Name)))
                    .Where(write => !own.Contains(write.Definition.Name)).ToImmutableArray();
                problems.ThrowIfAny();
                var changed = clusters.Where(static each => each.Before?.Settings != each.Settings.Text).ToList();
                return new(
                    new()
                    {
                        Clusters = [.. changed.Select(static each => new ClusterWrite(each.Before?.Name ?? each.Settings.Cluster.Name, each.Settings.Text, each.Before?.Revision ?? 0))],
                        Nodes = [.. import.Writes, .. others],
                        DryRun = dryRun,
                    },
                    import.Changes with
                    {
                        AddedClusters = [.. changed.Where(static each => each.Before is null).Select(static each => each.Settings.Cluster.Name)],
                        ChangedClusters = [.. changed.Where(static each => each.Before is not null).Select(static each => each.Before!.Name)],
                        UnchangedClusters = [.. clusters.Except(changed).Select(static each => each.Settings.Cluster.Name)],
                        DryRun = dryRun,
                    })
                {
                    PlaceOf = import.PlaceOf,
                };
            },
            cancellationToken);

    /// <inheritdoc/>
    public async Task<ConfigurationImportReport> ImportConfigurationAsync(ConfigurationImport import, string user, CancellationToken cancellationToken)
    {
        await RequireAdministratorAsync(user, cancellationToken).ConfigureAwait(false);
        return Kadeploy3Import.Run(import, cancellationToken);
    }

    private string ServerAddress => _files?.Server.Address ?? "";

    private static bool IsNamed(string name, string other) => string.Equals(name, other, StringComparison.OrdinalIgnoreCase);

    private static SourceFileText Source(InventoryText text, ConfigProblems problems, out IReadOnlyDictionary<YamlValue, string> paths)
    {
        var found = new Dictionary<YamlValue, string>(ReferenceEqualityComparer.Instance);
        paths = found;
        return new(Shown(text), text.Name.Length == 0 ? Directory.GetCurrentDirectory() : FolderOf(text), problems) { PathFound = (value, full) => found[value] = full };
    }

    private ClusterSettings? ReadCluster(InventoryText file, ConfigProblems problems)
    {
        var source = Source(file, problems, out var paths);
        if (source.Read(file.Text) is not { } whole) return null;
        var settings = StoredText.ReadCluster(whole, ServerAddress);
        return settings with { Text = ClusterText.Of(whole.Content, paths) };
    }

    private StoredCluster StoredOrRefused(string name, StoredInventory stored)
    {
        if (stored.Clusters.FirstOrDefault(cluster => IsNamed(cluster.Name, name)) is { } found) return found;
        if (_inFiles.Value.PlaceOf($"cluster {name}") is { } place)
            throw new ConfigurationException($"cluster {Quoted.Text(name)} is defined in {place}; change it there");
        var names = stored.Clusters.Select(static cluster => cluster.Name).ToList();
        throw new ConfigurationException(
            $"cluster '{Quoted.Text(name)}' is not in the store"
            + (names.Count == 0 ? ", and no other is; import one with 'kadeploy clusters import'" : NearestName.SuggestionOrList(name, names, names)));
    }

    /// <summary>Checks nodes of the store with new settings of their cluster, and gives those that have to be written again because of what they claim.</summary>
    private ImmutableArray<NodeWrite> Recheck(ClusterSettings settings, StoredInventory stored, ConfigProblems problems, IEnumerable<NodeName>? except = null)
    {
        var left = except?.ToHashSet() ?? [];
        var before = new ClusterContexts(_files, stored.Clusters).Find(settings.Cluster.Name)?.Context;
        var writes = ImmutableArray.CreateBuilder<NodeWrite>();
        foreach (var node in stored.Nodes.Where(node => IsNamed(node.Definition.Cluster, settings.Cluster.Name) && !left.Contains(node.Definition.Name)))
        {
            if (StoredText.ReadNode(node.Definition, settings.Context, problems, looksAtFiles: false) is not { } after) continue;
            var claimed = before is null ? null : StoredText.ReadNode(node.Definition, before, new(), looksAtFiles: false);
            if (claimed is null || !claimed.Claims().SequenceEqual(after.Claims())) writes.Add(Write(after, node.Revision, 0));
        }

        return writes.ToImmutable();
    }
}
