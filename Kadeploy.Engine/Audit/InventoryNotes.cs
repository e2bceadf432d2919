using Kadeploy.Engine.Stores;

namespace Kadeploy.Engine.Audit;

/// <summary>What the audit trail says of the inventory.</summary>
internal static class InventoryNotes
{
    /// <summary>Clusters and nodes of the store were changed.</summary>
    /// <param name="changes">What was written and removed.</param>
    /// <param name="user">Who did it.</param>
    /// <returns>An entry for each cluster, and one for the nodes with which the same was done.</returns>
    public static IEnumerable<AuditNote> Of(InventoryBatch changes, string user)
    {
        foreach (var cluster in changes.Clusters) yield return new(user, AuditAction.Changed, $"cluster {cluster.Name} of the store: {Done(cluster.Read)}");
        foreach (var group in changes.Nodes.GroupBy(static node => Done(node.Read)).OrderBy(static group => group.Key, StringComparer.Ordinal))
            yield return Nodes(group.Key, group.Select(static node => node.Definition.Name), user);
        if (!changes.RemovedNodes.IsEmpty) yield return Nodes("removed", changes.RemovedNodes, user);
        foreach (var cluster in changes.RemovedClusters) yield return new(user, AuditAction.Changed, $"cluster {cluster} of the store: removed");
    }

    private static AuditNote Nodes(string done, IEnumerable<NodeName> names, string user) =>
        new(user, AuditAction.Changed, $"nodes of the store: {done}", NodeSet.From(names).Fold());

    private static string Done(long read) => read == 0 ? "added" : "changed";
}
