using System.Collections.Immutable;

namespace Kadeploy.Engine.Stores;

/// <summary>Keeps clusters and nodes that no file defines, and tells what the journal knows of nodes.</summary>
/// <remarks>As <see cref="IStore"/>: each method is one transaction, safe for several processes at once. What may be kept is decided above: here only what
/// two processes could do to each other is checked.</remarks>
internal interface IInventoryStore
{
    /// <summary>Reads clusters and nodes.</summary>
    /// <param name="nodes">The nodes that are wanted; null for all.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>All clusters by name, and those of the nodes that there are, by name.</returns>
    Task<StoredInventory> ReadInventoryAsync(IReadOnlyCollection<NodeName>? nodes, CancellationToken cancellationToken);

    /// <summary>Makes changes: all of them, or none when anything is in the way.</summary>
    /// <param name="changes">The changes.</param>
    /// <param name="user">Who makes them.</param>
    /// <param name="at">The time now.</param>
    /// <param name="cancellationToken">Gives up before anything is done.</param>
    /// <returns>Everything that is in the way; empty when the changes are made.</returns>
    Task<ImmutableArray<InventoryConflict>> ChangeInventoryAsync(InventoryBatch changes, string user, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>Finds out which texts occur in what is recorded of nodes and clusters, in whatever setting.</summary>
    /// <param name="texts">The texts, in lower case.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Those that occur.</returns>
    Task<ImmutableArray<string>> FindMentionedAsync(IReadOnlyCollection<string> texts, CancellationToken cancellationToken);

    /// <summary>Does something for each text that occurs nowhere, while nobody can make a change by which it would.</summary>
    /// <param name="texts">The texts, in lower case.</param>
    /// <param name="forget">What is done.</param>
    /// <param name="cancellationToken">Gives up before anything is done.</param>
    /// <returns>A task.</returns>
    Task ForgetAsync(IReadOnlyCollection<string> texts, Action<string> forget, CancellationToken cancellationToken);

    /// <summary>Tells what the journal knows of nodes; takes time with the number of nodes, not with the length of the journal.</summary>
    /// <param name="only">The node that is wanted; null for all.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What is known, of nodes of which anything is.</returns>
    Task<IReadOnlyDictionary<NodeName, NodeActivity>> ReadActivitiesAsync(NodeName? only, CancellationToken cancellationToken);
}

/// <summary>What the store has of the inventory.</summary>
/// <param name="Clusters">The clusters.</param>
/// <param name="Nodes">The nodes.</param>
internal sealed record StoredInventory(ImmutableArray<StoredCluster> Clusters, ImmutableArray<StoredNode> Nodes)
{
    /// <summary>Gets the inventory without anything.</summary>
    public static StoredInventory Empty { get; } = new([], []);
}

/// <summary>A cluster of the store.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Settings">Its settings as YAML.</param>
/// <param name="Revision">The number of the change that wrote it last.</param>
internal sealed record StoredCluster(string Name, string Settings, long Revision);

/// <summary>A node of the store.</summary>
/// <param name="Definition">What is recorded of it.</param>
/// <param name="Revision">The number of the change that wrote it last.</param>
internal sealed record StoredNode(NodeDefinition Definition, long Revision);

/// <summary>Changes that belong together.</summary>
internal sealed record InventoryBatch
{
    /// <summary>Gets the clusters that are written.</summary>
    public ImmutableArray<ClusterWrite> Clusters { get; init; } = [];

    /// <summary>Gets the nodes that are written.</summary>
    public ImmutableArray<NodeWrite> Nodes { get; init; } = [];

    /// <summary>Gets the nodes that are removed.</summary>
    public ImmutableArray<NodeName> RemovedNodes { get; init; } = [];

    /// <summary>Gets the clusters that are removed.</summary>
    public ImmutableArray<string> RemovedClusters { get; init; } = [];

    /// <summary>Gets the full paths of files that have to be there at the moment of the change; one that is not was removed since it was looked at.</summary>
    public ImmutableArray<string> NeededFiles { get; init; } = [];

    /// <summary>Gets a value indicating whether only to find out what is in the way.</summary>
    public bool DryRun { get; init; }

    /// <summary>Gets a value indicating whether there is nothing to do.</summary>
    public bool IsEmpty => Clusters.IsEmpty && Nodes.IsEmpty && RemovedNodes.IsEmpty && RemovedClusters.IsEmpty;
}

/// <summary>A cluster that is written.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Settings">Its settings as YAML.</param>
/// <param name="Read">The revision that was read; 0 when it is new.</param>
internal sealed record ClusterWrite(string Name, string Settings, long Read);

/// <summary>A node that is written.</summary>
/// <param name="Definition">What is recorded of it.</param>
/// <param name="Read">The revision that was read; 0 when it is new.</param>
/// <param name="Claims">What no other node may have.</param>
/// <param name="ClusterRead">The revision of its cluster with which it was checked; 0 when a file defines the cluster, or the cluster is written with it.</param>
internal sealed record NodeWrite(NodeDefinition Definition, long Read, ImmutableArray<string> Claims, long ClusterRead);

/// <summary>Something that is in the way of a change.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Subject">The node or cluster that was to be changed.</param>
/// <param name="Other">What is in the way, for those kinds that have such.</param>
internal sealed record InventoryConflict(InventoryConflictKind Kind, string Subject, string Other = "");

/// <summary>What can be in the way of a change.</summary>
internal enum InventoryConflictKind
{
    /// <summary>It was to be new, and is there.</summary>
    IsThere,

    /// <summary>It is not there.</summary>
    IsMissing,

    /// <summary>It, or the cluster with which it was checked, was changed since it was read.</summary>
    WasChanged,

    /// <summary>Another node has what it claims: <c>what</c> and <c>node</c>, parted by a line end.</summary>
    IsClaimed,

    /// <summary>The cluster has nodes: their number.</summary>
    HasNodes,

    /// <summary>An operation has the node: its identifier and user, parted by a line end.</summary>
    IsBusy,
}
