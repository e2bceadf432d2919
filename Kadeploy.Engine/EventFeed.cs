using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Kadeploy.Engine;

/// <summary>Hands committed events to readers in this process, each event once and in order.</summary>
/// <remarks>A reader that falls behind loses nothing and costs the engine nothing: its queue is cut off and it reads on from the store.</remarks>
internal sealed class EventFeed(IStore store)
{
    private const int QueuedBatches = 256;

    private readonly Lock _gate = new();
    private readonly List<Channel<IReadOnlyList<OperationEvent>>> _readers = [];

    /// <summary>Passes events on.</summary>
    /// <param name="events">Events with their numbers.</param>
    public void Publish(IReadOnlyList<OperationEvent> events)
    {
        lock (_gate)
        {
            for (var i = _readers.Count - 1; i >= 0; i--)
            {
                if (_readers[i].Writer.TryWrite(events)) continue;
                _readers[i].Writer.TryComplete();
                _readers.RemoveAt(i);
            }
        }
    }

    /// <summary>Reads events, first those in the store, then those to come, until the operation has ended.</summary>
    /// <param name="operation">One operation, or null for all, without end.</param>
    /// <param name="from">The lowest sequence number.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The events.</returns>
    public async IAsyncEnumerable<OperationEvent> FollowAsync(
        OperationId? operation, long from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var queue = Subscribe();
            try
            {
                await foreach (var occurrence in store.ReadEventsAsync(operation, from, cancellationToken).ConfigureAwait(false))
                {
                    from = occurrence.Sequence + 1;
                    yield return occurrence;
                    if (operation is not null && occurrence is OperationEvent.Finished) yield break;
                }

                await foreach (var batch in queue.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
                {
                    foreach (var occurrence in batch)
                    {
                        if (occurrence.Sequence < from || (operation is { } one && occurrence.Operation != one)) continue;
                        from = occurrence.Sequence + 1;
                        yield return occurrence;
                        if (operation is not null && occurrence is OperationEvent.Finished) yield break;
                    }
                }
            }
            finally
            {
                lock (_gate) _readers.Remove(queue);
            }
        }
    }

    private Channel<IReadOnlyList<OperationEvent>> Subscribe()
    {
        var queue = Channel.CreateBounded<IReadOnlyList<OperationEvent>>(
            new BoundedChannelOptions(QueuedBatches) { SingleReader = true, SingleWriter = true });
        lock (_gate) _readers.Add(queue);
        return queue;
    }
}
