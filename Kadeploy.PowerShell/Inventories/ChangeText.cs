namespace Kadeploy.PowerShell.Inventories;

/// <summary>Words what a change of the inventory comes to.</summary>
internal static class ChangeText
{
    /// <summary>Words it on one line.</summary>
    /// <param name="changes">The change.</param>
    /// <returns>For example <c>add nodes lab-[1-4]; change clusters lab</c>; empty when nothing changes.</returns>
    public static string Of(InventoryChanges changes)
    {
        (string Verb, string What)[] parts =
        [
            ("add clusters", string.Join(", ", changes.AddedClusters)), ("change clusters", string.Join(", ", changes.ChangedClusters)),
            ("remove clusters", string.Join(", ", changes.RemovedClusters)), ("add nodes", changes.Added.Fold()), ("change nodes", changes.Changed.Fold()), ("remove nodes", changes.Removed.Fold()),
        ];
        return string.Join("; ", parts.Where(static each => each.What.Length > 0).Select(static each => $"{each.Verb} {each.What}"));
    }
}
