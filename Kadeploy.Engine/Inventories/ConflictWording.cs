using Kadeploy.Engine.Stores;

namespace Kadeploy.Engine.Inventories;

/// <summary>Says in words for users what is in the way of a change.</summary>
internal static class ConflictWording
{
    /// <summary>Words a conflict.</summary>
    /// <param name="conflict">The conflict.</param>
    /// <param name="placeOf">Tells where a node or cluster of the change comes from; empty for nowhere.</param>
    /// <returns>What is in the way, and what to do.</returns>
    public static string Of(InventoryConflict conflict, Func<string, string> placeOf)
    {
        var other = conflict.Other.Split('\n');
        var subject = conflict.Subject;
        var text = conflict.Kind switch
        {
            InventoryConflictKind.IsThere => $"{subject} is in the store already; change it with 'set', or remove it first",
            InventoryConflictKind.IsMissing => $"{subject} is not in the store any more",
            InventoryConflictKind.WasChanged => $"{subject} is being changed by others all the time; try again",
            InventoryConflictKind.IsClaimed => $"node {subject}: {other[0]} is there already, at node {other[1]} of the store",
            InventoryConflictKind.HasNodes =>
                $"cluster {subject} has {other[0]} {(other[0] == "1" ? "node" : "nodes")} in the store; remove them first, or move them with 'kadeploy nodes set --cluster'",
            InventoryConflictKind.IsBusy =>
                $"node {subject} is busy with operation {other[0]} of {other[1]}; wait for it, or cancel it with 'kadeploy cancel {other[0]}'",
            _ => throw new ArgumentOutOfRangeException(nameof(conflict), conflict.Kind, "no such kind of conflict"),
        };
        var place = placeOf(subject);
        return place.Length > 0 ? $"{place}: {text}" : text;
    }
}
