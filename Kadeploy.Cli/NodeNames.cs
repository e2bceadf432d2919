namespace Kadeploy.Cli;

/// <summary>Shows lists of nodes; the only place of the command line that knows how they are written.</summary>
internal static class NodeNames
{
    /// <summary>Writes nodes as briefly as possible.</summary>
    /// <param name="nodes">The nodes.</param>
    /// <returns>The list.</returns>
    public static string Fold(IEnumerable<NodeName> nodes) => NodeSet.From(nodes).Fold();
}
