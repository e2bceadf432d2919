using System.Collections.Immutable;

namespace Kadeploy;

/// <summary>A node of the inventory.</summary>
/// <param name="Definition">What is recorded of it.</param>
/// <param name="Origin">Where it is defined: <see cref="StoreOrigin"/>, or a file with its line, such as <c>clusters/lab.yml:4</c>.</param>
/// <param name="Activity">What the journal knows of it.</param>
public sealed record InventoryNode(NodeDefinition Definition, string Origin, NodeActivity Activity)
{
    /// <summary>What <see cref="Origin"/> is for nodes and clusters of the store.</summary>
    public const string StoreOrigin = "store";

    /// <summary>Gets the name.</summary>
    public NodeName Name => Definition.Name;

    /// <summary>Gets the cluster.</summary>
    public string Cluster => Definition.Cluster;

    /// <summary>Gets how the node stands.</summary>
    public NodeCondition Condition => Activity.Condition;
}

/// <summary>A cluster of the inventory.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Origin">Where it is defined, as in <see cref="InventoryNode.Origin"/>.</param>
/// <param name="Nodes">Its nodes, in their order; they may be defined elsewhere than the cluster.</param>
/// <param name="Settings">Its settings, as YAML with the keys of a cluster's file, without its nodes.</param>
public sealed record InventoryCluster(string Name, string Origin, ImmutableArray<NodeName> Nodes, string Settings);

/// <summary>Which nodes are meant. All that is given must fit; where several of one kind are given, one of them must, except for tags, which must all be there.</summary>
public sealed record NodeFilter
{
    /// <summary>Gets the names.</summary>
    /// <value>Null for all nodes.</value>
    public NodeSet? Names { get; init; }

    /// <summary>Gets the clusters.</summary>
    public ImmutableArray<string> Clusters { get; init; } = [];

    /// <summary>Gets the groups.</summary>
    public ImmutableArray<string> Groups { get; init; } = [];

    /// <summary>Gets the tags.</summary>
    public ImmutableArray<string> Tags { get; init; } = [];

    /// <summary>Gets how the nodes stand.</summary>
    public ImmutableArray<NodeCondition> Conditions { get; init; } = [];

    /// <summary>Gets what is deployed: <c>NAME</c>, or <c>NAME:VERSION</c>.</summary>
    public ImmutableArray<string> Environments { get; init; } = [];
}
