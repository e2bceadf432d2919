using System.Collections.Immutable;

namespace Kadeploy.Engine.Configuration.Reading;

/// <summary>Refuses what is there twice in all files together: two machines with one name, address or controller.</summary>
internal sealed class UniqueNames
{
    private readonly Dictionary<string, string> _places = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Adds a cluster.</summary>
    /// <param name="section">Its file.</param>
    /// <param name="file">The file's path, for messages.</param>
    /// <param name="settings">The cluster.</param>
    /// <param name="nodes">Its nodes with their lines.</param>
    public void Add(Section section, string file, ClusterSettings settings, ImmutableArray<NodeEntry> nodes)
    {
        if (settings.Cluster.Name.Length > 0) Check($"cluster {settings.Cluster.Name}", section.Line);
        foreach (var (node, line) in nodes.Select(static entry => (entry.Node, entry.Line)))
        {
            Check($"node {node.Name}", line);
            if (node.Address is { } address) Check($"address {address}", line);
            foreach (var mac in node.MacAddresses) Check($"hardware address {mac}", line);
        }

        foreach (var entry in nodes)
            if (entry.Controller is { } controller) Check($"controller {controller.Address} port {controller.Port}", entry.Line);

        void Check(string what, int line)
        {
            if (!_places.TryAdd(what, $"{file}:{line}")) section.Source.Problem(line, $"{what} is there a second time; the first is in {_places[what]}");
        }
    }
}
