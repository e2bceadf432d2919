using System.Collections.Immutable;

namespace Kadeploy;

/// <summary>Moves nodes between isolated networks.</summary>
/// <remarks>Idempotent. Guarantee on return: all nodes are in the network. Exceptions as for <see cref="INetBoot"/>.</remarks>
public interface IVlanSwitch
{
    /// <summary>Gets what is missing when this driver can do nothing, for users; else empty.</summary>
    string Missing { get; }

    /// <summary>Moves nodes together.</summary>
    /// <param name="nodes">The nodes.</param>
    /// <param name="vlan">The network's name, or <c>DEFAULT</c>.</param>
    /// <param name="cancellationToken">Ends the wait; then any node may be in either network.</param>
    /// <returns>A task that ends when all nodes are there.</returns>
    Task MoveAsync(ImmutableArray<Node> nodes, string vlan, CancellationToken cancellationToken);
}
