using System.Collections.Concurrent;

namespace Kadeploy.Engine.Drivers.Consoles;

/// <summary>The console sessions that operations of this process hold, for those who use them. Safe for use by many callers at once.</summary>
internal sealed class ConsoleSessions
{
    private readonly ConcurrentDictionary<OperationId, TaskCompletionSource<IConsoleSession>> _sessions = new();

    /// <summary>Waits for the session of an operation.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The session.</returns>
    public Task<IConsoleSession> FindAsync(OperationId operation, CancellationToken cancellationToken) => Of(operation).Task.WaitAsync(cancellationToken);

    /// <summary>Offers a session to whoever waits for it.</summary>
    /// <param name="operation">The operation that holds it.</param>
    /// <param name="session">The session.</param>
    public void Offer(OperationId operation, IConsoleSession session) => Of(operation).TrySetResult(session);

    /// <summary>Forgets the session of an operation that has ended.</summary>
    /// <param name="operation">The operation.</param>
    public void Forget(OperationId operation) => _sessions.TryRemove(operation, out _);

    private TaskCompletionSource<IConsoleSession> Of(OperationId operation) =>
        _sessions.GetOrAdd(operation, static _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
}
