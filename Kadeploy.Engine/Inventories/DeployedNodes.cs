using System.Collections.Immutable;
using Kadeploy.Engine.Environments;
using Kadeploy.Engine.Stores;

namespace Kadeploy.Engine.Inventories;

/// <summary>Environments that are on the disks of nodes.</summary>
/// <param name="store">Knows what became of nodes.</param>
internal sealed class DeployedNodes(IInventoryStore store) : IEnvironmentUse
{
    /// <inheritdoc/>
    public async Task<ImmutableArray<string>> FindAsync(KaEnvironment environment, CancellationToken cancellationToken)
    {
        var activities = await store.ReadActivitiesAsync(null, cancellationToken).ConfigureAwait(false);
        var nodes = NodeSet.From(activities.Where(each => each.Value.Environment is { } deployed && Is(environment, deployed)).Select(static each => each.Key));
        return nodes.Count == 0 ? [] : [$"{(nodes.Count == 1 ? "node" : "nodes")} {nodes.Fold()}"];
    }

    // One that was described in a file may have the same name; it is another one.
    private static bool Is(KaEnvironment environment, DeployedEnvironment deployed) =>
        deployed.Revision > 0 && (deployed.Name, deployed.Version, deployed.Owner) == (environment.Name, environment.Version, environment.User);
}
