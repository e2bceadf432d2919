using System.Collections.Immutable;

namespace Kadeploy.Engine.Drivers.Fake;

/// <summary>Moves simulated machines between networks; they are reached in all of them.</summary>
internal sealed class FakeVlanSwitch(SimulatedCluster world) : IVlanSwitch
{
    public string Missing => "";

    public async Task MoveAsync(ImmutableArray<Node> nodes, string vlan, CancellationToken cancellationToken)
    {
        await world.DelayAsync(world.Latencies.Network(vlan), cancellationToken).ConfigureAwait(false);
        foreach (var node in nodes)
        {
            var machine = world.Find(node.Name);
            lock (machine) world.Change(machine, WorldEventKind.Vlan, null, Uri.EscapeDataString(vlan));
        }
    }
}
