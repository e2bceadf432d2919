namespace Kadeploy.Engine.Drivers.Refusing;

/// <summary>Stands where no way to the nodes is: it says what is missing.</summary>
/// <param name="missing">What is missing and what to do about it, for users.</param>
internal sealed class RefusingNodeChannel(string missing = "no channel to nodes is configured: no command can be run on them") : INodeChannel
{
    /// <inheritdoc/>
    public string Missing { get; } = missing;

    /// <inheritdoc/>
    public Task<RunningSystem> WaitForAsync(Node node, SystemKind expected, string? previousBootId, CancellationToken cancellationToken) =>
        throw Refusal.Of(Missing);

    /// <inheritdoc/>
    public Task<RunningSystem?> WaitForAnySystemAsync(Node node, string? previousBootId, CancellationToken cancellationToken) =>
        throw Refusal.Of(Missing);

    /// <inheritdoc/>
    public Task<RunningSystem?> IdentifyAsync(Node node, CancellationToken cancellationToken) => throw Refusal.Of(Missing);

    /// <inheritdoc/>
    public Task<CommandResult> RunAsync(Node node, NodeCommand command, CancellationToken cancellationToken) => throw Refusal.Of(Missing);

    /// <inheritdoc/>
    public Task SendFileAsync(Node node, NodeFile file, CancellationToken cancellationToken) => throw Refusal.Of(Missing);
}
