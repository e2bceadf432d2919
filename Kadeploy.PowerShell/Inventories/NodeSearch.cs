using System.Collections.Immutable;
using Kadeploy.PowerShell.Bridge;

namespace Kadeploy.PowerShell.Inventories;

/// <summary>Finds nodes of the inventory; those that are named and not there are errors, and the others are gone on with.</summary>
/// <param name="session">The session. One of simulated nodes has a node of any name.</param>
/// <param name="streams">What to tell.</param>
internal sealed class NodeSearch(ISession session, ICmdletStreams streams)
{
    /// <summary>The cluster that simulated nodes are in.</summary>
    private const string SimulatedCluster = "sim";

    /// <summary>What the origin of simulated nodes is.</summary>
    public const string SimulationOrigin = "simulation";

    /// <summary>Finds them.</summary>
    /// <param name="selections">What was asked for; empty for nothing.</param>
    /// <param name="filter">What else must fit; it names no nodes.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The nodes, each once, in natural order of their names.</returns>
    public async Task<ImmutableArray<InventoryNode>> FindAsync(IReadOnlyList<NodeSelection> selections, NodeFilter filter, CancellationToken cancellationToken)
    {
        var inventory = (await session.OpenCatalogsAsync(cancellationToken).ConfigureAwait(false)).Nodes;
        var fitting = await inventory.ListAsync(filter, cancellationToken).ConfigureAwait(false);
        var named = NodeSet.From(selections.SelectMany(static each => each.Names));
        var found = fitting.Where(each => named.Contains(each.Name) || selections.Any(selection => selection.Means(each.Name))).ToList();
        var absent = named.Except(NodeSet.From(found.Select(static each => each.Name)));
        if (absent.Count == 0) return [.. found];
        var known = NodeSet.From((await inventory.ListAsync(new(), cancellationToken).ConfigureAwait(false)).Select(static each => each.Name));
        absent = absent.Except(known);
        if (session.Settings.Simulation is not null) return Sorted(found.Concat(Simulated(absent, filter)));
        foreach (var name in absent) await streams.WriteErrorAsync(ErrorReport.NotFound(Strings.NoNode(name), name)).ConfigureAwait(false);
        return [.. found];
    }

    // Each deployment makes its simulated nodes anew: nothing of one remains for the next, so that nothing is known of them.
    private static IEnumerable<InventoryNode> Simulated(NodeSet names, NodeFilter filter)
    {
        var fits = filter is { Groups.IsEmpty: true, Tags.IsEmpty: true, Environments.IsEmpty: true }
            && (filter.Conditions.IsEmpty || filter.Conditions.Contains(NodeCondition.NeverUsed))
            && (filter.Clusters.IsEmpty || filter.Clusters.Contains(SimulatedCluster, StringComparer.OrdinalIgnoreCase));
        return fits ? names.Select(static name => new InventoryNode(new() { Name = name, Cluster = SimulatedCluster }, SimulationOrigin, NodeActivity.None)) : [];
    }

    private static ImmutableArray<InventoryNode> Sorted(IEnumerable<InventoryNode> nodes)
    {
        var byName = nodes.ToDictionary(static each => each.Name);
        return [.. NodeSet.From(byName.Keys).Names.Select(name => byName[name])];
    }
}
