namespace Kadeploy.Engine.Drivers.Refusing;

/// <summary>Stands where no network boot is: it says what is missing.</summary>
/// <param name="missing">What is missing and what to do about it, for users.</param>
internal sealed class RefusingNetBoot(string missing = "no boot repository is configured: what nodes boot cannot be chosen") : INetBoot
{
    /// <inheritdoc/>
    public string Missing { get; } = missing;

    /// <inheritdoc/>
    public Task PrepareAsync(Node node, BootEntry entry, AttemptId attempt, CancellationToken cancellationToken) =>
        throw Refusal.Of(Missing);

    /// <inheritdoc/>
    public Task<NetworkBootFiles> DescribeDeploymentAsync(Node node, AttemptId attempt, CancellationToken cancellationToken) =>
        throw Refusal.Of(Missing);
}
