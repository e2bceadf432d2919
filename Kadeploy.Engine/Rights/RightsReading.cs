using System.Collections.Immutable;

namespace Kadeploy.Engine.Rights;

/// <summary>What rights let one user do: all that is read from rights is read here.</summary>
/// <remarks>A right counts on a node when it is for the node, for the cluster that the node is in, or for all nodes, and when the moment is in its
/// time. All rights that count are taken together. Immutable.</remarks>
internal sealed class RightsReading
{
    private readonly ILookup<RightScope, Right> _rights;

    /// <summary>Makes it.</summary>
    /// <param name="rights">The rights of the user and of his groups.</param>
    public RightsReading(IEnumerable<Right> rights) => _rights = rights.ToLookup(static right => right.Scope);

    /// <summary>Gives the rights that count on a node, whatever the moment.</summary>
    /// <param name="node">The node.</param>
    /// <param name="cluster">Its cluster; null when it is not known.</param>
    /// <returns>The rights.</returns>
    public IEnumerable<Right> On(NodeName node, string? cluster) => cluster is null
        ? _rights[RightScope.Of(node)].Concat(_rights[RightScope.All])
        : _rights[RightScope.Of(node)].Concat(_rights[RightScope.OfCluster(cluster)]).Concat(_rights[RightScope.All]);

    /// <summary>Says whether there is any right on a node.</summary>
    /// <param name="node">The node.</param>
    /// <param name="cluster">Its cluster; null when it is not known.</param>
    /// <param name="at">The moment.</param>
    /// <returns>Whether there is.</returns>
    public bool HasAny(NodeName node, string? cluster, DateTimeOffset at) => On(node, cluster).Any(right => right.Window.Contains(at));

    /// <summary>Finds what is missing on a node.</summary>
    /// <param name="node">The node.</param>
    /// <param name="cluster">Its cluster; null when it is not known.</param>
    /// <param name="parts">The devices that would be written; empty when any right will do.</param>
    /// <param name="at">The moment.</param>
    /// <returns>The first right that is missing; null when none is.</returns>
    public MissingRight? FindMissing(NodeName node, string? cluster, ImmutableArray<RightPart> parts, DateTimeOffset at)
    {
        var count = On(node, cluster).Where(right => right.Window.Contains(at)).ToList();
        if (count.Count == 0)
        {
            var later = On(node, cluster).Where(right => right.Window.From > at).MinBy(static right => right.Window.From);
            return new(node, null, later is null ? "no right" : $"no right yet: one holds {later.Window}");
        }

        foreach (var part in parts)
        {
            if (count.Exists(right => right.Part.Covers(part))) continue;
            var others = string.Join(", ", count.Select(static right => right.Part.Value).Distinct().Order(StringComparer.Ordinal));
            return new(node, part, $"no right on {(part.IsAny ? "every device" : part)}, only on {others}");
        }

        return null;
    }
}
