namespace Kadeploy.Engine.Workflow;

/// <summary>Hands out the slots of one limited resource, fairly between operations.</summary>
/// <remarks>A free slot goes to the waiting operation that has the fewest; among equals to the one that has waited longest; within an
/// operation in the order of asking. So a large operation uses everything while it is alone and makes room at once when it is not.
/// Runs on the engine's loop.</remarks>
internal sealed class FairThrottle
{
    private readonly Dictionary<OperationId, Share> _shares = [];
    private int _free;
    private long _order;

    /// <summary>Makes a throttle.</summary>
    /// <param name="slots">How many slots there are, at least 1.</param>
    public FairThrottle(int slots)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(slots, 1);
        _free = slots;
    }

    /// <summary>Waits for a slot.</summary>
    /// <param name="operation">The operation that asks.</param>
    /// <param name="cancellationToken">Gives up the place in the queue.</param>
    /// <returns>A task that ends when the slot is the operation's; give it back with <see cref="Release"/>.</returns>
    public Task AcquireAsync(OperationId operation, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return Task.FromCanceled(cancellationToken);
        var share = ShareOf(operation);
        if (_free > 0)
        {
            _free--;
            share.Used++;
            return Task.CompletedTask;
        }

        var waiter = new Waiter(++_order);
        share.Waiting.Enqueue(waiter);
        return waiter.WaitAsync(cancellationToken);
    }

    /// <summary>Gives a slot back.</summary>
    /// <param name="operation">The operation that had it.</param>
    public void Release(OperationId operation)
    {
        var share = ShareOf(operation);
        share.Used--;
        _free++;
        while (_free > 0 && NextInTurn() is { } next)
        {
            if (!next.Waiting.Dequeue().Granted.TrySetResult()) continue; // gave up in this instant
            _free--;
            next.Used++;
        }

        if (share is { Used: 0, Waiting.Count: 0 }) _shares.Remove(operation);
    }

    private Share? NextInTurn()
    {
        Share? best = null;
        foreach (var share in _shares.Values)
        {
            while (share.Waiting.TryPeek(out var first) && first.Granted.Task.IsCompleted) share.Waiting.Dequeue(); // gave up
            if (share.Waiting.Count == 0) continue;
            if (best is null || share.Used < best.Used || (share.Used == best.Used && share.Waiting.Peek().Order < best.Waiting.Peek().Order))
                best = share;
        }

        return best;
    }

    private Share ShareOf(OperationId operation)
    {
        if (!_shares.TryGetValue(operation, out var share)) _shares.Add(operation, share = new());
        return share;
    }

    private sealed class Share
    {
        public int Used { get; set; }

        public Queue<Waiter> Waiting { get; } = new();
    }

    private sealed class Waiter(long order)
    {
        public long Order { get; } = order;

        // Continuations are posted, never run inside Release: the releasing node finishes its own step first.
        public TaskCompletionSource Granted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async Task WaitAsync(CancellationToken cancellationToken)
        {
            using (cancellationToken.UnsafeRegister(
                static (state, token) => ((TaskCompletionSource)state!).TrySetCanceled(token), Granted))
            {
                await Granted.Task;
            }
        }
    }
}
