namespace Kadeploy.Engine.Drivers.Refusing;

/// <summary>Stands where no power driver is: it says what is missing.</summary>
/// <param name="missing">What is missing and what to do about it, for users.</param>
internal sealed class RefusingPowerController(
    string missing = "no driver for management controllers is configured: nodes cannot be switched or rebooted from outside") : IPowerController
{
    /// <inheritdoc/>
    public PowerCapabilities Capabilities { get; } = new([], missing);

    /// <inheritdoc/>
    public Task<PowerState> GetStateAsync(Node node, CancellationToken cancellationToken) => throw Refusal.Of(missing);

    /// <inheritdoc/>
    public Task SetStateAsync(Node node, PowerState state, PowerLevel level, AttemptId attempt, CancellationToken cancellationToken) =>
        throw Refusal.Of(missing);

    /// <inheritdoc/>
    public Task<PowerState> WaitForStateAsync(Node node, PowerState state, CancellationToken cancellationToken) => throw Refusal.Of(missing);

    /// <inheritdoc/>
    public Task RebootAsync(Node node, PowerLevel level, AttemptId attempt, CancellationToken cancellationToken) =>
        throw Refusal.Of(missing);
}
