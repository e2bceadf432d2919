using System.Collections.Immutable;

namespace Kadeploy;

/// <summary>Switches machines through their management controllers.</summary>
/// <remarks>
/// Guarantee on return: the controller has accepted the command. Idempotency: on and off are, a reboot is not.
/// Cancellation: before the command is sent nothing happens; afterwards the state is unknown. Safe for use by many callers at once.
/// Exceptions: <see cref="OperationFailedException"/> (try again), <see cref="DriverUnusableException"/> (do not),
/// <see cref="OperationCanceledException"/>.
/// </remarks>
public interface IPowerController
{
    /// <summary>Gets what this driver can do for all of its nodes; callers ask before they call.</summary>
    PowerCapabilities Capabilities { get; }

    /// <summary>Tells what this driver can do for one node, which may be more than for all.</summary>
    /// <param name="node">The node.</param>
    /// <returns>The same for all nodes, unless a driver knows better.</returns>
    PowerCapabilities CapabilitiesOf(Node node) => Capabilities;

    /// <summary>Asks whether a node is on.</summary>
    /// <param name="node">The node.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The state that the controller reports.</returns>
    Task<PowerState> GetStateAsync(Node node, CancellationToken cancellationToken);

    /// <summary>Switches a node on or off.</summary>
    /// <param name="node">The node.</param>
    /// <param name="state">On or off.</param>
    /// <param name="level">How hard; one of <see cref="PowerCapabilities.Levels"/>.</param>
    /// <param name="attempt">The attempt for which this is done.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when the controller has accepted the command.</returns>
    Task SetStateAsync(Node node, PowerState state, PowerLevel level, AttemptId attempt, CancellationToken cancellationToken);

    /// <summary>Waits until a node is on or off, after it was told to be; not longer than is usual for its controller.</summary>
    /// <param name="node">The node.</param>
    /// <param name="state">On or off.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The state; <see cref="PowerState.Unknown"/>, at once, when the driver cannot tell states.</returns>
    /// <exception cref="OperationFailedException">The node was not in the state in time.</exception>
    Task<PowerState> WaitForStateAsync(Node node, PowerState state, CancellationToken cancellationToken);

    /// <summary>Reboots a node; a node that was off is switched on.</summary>
    /// <param name="node">The node.</param>
    /// <param name="level">How hard; one of <see cref="PowerCapabilities.Levels"/>.</param>
    /// <param name="attempt">The attempt for which this is done.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when the controller has accepted the command.</returns>
    Task RebootAsync(Node node, PowerLevel level, AttemptId attempt, CancellationToken cancellationToken);
}

/// <summary>What a power driver can do.</summary>
/// <param name="Levels">The levels at which it can reboot, softest first; empty when it cannot.</param>
/// <param name="Missing">What is missing when it cannot do everything, for users; else empty.</param>
public sealed record PowerCapabilities(ImmutableArray<PowerLevel> Levels, string Missing = "")
{
    /// <summary>Gets the levels at which it can switch on, softest first.</summary>
    /// <value>The default is those of reboots.</value>
    public ImmutableArray<PowerLevel> OnLevels { get; init; } = Levels;

    /// <summary>Gets the levels at which it can switch off, softest first.</summary>
    /// <value>The default is those of reboots.</value>
    public ImmutableArray<PowerLevel> OffLevels { get; init; } = Levels;

    /// <summary>Gets a value indicating whether it can tell whether a machine is on.</summary>
    /// <value>The default is whether it can reboot.</value>
    public bool TellsState { get; init; } = !Levels.IsDefaultOrEmpty;
}

/// <summary>How hard a machine is switched; each level is tried before the next.</summary>
public enum PowerLevel
{
    /// <summary>The operating system is asked.</summary>
    Soft,

    /// <summary>The machine is reset.</summary>
    Hard,

    /// <summary>Power is cut.</summary>
    VeryHard,
}

/// <summary>Whether a machine is on.</summary>
public enum PowerState
{
    /// <summary>Nobody knows.</summary>
    Unknown,

    /// <summary>On.</summary>
    On,

    /// <summary>Off.</summary>
    Off,
}
