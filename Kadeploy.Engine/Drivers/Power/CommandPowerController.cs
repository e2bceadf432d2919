using System.Collections.Immutable;
using System.Globalization;
using Kadeploy.Engine.Drivers.Processes;

namespace Kadeploy.Engine.Drivers.Power;

/// <summary>Switches machines by the site's own commands: vendors' tools, power strips, ssh to the node.</summary>
/// <remarks>A command has done its work when it ends with status 0. A reboot asks for the state first, when there is a command for that, and switches
/// a machine on that is off. Cancellation kills the command; whether it has done its work is then unknown.</remarks>
public sealed class CommandPowerController : IPowerController
{
    private readonly CommandPowerOptions _options;
    private readonly TimeProvider _time;
    private readonly ProcessRunner _runner;

    /// <summary>Makes the driver.</summary>
    /// <param name="options">The commands.</param>
    /// <param name="time">The clock of limits.</param>
    public CommandPowerController(CommandPowerOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        (_options, _time, _runner) = (options, time, new(time));
        Capabilities = new(
            [.. options.Reboot.Keys.Order()],
            options.Reboot.IsEmpty ? "no command that reboots nodes is configured" : "")
        {
            OnLevels = [.. options.On.Keys.Order()], OffLevels = [.. options.Off.Keys.Order()], TellsState = options.Status is not null,
        };
    }

    /// <summary>Gets the levels at which there are commands.</summary>
    public PowerCapabilities Capabilities { get; }

    /// <inheritdoc/>
    /// <returns><see cref="PowerState.Unknown"/> when no command for it is configured, or its output names no state.</returns>
    public async Task<PowerState> GetStateAsync(Node node, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(node);
        cancellationToken.ThrowIfCancellationRequested();
        if (_options.Status is null) return PowerState.Unknown;
        var outcome = await RunAsync(node, _options.Status, "power status", cancellationToken).ConfigureAwait(false);
        return outcome.Output.SelectMany(static line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            .Select(static word => word.Trim('.', ',', ';', ':', '"', '\'').ToUpperInvariant() switch
            {
                "ON" => PowerState.On,
                "OFF" => PowerState.Off,
                _ => PowerState.Unknown,
            })
            .LastOrDefault(static state => state != PowerState.Unknown);
    }

    /// <inheritdoc/>
    public async Task SetStateAsync(Node node, PowerState state, PowerLevel level, AttemptId attempt, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(node);
        var (commands, name) = state switch
        {
            PowerState.On => (_options.On, "power on"),
            PowerState.Off => (_options.Off, "power off"),
            _ => throw new ArgumentOutOfRangeException(nameof(state), state, "a machine is switched on or off"),
        };
        await RunAsync(node, Find(node, commands, name, level), $"{name} ({level})", cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<PowerState> WaitForStateAsync(Node node, PowerState state, CancellationToken cancellationToken)
    {
        // One whose answer cannot be understood once is not asked for half a minute.
        if (_options.Status is null || await GetStateAsync(node, cancellationToken).ConfigureAwait(false) == PowerState.Unknown) return PowerState.Unknown;
        return await StateWait.UntilAsync(this, node, state, _options.OffLimit, _options.OffInterval, _time, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task RebootAsync(Node node, PowerLevel level, AttemptId attempt, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(node);
        var reboot = Find(node, _options.Reboot, "reboot", level);
        if (_options.On.GetValueOrDefault(level) is { } on && await GetStateAsync(node, cancellationToken).ConfigureAwait(false) == PowerState.Off)
            await RunAsync(node, on, $"power on ({level})", cancellationToken).ConfigureAwait(false);
        else
            await RunAsync(node, reboot, $"reboot ({level})", cancellationToken).ConfigureAwait(false);
    }

    private static CommandTemplate Find(Node node, ImmutableDictionary<PowerLevel, CommandTemplate> commands, string name, PowerLevel level) =>
        commands.TryGetValue(level, out var command) ? command : throw new DriverUnusableException(
            FaultCodes.DriverMissing, $"node {node.Name}: no command for '{name}' at level {level} is configured");

    private async Task<ProcessOutcome> RunAsync(Node node, CommandTemplate template, string name, CancellationToken cancellationToken)
    {
        var command = template.For(node, _options.Connector);
        using var limit = new CancellationTokenSource(_options.CallLimit, _time);
        // Fires for: the caller; the limit of one command.
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        ProcessOutcome outcome;
        try
        {
            outcome = await _runner.RunAsync(command, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new OperationFailedException(FaultCodes.PowerTimeout, string.Create(CultureInfo.InvariantCulture,
                $"node {node.Name}: the command for '{name}' did not end in {_options.CallLimit.TotalSeconds:0.#} s and was killed: {command}"));
        }

        if (outcome.ExitStatus == 0) return outcome;
        throw new OperationFailedException(FaultCodes.PowerRefused, string.Create(CultureInfo.InvariantCulture,
            $"node {node.Name}: the command for '{name}' ended with status {outcome.ExitStatus}: {command}")) { Evidence = outcome.Evidence };
    }
}
