namespace Kadeploy.Engine;

/// <summary>Reads the operations of a state directory without running any.</summary>
public interface IOperationReader : IAsyncDisposable
{
    /// <summary>Lists the latest operations.</summary>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The operations, newest first.</returns>
    Task<IReadOnlyList<Operation>> ListOperationsAsync(int limit, CancellationToken cancellationToken);

    /// <summary>Finds an operation.</summary>
    /// <param name="id">Its identifier.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The operation, or null.</returns>
    Task<Operation?> FindOperationAsync(OperationId id, CancellationToken cancellationToken);

    /// <summary>Finds an operation's plan.</summary>
    /// <param name="id">The operation.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The plan, or null.</returns>
    Task<OperationPlan?> FindPlanAsync(OperationId id, CancellationToken cancellationToken);

    /// <summary>Says whether a living engine runs an operation; one that nobody runs can be resumed.</summary>
    /// <param name="id">The operation.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>False also when the operation has ended or is not there.</returns>
    Task<bool> IsRunAsync(OperationId id, CancellationToken cancellationToken);

    /// <summary>Reads the journal.</summary>
    /// <param name="operation">One operation, or null for all.</param>
    /// <param name="from">The lowest sequence number; 0 for all.</param>
    /// <param name="follow">Whether to wait for further events until the operation has ended; without an operation, for ever.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The events in the order of their numbers, each once.</returns>
    IAsyncEnumerable<OperationEvent> ReadEventsAsync(OperationId? operation, long from, bool follow, CancellationToken cancellationToken);

    /// <summary>Asks for an operation to be cancelled; the engine that holds it, or takes it up, will.</summary>
    /// <param name="id">The operation.</param>
    /// <param name="user">Who asks.</param>
    /// <param name="administrators">The users who may cancel everybody's operations; null for <c>root</c> and the owner of the state directory.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when the request is recorded.</returns>
    /// <exception cref="ConfigurationException">There is no such operation, or it has ended.</exception>
    /// <exception cref="NotAllowedException">The operation is another user's.</exception>
    Task CancelAsync(OperationId id, string user, IReadOnlyCollection<string>? administrators, CancellationToken cancellationToken);
}
