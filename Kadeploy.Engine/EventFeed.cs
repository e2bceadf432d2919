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
    private bool _closed;

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

    /// <summary>Lets readers end with what is in the store, because the engine will write nothing more.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            foreach (var reader in _readers) reader.Writer.TryComplete();
        }
    }

    /// <summary>Reads events, first those in the store, then those to come, until the operation has ended or the feed is closed.</summary>
    /// <param name="operation">One operation, or null for all, without end.</param>
    /// <param name="from">The lowest sequence number.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The events.</returns>
    public async IAsyncEnumerable<OperationEvent> FollowAsync(
        OperationId? operation, long from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var (queue, last) = Subscribe();
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

                if (last) yield break;
            }
            finally
            {
                lock (_gate) _readers.Remove(queue);
            }
        }
    }

    /// <summary>Makes a queue; the last one when the feed is closed, so that what is in the store is still read.</summary>
    private (Channel<IReadOnlyList<OperationEvent>> Queue, bool Last) Subscribe()
    {
        var queue = Channel.CreateBounded<IReadOnlyList<OperationEvent>>(
            new BoundedChannelOptions(QueuedBatches) { SingleReader = true, SingleWriter = true });
        lock (_gate)
        {
            if (_closed) queue.Writer.Complete();
            else _readers.Add(queue);
            return (queue, _closed);
        }
    }
}
