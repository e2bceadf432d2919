namespace Kadeploy.Engine.Drivers.Fake;

/// <summary>Decides what simulated machines boot.</summary>
internal sealed class FakeNetBoot(SimulatedCluster world) : INetBoot
{
    public string Missing => "";

    // Simulated nodes do not look into files.
    public Task<NetworkBootFiles> DescribeDeploymentAsync(Node node, AttemptId attempt, CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested
            ? Task.FromCanceled<NetworkBootFiles>(cancellationToken)
            : Task.FromResult(new NetworkBootFiles("/vmlinuz", ["/initrd"], ""));

    public async Task PrepareAsync(Node node, BootEntry entry, AttemptId attempt, CancellationToken cancellationToken)
    {
        var machine = world.Find(node.Name);
        cancellationToken.ThrowIfCancellationRequested();
        if (machine.Fault.Concerns(FaultKind.HangsAtStep, attempt.Step)) await SimulatedCluster.HangAsync(cancellationToken).ConfigureAwait(false);
        await world.SpendAsync(machine, attempt, world.Latencies.Profile(attempt, machine.Fault), cancellationToken).ConfigureAwait(false);
        lock (machine)
        {
            var (fails, isNew) = machine.Flaps(attempt);
            if (isNew) world.Change(machine, WorldEventKind.Flap, attempt);
            if (fails) throw new OperationFailedException(FaultCodes.BootProfile, $"node {node.Name}: the boot repository is busy");
            world.Change(machine, WorldEventKind.Profile, attempt, entry is BootEntry.LocalDisk or BootEntry.Custom ? "disk" : "deployment");
        }
    }
}
