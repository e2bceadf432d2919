namespace Kadeploy.Cli;

/// <summary>Reads and shows lists of nodes; the only place that knows how they are written.</summary>
internal static class NodeNames
{
    /// <summary>Writes nodes as briefly as possible.</summary>
    /// <param name="nodes">The nodes.</param>
    /// <returns>The list.</returns>
    public static string Fold(IEnumerable<NodeName> nodes) => string.Join(',', nodes.Select(static node => node.Value));

    /// <summary>Reads lists of nodes.</summary>
    /// <param name="lists">Lists as they are typed or stand on the lines of a file.</param>
    /// <returns>The nodes, each once, in the order in which they are named.</returns>
    /// <exception cref="ConfigurationException">A list is not well formed; all problems are listed.</exception>
    public static IReadOnlyList<NodeName> Expand(IEnumerable<string> lists)
    {
        var nodes = new OrderedDictionary<NodeName, bool>();
        var problems = new List<string>();
        foreach (var name in lists.SelectMany(static list => list.Split(',', StringSplitOptions.TrimEntries)))
            try
            {
                nodes.TryAdd(NodeName.Parse(name), true);
            }
            catch (FormatException wrong)
            {
                problems.Add(wrong.Message);
            }

        return problems.Count > 0 ? throw new ConfigurationException([.. problems]) : [.. nodes.Keys];
    }
}
