using System.Collections.Immutable;
using System.Globalization;
using Kadeploy.Engine.Drivers.Processes;

namespace Kadeploy.Engine.Drivers.Power;

/// <summary>Switches machines by IPMI 2.0 over the network (RMCP+), through the program ipmitool.</summary>
/// <remarks>
/// <para>Soft asks the operating system by ACPI; a soft reboot waits until the machine is off and switches it on again, and fails when it
/// does not go off in <see cref="IpmiOptions.OffLimit"/>. Hard resets. Very hard cuts the power, sees that it is off, and switches it on. Each reboot first
/// asks for the state: a machine that is off is switched on, since controllers take a reset of such a machine and do nothing.</para>
/// <para>A busy controller is asked again, <see cref="IpmiOptions.Attempts"/> times in all. A call that hangs is killed; then a question, on and off are
/// repeated, but not what would reboot a machine twice. One controller gets one command at a time.</para>
/// <para>Cancellation while a call is under way kills ipmitool; whether the controller has taken the command is then unknown.</para>
/// </remarks>
public sealed class IpmiPowerController : IPowerController
{
    private static readonly ImmutableArray<string> Status = ["chassis", "power", "status"];

    private readonly Func<Node, IpmiEndpoint> _endpoints;
    private readonly IpmiOptions _options;
    private readonly TimeProvider _time;
    private readonly IpmiTool _tool;
    private readonly ControllerQueue _queue;

    /// <summary>Makes the driver.</summary>
    /// <param name="endpoints">Gives a node's controller; throws <see cref="DriverUnusableException"/> for a node that has none.</param>
    /// <param name="options">How ipmitool is used.</param>
    /// <param name="time">The clock of pauses and limits.</param>
    public IpmiPowerController(Func<Node, IpmiEndpoint> endpoints, IpmiOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        (_endpoints, _options, _time, _tool, _queue) = (endpoints, options, time, new(options, time), new(options.MinimumInterval, time));
        Capabilities = ProgramPath.Find(options.Program) is not null
            ? new([PowerLevel.Soft, PowerLevel.Hard, PowerLevel.VeryHard])
            : new([], $"the program '{options.Program}', which talks to management controllers, is not installed (on Debian: apt install ipmitool)");
    }

    /// <inheritdoc/>
    public PowerCapabilities Capabilities { get; }

    /// <inheritdoc/>
    public async Task<PowerState> GetStateAsync(Node node, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(node);
        var outcome = await CommandAsync(node, Status, repeatable: true, cancellationToken).ConfigureAwait(false);
        return IpmiReply.State(outcome.Output) ?? throw new OperationFailedException(
            FaultCodes.PowerRefused, $"node {node.Name}: the management controller's answer is neither on nor off") { Evidence = outcome.Evidence };
    }

    /// <inheritdoc/>
    public async Task SetStateAsync(Node node, PowerState state, PowerLevel level, AttemptId attempt, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (state == PowerState.Unknown) throw new ArgumentOutOfRangeException(nameof(state), state, "a machine is switched on or off");
        var verb = state == PowerState.On ? "on" : level == PowerLevel.Soft ? "soft" : "off";
        try
        {
            await PowerAsync(node, verb, repeatable: true, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationFailedException refused) when (IpmiReply.Explain(refused.Evidence).Failure == IpmiFailure.WrongState)
        {
            // Some controllers refuse to switch on what is on.
            if (await GetStateAsync(node, cancellationToken).ConfigureAwait(false) != state) throw;
        }
    }

    /// <inheritdoc/>
    public Task<PowerState> WaitForStateAsync(Node node, PowerState state, CancellationToken cancellationToken) =>
        StateWait.UntilAsync(this, node, state, _options.OffLimit, _options.OffInterval, _time, cancellationToken);

    /// <inheritdoc/>
    public async Task RebootAsync(Node node, PowerLevel level, AttemptId attempt, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (await GetStateAsync(node, cancellationToken).ConfigureAwait(false) == PowerState.Off)
        {
            await SetStateAsync(node, PowerState.On, level, attempt, cancellationToken).ConfigureAwait(false);
        }
        else if (level == PowerLevel.Hard)
        {
            await PowerAsync(node, "reset", repeatable: false, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await SetStateAsync(node, PowerState.Off, level, attempt, cancellationToken).ConfigureAwait(false);
            await WaitForStateAsync(node, PowerState.Off, cancellationToken).ConfigureAwait(false);
            await SetStateAsync(node, PowerState.On, level, attempt, cancellationToken).ConfigureAwait(false);
        }
    }

    private Task<ProcessOutcome> PowerAsync(Node node, string verb, bool repeatable, CancellationToken cancellationToken) =>
        CommandAsync(node, ["chassis", "power", verb], repeatable, cancellationToken);

    private async Task<ProcessOutcome> CommandAsync(
        Node node, ImmutableArray<string> command, bool repeatable, CancellationToken cancellationToken)
    {
        var endpoint = _endpoints(node);
        var controller = string.Create(CultureInfo.InvariantCulture, $"{endpoint.Address}:{endpoint.Port}");
        var pause = _options.RetryPause;
        for (var attempt = 1; ; attempt++)
        {
            var outcome = await _queue.RunAsync(
                controller, () => _tool.CallAsync(node, endpoint, command, cancellationToken), cancellationToken).ConfigureAwait(false);
            if (outcome?.ExitStatus == 0) return outcome;
            var (failure, attempts) = Judge(node, controller, endpoint, command, outcome, repeatable);
            if (attempt >= attempts) throw failure;
            await Task.Delay(pause, _time, cancellationToken).ConfigureAwait(false);
            pause *= 2;
        }
    }

    private (KadeployException Failure, int Attempts) Judge(
        Node node, string controller, IpmiEndpoint endpoint, ImmutableArray<string> command, ProcessOutcome? outcome, bool repeatable)
    {
        // A silent controller has cost seconds already: asking it as often as a busy one would use up the step's time.
        var silent = Math.Min(2, _options.Attempts);
        var subject = $"node {node.Name}: the management controller at {controller}";
        var words = string.Join(' ', command);
        if (outcome is null)
        {
            return (new OperationFailedException(FaultCodes.PowerTimeout, string.Create(CultureInfo.InvariantCulture,
                $"{subject} left '{words}' without an end for {_options.CallLimit.TotalSeconds:0.#} s; the call was killed")), repeatable ? silent : 1);
        }

        var evidence = outcome.Evidence;
        var (kind, meaning) = IpmiReply.Explain(evidence);
        return kind switch
        {
            IpmiFailure.Credentials => (new DriverUnusableException(
                FaultCodes.PowerRefused, $"{subject} does not let user '{endpoint.User}' do '{words}': {meaning}") { Evidence = evidence }, 1),
            IpmiFailure.NoAnswer or IpmiFailure.Lost => (new OperationFailedException(
                FaultCodes.PowerTimeout, $"{subject} did not take '{words}': {meaning}") { Evidence = evidence },
                repeatable || kind == IpmiFailure.NoAnswer ? silent : 1),
            _ => (new OperationFailedException(
                FaultCodes.PowerRefused, $"{subject} refused '{words}': {meaning}") { Evidence = evidence }, kind == IpmiFailure.Busy ? _options.Attempts : 1),
        };
    }
}
