namespace Kadeploy.Engine.Drivers.Fake;

/// <summary>Somebody who waits for a system to come up on a simulated machine.</summary>
/// <param name="expected">What is expected; null for anything.</param>
internal sealed class BootWaiter(SystemKind? expected)
{
    // Not RunContinuationsAsynchronously: what follows must have happened before virtual time moves on.
    private readonly TaskCompletionSource<RunningSystem> _done = new();

    /// <summary>Gets the wait.</summary>
    public Task<RunningSystem> Task => _done.Task;

    /// <summary>Ends the wait because a system has come up.</summary>
    /// <param name="node">The machine.</param>
    /// <param name="system">The system.</param>
    public void Notify(NodeName node, RunningSystem system) => Detached.Run(() =>
    {
        if (expected is { } kind && system.Kind != kind) _done.TrySetException(Wrong(node, kind));
        else _done.TrySetResult(system);
    });

    /// <summary>Ends the wait because the world is gone.</summary>
    /// <param name="failure">Why.</param>
    public void Fail(Exception failure) => Detached.Run(() => _done.TrySetException(failure));

    /// <summary>Ends the wait when somebody gives up.</summary>
    /// <param name="cancellationToken">Who gives up.</param>
    /// <returns>To be disposed at the wait's end, and not asynchronously: then that would go on in the thread pool.</returns>
    public CancellationTokenRegistration GiveUpOn(CancellationToken cancellationToken) => cancellationToken.UnsafeRegister(
        static (waiter, token) => Detached.Run(() => ((BootWaiter)waiter!)._done.TrySetCanceled(token)), this);

    /// <summary>Says that the wrong system has come up.</summary>
    /// <param name="node">The machine.</param>
    /// <param name="expected">What should have come up.</param>
    /// <returns>The exception.</returns>
    public static OperationFailedException Wrong(NodeName node, SystemKind expected) => new(
        FaultCodes.WrongSystem,
        expected == SystemKind.Installed
            ? $"node {node}: the deployment environment came up; an installed system was expected"
            : $"node {node}: an installed system came up; the deployment environment was expected");
}

/// <summary>Completes tasks from inside or outside of the engine's loop alike.</summary>
/// <remarks>Continuations of drivers run at once only where there is no synchronization context; with one they would go to the thread pool,
/// and virtual time could move before they have run.</remarks>
internal static class Detached
{
    /// <summary>Runs something that completes tasks.</summary>
    /// <param name="completion">What completes them.</param>
    public static void Run(Action completion)
    {
        var context = SynchronizationContext.Current;
        if (context is null)
        {
            completion();
            return;
        }

        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            completion();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }
}
