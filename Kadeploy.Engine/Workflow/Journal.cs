namespace Kadeploy.Engine.Workflow;

/// <summary>Writes events to the store, many in one transaction.</summary>
/// <remarks>
/// Whatever nodes do in one turn of the loop is committed together; while a commit is under way, the next batch collects. So two nodes
/// pay one commit a step, and so do four thousand. An event that was appended before another is never on disk without it.
/// Runs on the engine's loop.
/// </remarks>
internal sealed class Journal(EngineLoop loop, IStore store, EngineId engine)
{
    private List<OperationEvent> _pending = [];
    private TaskCompletionSource _commit = NewCommit();
    private bool _committing;
    private KadeployException? _failure;

    /// <summary>Occurs when events are on disk, with their sequence numbers.</summary>
    public event Action<IReadOnlyList<OperationEvent>>? Committed;

    /// <summary>Occurs once, when events cannot be saved any more.</summary>
    public event Action<KadeployException>? Failed;

    /// <summary>Appends an event that will be on disk before any later one.</summary>
    /// <param name="occurrence">The event.</param>
    public void Append(OperationEvent occurrence) => _ = AppendAsync(occurrence);

    /// <summary>Appends an event and waits until it is on disk.</summary>
    /// <param name="occurrence">The event.</param>
    /// <returns>A task that ends when it is; it fails when it cannot be saved.</returns>
    public Task AppendAsync(OperationEvent occurrence)
    {
        if (_failure is not null) return _commit.Task;
        _pending.Add(occurrence);
        var commit = _commit.Task;
        if (!_committing)
        {
            _committing = true;
            loop.Post(static journal => _ = ((Journal)journal!).CommitAllAsync(), this);
        }

        return commit;
    }

    private async Task CommitAllAsync()
    {
        var batch = new List<OperationEvent>();
        while (_pending.Count > 0 && _failure is null)
        {
            (batch, _pending) = (_pending, batch);
            var commit = _commit;
            _commit = NewCommit();
            try
            {
                var first = await loop.HoldTimeAsync(store.AppendAsync(engine, batch, CancellationToken.None));
                if (Committed is { } committed) committed(Numbered(batch, first));
                batch.Clear();
                commit.SetResult();
            }
            catch (KadeployException failure)
            {
                Fail(failure, commit);
            }
            catch (Exception failure)
            {
                Fail(new StoreException($"events could not be saved: {failure.Message}", failure), commit);
            }
        }

        _committing = false;
    }

    private void Fail(KadeployException failure, TaskCompletionSource commit)
    {
        _failure = failure;
        Failed?.Invoke(failure);
        foreach (var waiting in new[] { commit, _commit })
        {
            waiting.SetException(failure);
            _ = waiting.Task.Exception; // nobody need be waiting
        }
    }

    // Continuations are posted to the loop one by one instead of nesting in the commit.
    private static TaskCompletionSource NewCommit() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static OperationEvent[] Numbered(List<OperationEvent> batch, long first)
    {
        var numbered = new OperationEvent[batch.Count];
        for (var i = 0; i < numbered.Length; i++) numbered[i] = batch[i] with { Sequence = first + i };
        return numbered;
    }
}
