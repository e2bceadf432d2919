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

    public Task<PowerState> GetStateAsync(Node node, CancellationToken cancellationToken) => Task.FromResult(PowerState.On);

    public Task SetStateAsync(Node node, PowerState state, PowerLevel level, AttemptId attempt, CancellationToken cancellationToken) =>
        throw new NotSupportedException("no test switches nodes on or off");

    public Task RebootAsync(Node node, PowerLevel level, AttemptId attempt, CancellationToken cancellationToken)
    {
        Reboots.Add((node.Name, level, attempt));
        return Refused.Contains(level)
            ? Task.FromException(new OperationFailedException(FaultCodes.PowerRefused, $"no {level}") { Evidence = [$"{level} refused"] })
            : Task.CompletedTask;
    }
}
