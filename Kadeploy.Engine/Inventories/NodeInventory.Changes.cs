using System.Collections.Immutable;
using Kadeploy.Engine.Configuration;
using Kadeploy.Engine.Configuration.Reading;
using Kadeploy.Engine.Stores;

namespace Kadeploy.Engine.Inventories;

/// <content>Adding, changing and removing nodes.</content>
internal sealed partial class NodeInventory
{
    /// <inheritdoc/>
    public Task<InventoryChanges> AddAsync(string names, NodeSettings settings, string user, CancellationToken cancellationToken) =>
        ChangeAsync(
            user,
            settings.ControllerPassword,
            async file =>
            {
                var stored = await _store.ReadInventoryAsync([], cancellationToken).ConfigureAwait(false);
                var contexts = new ClusterContexts(_files, stored.Clusters);
                var problems = new ConfigProblems();
                var cluster = settings.Cluster is { Length: > 0 } name ? contexts.Find(name) : null;
                if (cluster is null) problems.Add("", 0, settings.Cluster is { Length: > 0 } unknown ? contexts.Unknown(unknown) : "name the cluster of the nodes");
                var entries = SettingsReader.Read(names, WithFile(settings, file), cluster?.Context ?? new NodeContext("") { Partial = true }, problems, looksAtFiles: true);
                problems.ThrowIfAny();
                CheckAgainstFiles(entries, problems);
                problems.ThrowIfAny();
                return new(
                    new() { Nodes = [.. entries.Select(entry => Write(entry, 0, cluster!.Value.Revision))] },
                    new() { Added = Names(entries) });
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<InventoryChanges> SetAsync(string names, NodeChange change, string user, CancellationToken cancellationToken) =>
        ChangeAsync(
            user,
            change.Settings.ControllerPassword,
            async file =>
            {
                var problems = new ConfigProblems();
                var settings = WithFile(change.Settings, file);
                var said = SettingsReader.Read(names, settings, new("") { Partial = true }, problems, looksAtFiles: false);
                problems.ThrowIfAny();
                var wanted = Names(said);
                var stored = await _store.ReadInventoryAsync(wanted, cancellationToken).ConfigureAwait(false);
                await RefuseOthersAsync(wanted, stored, cancellationToken).ConfigureAwait(false);
                var contexts = new ClusterContexts(_files, stored.Clusters);
                var writes = ImmutableArray.CreateBuilder<NodeWrite>();
                var entries = new List<NodeEntry>();
                var byName = stored.Nodes.ToDictionary(static node => node.Definition.Name);
                foreach (var entry in said)
                {
                    var before = byName[entry.Node.Name];
                    var after = NodeMerge.Apply(before.Definition, entry.Definition, change with { Settings = settings });
                    if (contexts.Find(after.Cluster) is not { } cluster)
                    {
                        problems.Add("", 0, contexts.Unknown(after.Cluster));
                        continue;
                    }

                    if (StoredText.ReadNode(after with { Cluster = cluster.Context.Cluster }, cluster.Context, problems, looksAtFiles: true) is not { } read) continue;
                    entries.Add(read);
                    if (!NodeList.Same(before.Definition, read.Definition)) writes.Add(Write(read, before.Revision, cluster.Revision));
                }

                problems.ThrowIfAny();
                CheckAgainstFiles(entries, problems);
                problems.ThrowIfAny();
                var changed = NodeSet.From(writes.Select(static write => write.Definition.Name));
                return new(new() { Nodes = writes.ToImmutable() }, new() { Changed = changed, Unchanged = wanted.Except(changed) });
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<InventoryChanges> RemoveAsync(NodeSet names, string user, CancellationToken cancellationToken) =>
        ChangeAsync(
            user,
            async () =>
            {
                var stored = await _store.ReadInventoryAsync(names, cancellationToken).ConfigureAwait(false);
                await RefuseOthersAsync(names, stored, cancellationToken).ConfigureAwait(false);
                return new(new() { RemovedNodes = names.Names }, new() { Removed = names });
            },
            cancellationToken);

    private static NodeSet Names(IEnumerable<NodeEntry> entries) => NodeSet.From(entries.Select(static entry => entry.Node.Name));

    private static NodeWrite Write(NodeEntry entry, long read, long cluster) =>
        new(entry.Definition, read, [.. entry.Claims().Skip(1)], cluster); // the name is claimed by being there

    /// <summary>Refuses nodes that are not in the store: unknown ones, and those of files.</summary>
    private async Task RefuseOthersAsync(NodeSet wanted, StoredInventory stored, CancellationToken cancellationToken)
    {
        var others = wanted.Except(NodeSet.From(stored.Nodes.Select(static node => node.Definition.Name)));
        if (others.Count == 0) return;
        var problems = others.Where(name => _inFiles.Value.PlaceOf($"node {name}") is not null)
            .Select(name => $"node {name} is defined in {_inFiles.Value.PlaceOf($"node {name}")}; change it there").ToList();
        if (problems.Count > 0) throw new ConfigurationException([.. problems]);
        var whole = await _store.ReadInventoryAsync(null, cancellationToken).ConfigureAwait(false);
        UnknownNodes.Refuse(others, NodeSet.From(whole.Nodes.Select(static node => node.Definition.Name)));
    }

    /// <summary>Refuses what files, or these nodes among themselves, have already.</summary>
    private void CheckAgainstFiles(IReadOnlyCollection<NodeEntry> entries, ConfigProblems problems)
    {
        var among = new UniqueNames();
        foreach (var entry in entries)
        {
            foreach (var claim in entry.Claims())
                if (_inFiles.Value.PlaceOf(claim) is { } place) problems.Add(entry.Place, 0, $"{claim} is there already, in {place}");
            among.Add(entry, problem => problems.Add(entry.Place, 0, problem));
        }
    }

    /// <summary>Makes a change, again and again when others changed what it was computed from.</summary>
    private async Task<InventoryChanges> ChangeAsync(string user, Func<Task<PlannedChange>> plan, CancellationToken cancellationToken)
    {
        await RequireAdministratorAsync(user, cancellationToken).ConfigureAwait(false);
        for (var tries = 1; ; tries++)
        {
            var passwords = _credentials.List();
            var named = passwords.IsEmpty ? [] : await _store.FindMentionedAsync(passwords, cancellationToken).ConfigureAwait(false);
            PlannedChange planned;
            try
            {
                planned = await plan().ConfigureAwait(false);
            }
            catch (ConfigurationException) when (tries < MostTries && !passwords.SetEquals(_credentials.List()))
            {
                continue; // A password was replaced meanwhile, and its file with it.
            }

            if (planned.Batch.IsEmpty) return planned.Changes;
            var batch = planned.Batch with { NeededFiles = NeededFiles(planned.Batch, passwords) };
            var conflicts = await _store.ChangeInventoryAsync(batch, user, _time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
            if (conflicts.IsEmpty)
            {
                if (!batch.DryRun) await ForgetAsync(named).ConfigureAwait(false);
                return planned.Changes;
            }

            if (conflicts.Any(static conflict => conflict.Kind == InventoryConflictKind.WasChanged) && tries < MostTries) continue;
            throw new ConfigurationException([.. conflicts.Select(conflict => ConflictWording.Of(conflict, planned.PlaceOf))]);
        }
    }

    /// <summary>A change that was computed, with what it comes to.</summary>
    /// <param name="Batch">What is written.</param>
    /// <param name="Changes">What that comes to.</param>
    private sealed record PlannedChange(InventoryBatch Batch, InventoryChanges Changes)
    {
        /// <summary>Gets what tells where a node of the change comes from, for messages; empty for nowhere.</summary>
        public Func<string, string> PlaceOf { get; init; } = static _ => "";
    }
}
