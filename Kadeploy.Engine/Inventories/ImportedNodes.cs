using System.Collections.Immutable;
using Kadeploy.Engine.Configuration;
using Kadeploy.Engine.Configuration.Reading;
using Kadeploy.Engine.Stores;

namespace Kadeploy.Engine.Inventories;

/// <summary>Sorts nodes that are to be recorded into new, changed and unchanged ones, and refuses what cannot be.</summary>
internal sealed class ImportedNodes
{
    private readonly Dictionary<NodeName, StoredNode> _stored;
    private readonly Dictionary<NodeName, NodeEntry> _files;
    private readonly UniqueNames _inFiles;
    private readonly UniqueNames _among = new();
    private readonly ConfigProblems _problems;
    private readonly ImmutableArray<NodeWrite>.Builder _writes = ImmutableArray.CreateBuilder<NodeWrite>();
    private readonly Dictionary<string, string> _places = new(StringComparer.Ordinal);
    private readonly List<NodeName> _added = [];
    private readonly List<NodeName> _changed = [];
    private readonly List<NodeName> _unchanged = [];

    /// <summary>Begins.</summary>
    /// <param name="stored">What is in the store.</param>
    /// <param name="files">What files define; null when there are none.</param>
    /// <param name="inFiles">What they have that no other node may.</param>
    /// <param name="problems">Receives what is wrong.</param>
    public ImportedNodes(StoredInventory stored, Site? files, UniqueNames inFiles, ConfigProblems problems)
    {
        (_inFiles, _problems) = (inFiles, problems);
        _stored = stored.Nodes.ToDictionary(static node => node.Definition.Name);
        _files = (files?.Clusters ?? []).SelectMany(static cluster => cluster.Entries).ToDictionary(static entry => entry.Node.Name);
    }

    /// <summary>Gets what is to be written.</summary>
    public ImmutableArray<NodeWrite> Writes => _writes.ToImmutable();

    /// <summary>Gets what that comes to.</summary>
    public InventoryChanges Changes => new() { Added = NodeSet.From(_added), Changed = NodeSet.From(_changed), Unchanged = NodeSet.From(_unchanged) };

    /// <summary>Takes a node.</summary>
    /// <param name="entry">The node, read with its cluster.</param>
    /// <param name="cluster">The revision of its cluster; 0 when a file defines it, or it is written with the node.</param>
    public void Add(NodeEntry entry, long cluster)
    {
        var name = entry.Node.Name;
        _among.Add(entry, problem => _problems.Add(entry.Place, 0, problem));
        if (_files.TryGetValue(name, out var file))
        {
            if (NodeList.Same(file.Definition, entry.Definition)) _unchanged.Add(name);
            else _problems.Add(entry.Place, 0, $"node {name} is defined otherwise in {file.Place}; change it there");
            return;
        }

        foreach (var claim in entry.Claims().Skip(1))
            if (_inFiles.PlaceOf(claim) is { } place) _problems.Add(entry.Place, 0, $"{claim} is there already, in {place}");
        _places[name.Value] = entry.Place;
        var before = _stored.GetValueOrDefault(name);
        if (before is null) _added.Add(name);
        else if (NodeList.Same(before.Definition, entry.Definition)) _unchanged.Add(name);
        else _changed.Add(name);
        if (before is not null && _unchanged.Count > 0 && _unchanged[^1] == name) return;
        _writes.Add(new(entry.Definition, before?.Revision ?? 0, [.. entry.Claims().Skip(1)], cluster));
    }

    /// <summary>Tells where a node was read.</summary>
    /// <param name="name">The node.</param>
    /// <returns>File and line; empty when it was not read.</returns>
    public string PlaceOf(string name) => _places.GetValueOrDefault(name, "");
}
