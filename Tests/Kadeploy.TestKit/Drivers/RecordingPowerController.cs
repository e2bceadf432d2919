using System.Collections.Immutable;

namespace Kadeploy.TestKit.Drivers;

/// <summary>Accepts every command except at the levels that are to be refused, and notes what it was asked.</summary>
public sealed class RecordingPowerController : IPowerController
{
    /// <summary>Gets or sets the levels that exist.</summary>
    public ImmutableArray<PowerLevel> Levels { get; set; } = [PowerLevel.Soft, PowerLevel.Hard, PowerLevel.VeryHard];

    /// <summary>Gets or sets what is missing.</summary>
    public string Missing { get; set; } = "";

    /// <summary>Gets the levels at which a reboot fails.</summary>
    public HashSet<PowerLevel> Refused { get; } = [];

    /// <summary>Gets the reboots in their order.</summary>
    public List<(NodeName Node, PowerLevel Level, AttemptId Attempt)> Reboots { get; } = [];

    public PowerCapabilities Capabilities => new(Levels, Missing);

    /// <summary>Gets or sets what all nodes are; null when it cannot be told.</summary>
    public PowerState? State { get; set; } = PowerState.On;

    /// <summary>Gets the levels at which switching is accepted and has no effect.</summary>
    public HashSet<PowerLevel> Ignored { get; } = [];

    /// <summary>Gets the switchings in their order.</summary>
    public List<(NodeName Node, PowerState State, PowerLevel Level)> Switched { get; } = [];

    public PowerCapabilities CapabilitiesOf(Node node) => Capabilities with { TellsState = State is not null };

    public Task<PowerState> GetStateAsync(Node node, CancellationToken cancellationToken) => Task.FromResult(State ?? PowerState.Unknown);

    public Task SetStateAsync(Node node, PowerState state, PowerLevel level, AttemptId attempt, CancellationToken cancellationToken)
    {
        Switched.Add((node.Name, state, level));
        if (Refused.Contains(level)) return Task.FromException(new OperationFailedException(FaultCodes.PowerRefused, $"node {node.Name}: no {level}"));
        if (State is not null && !Ignored.Contains(level)) State = state;
        return Task.CompletedTask;
    }

    public Task<PowerState> WaitForStateAsync(Node node, PowerState state, CancellationToken cancellationToken) => State is not { } now || now == state
        ? Task.FromResult(State ?? PowerState.Unknown)
        : Task.FromException<PowerState>(new OperationFailedException(FaultCodes.PowerTimeout, $"node {node.Name}: still {now}"));

    public Task RebootAsync(Node node, PowerLevel level, AttemptId attempt, CancellationToken cancellationToken)
    {
        Reboots.Add((node.Name, level, attempt));
        return Refused.Contains(level)
            ? Task.FromException(new OperationFailedException(FaultCodes.PowerRefused, $"no {level}") { Evidence = [$"{level} refused"] })
            : Task.CompletedTask;
    }
}
