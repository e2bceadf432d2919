namespace Kadeploy.Engine.Drivers.Refusing;

/// <summary>Stands where a kind of broadcast cannot be done: it says what is missing.</summary>
/// <param name="missing">What is missing and what to do about it, for users.</param>
internal sealed class RefusingBroadcaster(string missing = "no broadcaster is configured: images cannot be sent to nodes") : IBroadcaster
{
    /// <inheritdoc/>
    public string Missing { get; } = missing;

    /// <inheritdoc/>
    public IAsyncEnumerable<BroadcastResult> SendAsync(BroadcastRequest request, CancellationToken cancellationToken) =>
        throw Refusal.Of(Missing);
}
