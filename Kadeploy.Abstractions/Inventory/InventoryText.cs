using System.Collections.Immutable;

namespace Kadeploy;

/// <summary>How lists of nodes are written.</summary>
public enum NodeListFormat
{
    /// <summary>YAML: a table <c>nodes</c> with the keys that a cluster's file has for nodes, and <c>cluster</c>.</summary>
    Yaml,

    /// <summary>Comma-separated values (RFC 4180) with a line of titles.</summary>
    Csv,
}

/// <summary>A text that is to be read into the inventory.</summary>
/// <param name="Name">What messages call it: the file's path, or <c>-</c> for standard input. Relative paths in it are relative to its folder.</param>
/// <param name="Text">The text.</param>
public sealed record InventoryText(string Name, string Text);

/// <summary>What a change of the inventory came to.</summary>
public sealed record InventoryChanges
{
    /// <summary>Gets the nodes that came.</summary>
    public NodeSet Added { get; init; } = NodeSet.Empty;

    /// <summary>Gets the nodes that are recorded otherwise now.</summary>
    public NodeSet Changed { get; init; } = NodeSet.Empty;

    /// <summary>Gets the nodes that were recorded just so before.</summary>
    public NodeSet Unchanged { get; init; } = NodeSet.Empty;

    /// <summary>Gets the nodes that went.</summary>
    public NodeSet Removed { get; init; } = NodeSet.Empty;

    /// <summary>Gets the clusters that came.</summary>
    public ImmutableArray<string> AddedClusters { get; init; } = [];

    /// <summary>Gets the clusters whose settings are others now.</summary>
    public ImmutableArray<string> ChangedClusters { get; init; } = [];

    /// <summary>Gets the clusters whose settings were just so before.</summary>
    public ImmutableArray<string> UnchangedClusters { get; init; } = [];

    /// <summary>Gets the clusters that went.</summary>
    public ImmutableArray<string> RemovedClusters { get; init; } = [];

    /// <summary>Gets a value indicating whether this is only what would be done.</summary>
    public bool DryRun { get; init; }
}

/// <summary>What is changed of a cluster.</summary>
public sealed record ClusterChange
{
    /// <summary>Gets values by key, such as <c>power.ipmi.user</c>; each value is written as in a cluster's file, and may be a list or a table.</summary>
    public ImmutableSortedDictionary<string, string> Set { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>Gets the keys that are taken away.</summary>
    public ImmutableArray<string> Unset { get; init; } = [];

    /// <summary>Gets the password of the controllers, instead of <c>power.ipmi.password_file</c> and <c>password_env</c>.</summary>
    /// <value>As for <see cref="NodeSettings.ControllerPassword"/>.</value>
    public Secret? ControllerPassword { get; init; }
}
