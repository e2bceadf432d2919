using System.Collections.Immutable;

namespace Kadeploy.TestKit.Drivers;

/// <summary>Moves nodes at once and notes it.</summary>
public sealed class RecordingVlanSwitch : IVlanSwitch
{
    public string Missing { get; set; } = "";

    /// <summary>Gets the moves in their order.</summary>
    public List<(ImmutableArray<Node> Nodes, string Vlan)> Moves { get; } = [];

    public Task MoveAsync(ImmutableArray<Node> nodes, string vlan, CancellationToken cancellationToken)
    {
        Moves.Add((nodes, vlan));
        return Task.CompletedTask;
    }
}
