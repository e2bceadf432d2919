using System.Collections.Immutable;
using System.Net;

namespace Kadeploy;

/// <summary>Describes one machine that can be deployed.</summary>
public sealed record Node
{
    /// <summary>Gets the node's name, unique in the store.</summary>
    public required NodeName Name { get; init; }

    /// <summary>Gets the cluster that the node belongs to.</summary>
    public required string Cluster { get; init; }

    /// <summary>Gets the address by which the node is reached.</summary>
    /// <value>Null when the name is to be resolved instead.</value>
    public IPAddress? Address { get; init; }

    /// <summary>Gets the hardware addresses of the network cards that may boot, in the order of preference.</summary>
    /// <value>The default is none.</value>
    public ImmutableArray<MacAddress> MacAddresses { get; init; } = [];

    /// <summary>Gets the rule that finds the disk on this node.</summary>
    /// <value>Null for the cluster's own.</value>
    public DiskRule? DiskRule { get; init; }

    /// <summary>Gets the node's tags, in their order, such as <c>rack=r7</c>.</summary>
    /// <value>The default is none, also in plans that were kept before there were tags.</value>
    public ImmutableArray<string> Tags { get => field.IsDefault ? [] : field; init; } = [];
}
