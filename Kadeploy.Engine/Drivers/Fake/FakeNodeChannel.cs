using System.Globalization;
using Kadeploy.Engine.Time;

namespace Kadeploy.Engine.Drivers.Fake;

/// <summary>Talks to what runs on simulated machines. What a command does there is told by the micro-step for which it runs.</summary>
internal sealed class FakeNodeChannel(SimulatedCluster world) : INodeChannel
{
    private static readonly CommandResult Success = new(0, []);

    public string Missing => "";

    public Task<RunningSystem> WaitForAsync(Node node, SystemKind expected, string? previousBootId, CancellationToken cancellationToken) =>
        WaitAsync(node, expected, previousBootId, cancellationToken);

    public async Task<RunningSystem?> WaitForAnySystemAsync(Node node, string? previousBootId, CancellationToken cancellationToken) =>
        await WaitAsync(node, null, previousBootId, cancellationToken).ConfigureAwait(false);

    public Task<RunningSystem?> IdentifyAsync(Node node, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return Task.FromCanceled<RunningSystem?>(cancellationToken);
        var machine = world.Find(node.Name);
        lock (machine) return Task.FromResult(machine.Identify());
    }

    public Task SendFileAsync(Node node, NodeFile file, CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested ? Task.FromCanceled(cancellationToken) : Task.CompletedTask;

    public async Task<CommandResult> RunAsync(Node node, NodeCommand command, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var machine = world.Find(node.Name);
        var attempt = command.Attempt;
        var hash = HashOf(command);
        int boots;
        lock (machine)
        {
            Reach(machine, attempt);
            if (machine.Knows(AttemptKey.Of(attempt), hash)) return Answer(machine, attempt);
            boots = machine.Boots;
        }

        if (machine.Fault.Concerns(FaultKind.HangsAtStep, attempt.Step)) await SimulatedCluster.HangAsync(cancellationToken).ConfigureAwait(false);
        await world.SpendAsync(machine, attempt, world.Latencies.Command(attempt, machine.Fault), cancellationToken).ConfigureAwait(false);
        Action? notify = null;
        lock (machine)
        {
            Reach(machine, attempt);
            if (machine.Boots != boots) throw Lost(machine);
            var (fails, isNew) = machine.Flaps(attempt);
            if (isNew) world.Change(machine, WorldEventKind.Flap, attempt);
            if (fails) return new(1, [$"{command.Program}: Input/output error"]);
            if (Obstacle(machine, attempt.Step) is { } obstacle) return new(1, [$"{command.Program}: {obstacle}"]);
            if (attempt.Step.MicroStep == StepNames.Kexec) notify = world.Boot(machine, WorldEventKind.Kexec, attempt);
            else if (attempt.Step.MicroStep == StepNames.RebootFromDeployEnv) notify = world.Boot(machine, WorldEventKind.Reboot, attempt);
            else world.Change(machine, WorldEventKind.Run, attempt, WorldEvent.CommandData(hash, CountsAs(command).Value));
        }

        notify?.Invoke();
        return Answer(machine, attempt);
    }

    private async Task<RunningSystem> WaitAsync(Node node, SystemKind? expected, string? previousBootId, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var machine = world.Find(node.Name);
        var waiter = new BootWaiter(expected);
        lock (machine)
        {
            if (machine.Identify() is { } system && system.BootId != previousBootId)
            {
                if (expected is not { } kind || system.Kind == kind) return system;
                // Without a boot identifier to compare with, it may be the system that is about to go down.
                if (previousBootId is not null) throw BootWaiter.Wrong(node.Name, kind);
            }

            machine.Waiters.Add(waiter);
        }

        using var registration = waiter.GiveUpOn(cancellationToken);
        try
        {
            return await waiter.Task.ConfigureAwait(false);
        }
        finally
        {
            lock (machine) machine.Waiters.Remove(waiter);
        }
    }

    // Simulated machines have the disk that their cluster names, and no other.
    private static CommandResult Answer(SimulatedNode machine, AttemptId attempt) =>
        attempt.Step.MicroStep == StepNames.FindDisk ? new(0, [$"disk={machine.Cluster.BlockDevice}"]) : Success;

    /// <summary>Makes sure that something on the machine takes the command. The caller locks the machine.</summary>
    private void Reach(SimulatedNode machine, AttemptId attempt)
    {
        var step = attempt.Step;
        if (machine.TakesCommands) return;
        switch (machine.State)
        {
            case RunState.NewSystem when step.MacroStep == MacroStep.Verify:
            case RunState.OldSystem or RunState.NewSystem when step.MacroStep is MacroStep.Reboot or MacroStep.Power:
            case RunState.OldSystem or RunState.NewSystem when step.Instance == new InstanceName("SetDeploymentEnvKexec"):
                return;
            case RunState.OldSystem when step.Instance == new InstanceName("SetDeploymentEnvProd"):
                world.Change(machine, WorldEventKind.Production, null);
                return;
            default:
                throw Lost(machine);
        }
    }

    /// <summary>Says what the machine lacks for a step because an earlier one was left out.</summary>
    private static string? Obstacle(SimulatedNode machine, StepReference step)
    {
        var (name, needs) = (step.MicroStep, machine.Requirements);
        if (name == StepNames.FormatDeployPart || name == StepNames.FormatSwapPart || name == StepNames.FormatTmpPart)
            return machine.Has(needs.BeforeFormat) ? null : "no such partition";
        if (name == StepNames.MountDeployPart)
            return machine.Has(needs.BeforeMount) || machine.ImageDigest is not null ? null : "wrong fs type, bad superblock";
        if (name == StepNames.CheckKernelFiles || name == StepNames.InstallBootloader || name == StepNames.SendKey || name == StepNames.WriteMarker
            || name == StepNames.ManageAdminPostInstall || name == StepNames.ManageUserPostInstall || name == StepNames.DecompressEnvironment)
            return machine.ImageDigest is not null ? null : "no such file or directory";
        if (name != StepNames.Kexec) return null;
        if (step.MacroStep == MacroStep.SetDeploymentEnv) return machine.Has(needs.BeforeKexec) ? null : "no kernel";
        return machine.ImageDigest is not null ? null : "no kernel in the image";
    }

    // Some steps unmount before they do what they are named for.
    private static MicroStepName CountsAs(NodeCommand command) =>
        command.Program == "umount" ? StepNames.UmountDeployPart : command.Attempt.Step.MicroStep;

    private static string HashOf(NodeCommand command)
    {
        // With the ordinal: a step may run the same command twice, and both count.
        var hash = StableHash.Of(command.Arguments.Length).Add(command.Ordinal).Add(command.Program);
        foreach (var argument in command.Arguments) hash = hash.Add(argument);
        return hash.Add(command.StandardInput).ToBits().ToString("x16", CultureInfo.InvariantCulture);
    }

    private static ChannelLostException Lost(SimulatedNode machine) => new(
        machine.State switch
        {
            RunState.Off => $"node {machine.Name} is off",
            RunState.Booting => $"node {machine.Name} is booting",
            RunState.Dead => $"node {machine.Name} does not answer any more",
            _ => $"node {machine.Name}: the deployment environment does not run",
        });
}
