using Kadeploy.Engine.Time;

namespace Kadeploy.Engine.Workflow;

/// <summary>The one thread on which the workflow runs.</summary>
/// <remarks>
/// <para>All code in <c>Workflow/</c> runs here and comes back here after each await, because the loop is its
/// <see cref="SynchronizationContext"/>. So nodes, throttles, gather points and the journal's buffer need no locks, and a run in
/// virtual time does the same things in the same order each time. Drivers and stores do their waiting elsewhere
/// (<c>ConfigureAwait(false)</c>) and only their results arrive here.</para>
/// <para>With <see cref="VirtualTime"/> the loop moves the clock: when its queue is empty and nobody holds the time
/// (<see cref="HoldTimeAsync"/>), the earliest timer fires. A timer's callback runs without the context, so that the continuations of drivers run
/// inside it and those of the workflow are queued; nothing escapes to another thread, and the clock never runs ahead of work. For the same
/// reason whatever else ends the waits of drivers, such as a cancellation, is done by <see cref="Outside"/>.</para>
/// </remarks>
internal sealed class EngineLoop : SynchronizationContext, IDisposable
{
    private readonly VirtualTime? _virtualTime;
    private readonly Thread _thread;
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _signal = new(0);
    private Queue<(SendOrPostCallback Callback, object? State)> _queue = new();
    private Queue<(SendOrPostCallback Callback, object? State)> _running = new();
    private int _holds;
    private bool _asleep;
    private bool _stopping;

    /// <summary>Starts the loop.</summary>
    /// <param name="time">The engine's clock; a <see cref="VirtualTime"/> is moved by the loop.</param>
    public EngineLoop(TimeProvider time)
    {
        _virtualTime = time as VirtualTime;
        _thread = new(Run) { IsBackground = true, Name = "kadeploy-engine" };
        _thread.Start();
    }

    /// <summary>Gets a value indicating whether the caller is on the loop.</summary>
    public bool IsCurrent => Thread.CurrentThread == _thread;

    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state)
    {
        lock (_gate)
        {
            _queue.Enqueue((d, state));
            if (!_asleep) return;
            _asleep = false;
        }

        _signal.Release();
    }

    /// <inheritdoc/>
    public override void Send(SendOrPostCallback d, object? state) =>
        throw new NotSupportedException("nobody may block on the engine's loop; post to it");

    /// <inheritdoc/>
    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Runs work on the loop.</summary>
    /// <typeparam name="T">What it results in.</typeparam>
    /// <param name="work">The work; it starts on the loop and comes back to it after each await.</param>
    /// <returns>A task for its end, for callers outside the loop.</returns>
    public Task<T> InvokeAsync<T>(Func<Task<T>> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(
            async _ =>
            {
                try
                {
                    done.SetResult(await work());
                }
                catch (OperationCanceledException cancelled)
                {
                    done.SetCanceled(cancelled.CancellationToken);
                }
                catch (Exception failure)
                {
                    done.SetException(failure);
                }
            },
            null);
        return done.Task;
    }

    /// <summary>Waits for real work, during which virtual time stands still.</summary>
    /// <typeparam name="T">What it results in.</typeparam>
    /// <param name="work">Work that is under way outside the loop, such as a call to the store.</param>
    /// <returns>Its result.</returns>
    public async Task<T> HoldTimeAsync<T>(Task<T> work)
    {
        _holds++;
        try
        {
            return await work;
        }
        finally
        {
            _holds--;
        }
    }

    /// <inheritdoc cref="HoldTimeAsync{T}(Task{T})"/>
    public async Task HoldTimeAsync(Task work)
    {
        _holds++;
        try
        {
            await work;
        }
        finally
        {
            _holds--;
        }
    }

    /// <summary>Does something that ends waits of drivers, without the loop as context, so that they go on inside it.</summary>
    /// <param name="action">What to do; called on the loop.</param>
    public void Outside(Action action)
    {
        SetSynchronizationContext(null);
        try
        {
            action();
        }
        finally
        {
            SetSynchronizationContext(this);
        }
    }

    /// <summary>Ends the loop; what is still queued is not run.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _stopping = true;
            _asleep = false;
        }

        _signal.Release();
        if (!IsCurrent) _thread.Join();
        _signal.Dispose();
    }

    private void Run()
    {
        SetSynchronizationContext(this);
        while (Take())
        {
            while (_running.TryDequeue(out var item)) item.Callback(item.State);
        }
    }

    /// <summary>Fetches what is queued, after moving virtual time or sleeping when nothing is.</summary>
    private bool Take()
    {
        while (true)
        {
            lock (_gate)
            {
                if (_stopping) return false;
                if (_queue.Count > 0)
                {
                    (_queue, _running) = (_running, _queue);
                    return true;
                }
            }

            if (_virtualTime is not null && _holds == 0 && FireNextTimer()) continue;
            lock (_gate)
            {
                if (_queue.Count > 0 || _stopping) continue;
                _asleep = true;
            }

            _signal.Wait();
        }
    }

    private bool FireNextTimer()
    {
        var fired = false;
        Outside(() => fired = _virtualTime!.AdvanceToNextTimer());
        return fired;
    }
}
