using System.Collections.Immutable;

namespace Kadeploy.Engine.Drivers.Refusing;

/// <summary>Stands where networks cannot be changed: it says what is missing.</summary>
/// <param name="missing">What is missing and what to do about it, for users.</param>
internal sealed class RefusingVlanSwitch(string missing = "no VLAN command is configured: nodes stay in the network where they are") : IVlanSwitch
{
    /// <inheritdoc/>
    public string Missing { get; } = missing;

    /// <inheritdoc/>
    public Task MoveAsync(ImmutableArray<Node> nodes, string vlan, CancellationToken cancellationToken) => throw Refusal.Of(Missing);
}
