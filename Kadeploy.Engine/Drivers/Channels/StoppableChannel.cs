namespace Kadeploy.Engine.Drivers.Channels;

/// <summary>Ends what is done on a node when the node is cut off from its operation.</summary>
/// <remarks>For its caller, who goes on with other nodes, the node is lost then.</remarks>
/// <param name="inner">What talks to nodes.</param>
/// <param name="stops">Which nodes are cut off.</param>
internal sealed class StoppableChannel(INodeChannel inner, NodeStops stops) : INodeChannel
{
    /// <inheritdoc/>
    public string Missing => inner.Missing;

    /// <inheritdoc/>
    public Task<RunningSystem> WaitForAsync(Node node, SystemKind expected, string? previousBootId, CancellationToken cancellationToken) =>
        StoppableAsync(node, token => inner.WaitForAsync(node, expected, previousBootId, token), cancellationToken);

    /// <inheritdoc/>
    public Task<RunningSystem?> WaitForAnySystemAsync(Node node, string? previousBootId, CancellationToken cancellationToken) =>
        StoppableAsync(node, token => inner.WaitForAnySystemAsync(node, previousBootId, token), cancellationToken);

    /// <inheritdoc/>
    public Task<RunningSystem?> IdentifyAsync(Node node, CancellationToken cancellationToken) =>
        StoppableAsync(node, token => inner.IdentifyAsync(node, token), cancellationToken);

    /// <inheritdoc/>
    public Task<CommandResult> RunAsync(Node node, NodeCommand command, CancellationToken cancellationToken) =>
        StoppableAsync(node, token => inner.RunAsync(node, command, token), cancellationToken);

    /// <inheritdoc/>
    public Task SendFileAsync(Node node, NodeFile file, CancellationToken cancellationToken) => StoppableAsync(
        node,
        async token =>
        {
            await inner.SendFileAsync(node, file, token).ConfigureAwait(false);
            return true;
        },
        cancellationToken);

    private async Task<T> StoppableAsync<T>(Node node, Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        // Fires for: the caller; the node being cut off.
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stops.TokenOf(node.Name));
        try
        {
            return await work(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException cut) when (!cancellationToken.IsCancellationRequested && either.IsCancellationRequested)
        {
            throw new ChannelLostException($"node {node.Name}: it was cut off from its operation", cut)
            {
                Evidence = cut is CommandStoppedException stopped ? stopped.LastLines : [],
            };
        }
    }
}
