using System.Collections.Immutable;

namespace Kadeploy.Engine.Planning;

/// <summary>Finds the nodes that a request names and sorts them by cluster.</summary>
internal static class NodeSelection
{
    // Each further name is searched among all known nodes: a file of wrong names must not take minutes to refuse.
    private const int NamesShown = 10;

    /// <summary>Selects nodes.</summary>
    /// <param name="names">The names that are asked for.</param>
    /// <param name="known">The nodes that exist.</param>
    /// <param name="clusters">The clusters that exist.</param>
    /// <param name="problems">Receives what is wrong.</param>
    /// <returns>The clusters with their nodes, both in the order in which they are first asked for; empty clusters are left out.</returns>
    public static IReadOnlyList<(Cluster Cluster, ImmutableArray<Node> Nodes)> Select(
        ImmutableArray<NodeName> names, IReadOnlyList<Node> known, IReadOnlyList<Cluster> clusters, Problems problems)
    {
        if (names.IsDefaultOrEmpty)
        {
            problems.Add("no node is named; name at least one");
            return [];
        }

        var nodes = new Dictionary<NodeName, Node>(known.Count);
        foreach (var node in known) nodes.TryAdd(node.Name, node);
        ReportTwice(names, problems);
        ReportUnknown([.. names.Distinct().Where(name => !nodes.ContainsKey(name))], known, problems);

        var selected = new List<(Cluster, ImmutableArray<Node>)>();
        foreach (var group in names.Distinct().Where(nodes.ContainsKey).Select(name => nodes[name]).GroupBy(static node => node.Cluster))
        {
            if (clusters.FirstOrDefault(cluster => cluster.Name == group.Key) is { } found)
                selected.Add((found, [.. group]));
            else
                problems.Add(
                    $"cluster '{group.Key}' of node {group.First().Name} is not configured"
                    + NearestName.Suggestion(group.Key, clusters.Select(static cluster => cluster.Name)));
        }

        return selected;
    }

    private static void ReportTwice(ImmutableArray<NodeName> names, Problems problems)
    {
        var twice = names.GroupBy(static name => name).Where(static group => group.Count() > 1).Select(static group => group.Key).ToList();
        if (twice.Count > 0)
            problems.Add($"named more than once: {Shown(twice.Select(static name => name.Value), twice.Count)}; name each node once");
    }

    private static void ReportUnknown(IReadOnlyList<NodeName> unknown, IReadOnlyList<Node> known, Problems problems)
    {
        foreach (var name in unknown.Take(NamesShown))
            problems.Add($"node '{name}' is not known" + NearestName.Suggestion(name.Value, known.Select(static node => node.Name.Value)));
        if (unknown.Count > NamesShown) problems.Add($"{unknown.Count - NamesShown} further nodes are not known");
    }

    private static string Shown(IEnumerable<string> names, int count) =>
        string.Join(", ", names.Take(NamesShown)) + (count > NamesShown ? $" and {count - NamesShown} more" : "");
}
