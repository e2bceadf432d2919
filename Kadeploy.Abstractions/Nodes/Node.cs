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

    /// <summary>Gets where the node is in the network, so that broadcasts pass images between neighbours.</summary>
    /// <value>Null when it is not known; the default. Then names say who is near whom.</value>
    public NodeTopology? Topology { get; init; }
}

/// <summary>Says where a node is in the network; each part is any text that is the same for neighbours.</summary>
/// <param name="Switch">The switch to which it is connected; null when unknown.</param>
/// <param name="Rack">The rack in which it stands; null when unknown.</param>
public sealed record NodeTopology(string? Switch, string? Rack);
