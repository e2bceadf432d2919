using System.Collections.Immutable;
using Kadeploy.Engine.Configuration.Reading;
using Kadeploy.Engine.Configuration.Yaml;
using static Kadeploy.Engine.Configuration.Yaml.YamlWriter;

namespace Kadeploy.Engine.Configuration.Kadeploy3;

/// <summary>The nodes of a cluster in <c>clusters.conf</c>.</summary>
/// <param name="Entries">Names and addresses of each, ranges written out.</param>
/// <param name="Short">The same with ranges, as they are written.</param>
internal sealed record OldNodes(ImmutableArray<(string Name, string? Address)> Entries, YamlList Short)
{
    /// <summary>Reads them.</summary>
    /// <param name="cluster">The cluster's table.</param>
    /// <returns>The nodes.</returns>
    public static OldNodes Read(OldTable cluster)
    {
        var (entries, written) = (ImmutableArray.CreateBuilder<(string, string?)>(), new List<YamlValue>());
        var tables = cluster.Tables("nodes");
        if (tables.Count == 0) cluster.Section.Problem("nodes", "is empty; a cluster of Kadeploy 3 has at least one node");
        foreach (var table in tables)
        {
            var (name, address) = (table.Text("name", "nodes.name"), table.Text("address", "nodes.address"));
            if (name is null) table.Section.Missing("name");
            var names = Ranges.Expand(table.Section, "name", name ?? "");
            var addresses = address is null ? [] : Ranges.Addresses(table.Section, "address", names.Length);
            for (var i = 0; i < names.Length; i++) entries.Add((names[i].ToLowerInvariant(), addresses.IsEmpty ? null : addresses[i].ToString()));
            written.Add(Table([("name", Text(name ?? "")), ("address", address is null ? null : Text(address))]));
            table.End();
        }

        return new(entries.ToImmutable(), new(0, [.. written]));
    }

    /// <summary>Gives the entries for the new file.</summary>
    /// <param name="own">What single nodes have of their own.</param>
    /// <returns>The entries: with ranges, when no node has anything of its own.</returns>
    public YamlList With(IReadOnlyDictionary<string, (YamlTable? Commands, YamlTable? Console)> own) => Entries.All(entry => !own.ContainsKey(entry.Name))
        ? Short
        : new(0, [.. Entries.Select(entry => Table(
        [
            ("name", Text(entry.Name)), ("address", entry.Address is { } address ? Text(address) : null),
            ("commands", own.GetValueOrDefault(entry.Name).Commands), ("console", own.GetValueOrDefault(entry.Name).Console),
        ]))]);
}
