namespace Kadeploy.Engine.Drivers.Fake;

/// <summary>Switches simulated machines. Every level resets; a controller does not care what hangs on its machine.</summary>
internal sealed class FakePowerController(SimulatedCluster world) : IPowerController
{
    public PowerCapabilities Capabilities { get; } = new([PowerLevel.Soft, PowerLevel.Hard, PowerLevel.VeryHard]);

    public async Task<PowerState> GetStateAsync(Node node, CancellationToken cancellationToken)
    {
        var machine = world.Find(node.Name);
        await world.DelayAsync(world.Latencies.ControllerQuery(node.Name, machine.Fault), cancellationToken).ConfigureAwait(false);
        Refuse(machine, "status");
        lock (machine) return machine.State == RunState.Off ? PowerState.Off : PowerState.On;
    }

    public async Task SetStateAsync(Node node, PowerState state, PowerLevel level, AttemptId attempt, CancellationToken cancellationToken)
    {
        if (state == PowerState.Unknown) throw new ArgumentOutOfRangeException(nameof(state), state, "a machine is switched on or off");
        var machine = await ReachAsync(node, state == PowerState.On ? "power on" : "power off", attempt, cancellationToken).ConfigureAwait(false);
        Action? notify = null;
        lock (machine)
        {
            Flap(machine, attempt);
            if (state == PowerState.Off && machine.State != RunState.Off) world.Change(machine, WorldEventKind.Off, attempt);
            else if (state == PowerState.On && machine.State == RunState.Off) notify = world.Boot(machine, WorldEventKind.On, attempt);
        }

        notify?.Invoke();
    }

    public Task<PowerState> WaitForStateAsync(Node node, PowerState state, CancellationToken cancellationToken) =>
        GetStateAsync(node, cancellationToken);

    public async Task RebootAsync(Node node, PowerLevel level, AttemptId attempt, CancellationToken cancellationToken)
    {
        var machine = await ReachAsync(node, $"reset ({level})", attempt, cancellationToken).ConfigureAwait(false);
        Action? notify;
        lock (machine)
        {
            Flap(machine, attempt);
            notify = world.Boot(machine, WorldEventKind.Reboot, attempt);
        }

        notify?.Invoke();
    }

    private async Task<SimulatedNode> ReachAsync(Node node, string command, AttemptId attempt, CancellationToken cancellationToken)
    {
        var machine = world.Find(node.Name);
        await world.SpendAsync(machine, attempt, world.Latencies.Controller(attempt, machine.Fault), cancellationToken).ConfigureAwait(false);
        Refuse(machine, command);
        return machine;
    }

    private static void Refuse(SimulatedNode machine, string command)
    {
        if (machine.Fault.Kind != FaultKind.BmcRefuses) return;
        throw new OperationFailedException(FaultCodes.PowerRefused, $"node {machine.Name}: the management controller refused '{command}'")
        {
            Evidence = [$"chassis {command}: insufficient privilege level (0xd4)"],
        };
    }

    private void Flap(SimulatedNode machine, AttemptId attempt)
    {
        var (fails, isNew) = machine.Flaps(attempt);
        if (isNew) world.Change(machine, WorldEventKind.Flap, attempt);
        if (!fails) return;
        throw new OperationFailedException(FaultCodes.PowerRefused, $"node {machine.Name}: the management controller is busy")
        {
            Evidence = ["node busy (0xc0)"],
        };
    }
}
