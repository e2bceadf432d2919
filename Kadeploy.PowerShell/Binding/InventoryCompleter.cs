namespace Kadeploy.PowerShell.Binding;

/// <summary>Completes words that nodes and clusters of the inventory have.</summary>
public abstract class InventoryCompleter : KaCompleter
{
    private protected sealed override async Task<IReadOnlyList<Completion>> LoadAsync(ISession session, CancellationToken cancellationToken)
    {
        // What is not there must not be made by a key press; without it there is still the configuration's file.
        if (!EnvironmentWords.HasState(session) && !File.Exists(session.Settings.Configuration)) return [];
        var inventory = (await session.OpenCatalogsAsync(cancellationToken).ConfigureAwait(false)).Nodes;
        return await WordsAsync(inventory, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Asks the inventory for the words.</summary>
    private protected abstract Task<IReadOnlyList<Completion>> WordsAsync(INodeInventory inventory, CancellationToken cancellationToken);

    /// <summary>Counts words that nodes have.</summary>
    private protected static async Task<IReadOnlyList<Completion>> CountAsync(
        INodeInventory inventory, Func<InventoryNode, IEnumerable<string>> words, CancellationToken cancellationToken) =>
    [
        .. (await inventory.ListAsync(new(), cancellationToken).ConfigureAwait(false)).SelectMany(words).CountBy(static word => word)
            .OrderBy(static each => each.Key, StringComparer.Ordinal).Select(static each => new Completion(each.Key, Running.PlanText.Nodes(each.Value))),
    ];
}

/// <summary>Completes names of clusters.</summary>
public sealed class ClusterCompleter : InventoryCompleter
{
    private protected override string What => "clusters";

    private protected override async Task<IReadOnlyList<Completion>> WordsAsync(INodeInventory inventory, CancellationToken cancellationToken) =>
        [.. (await inventory.ListClustersAsync(cancellationToken).ConfigureAwait(false)).Select(static each => new Completion(each.Name, $"{Running.PlanText.Nodes(each.Nodes.Length)}, {each.Origin}"))];
}

/// <summary>Completes tags of nodes.</summary>
public sealed class TagCompleter : InventoryCompleter
{
    private protected override string What => "tags";

    private protected override Task<IReadOnlyList<Completion>> WordsAsync(INodeInventory inventory, CancellationToken cancellationToken) =>
        CountAsync(inventory, static each => each.Definition.Tags, cancellationToken);
}

/// <summary>Completes groups of nodes.</summary>
public sealed class GroupCompleter : InventoryCompleter
{
    private protected override string What => "groups";

    private protected override Task<IReadOnlyList<Completion>> WordsAsync(INodeInventory inventory, CancellationToken cancellationToken) =>
        CountAsync(inventory, static each => each.Definition.Groups, cancellationToken);
}
