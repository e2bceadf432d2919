using System.Collections.Immutable;

namespace Kadeploy;

/// <summary>Everything that a front end asks of an engine, in this process or elsewhere.</summary>
/// <remarks>Safe for use by many callers at once. A call that is cancelled ends its own wait; it never stops an operation.</remarks>
public interface IDeploymentEngine : IOperations, IAsyncDisposable
{
    /// <summary>Gets what is kept beside operations.</summary>
    ICatalogs Catalogs { get; }
}

/// <summary>What is asked about operations, of an engine or of a session that starts one only when something is to run.</summary>
/// <remarks>Safe for use by many callers at once. A call that is cancelled ends its own wait; it never stops an operation.</remarks>
public interface IOperations
{
    /// <summary>Plans an operation, without touching anything or recording it.</summary>
    /// <param name="request">What to do.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="ConfigurationException">The request cannot be carried out; all problems are listed.</exception>
    /// <exception cref="NotAllowedException">The user lacks rights; what is missing is listed node by node.</exception>
    Task<OperationPlan> PlanAsync(OperationRequest request, CancellationToken cancellationToken);

    /// <summary>Records a plan, leases its nodes and begins.</summary>
    /// <param name="plan">A plan of <see cref="PlanAsync"/> that was not started before.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The operation.</returns>
    /// <exception cref="StoreException">The operation could not be recorded; nothing was begun.</exception>
    /// <exception cref="NotAllowedException">The user lacks rights, perhaps since the plan was made; nothing was begun.</exception>
    Task<Operation> StartAsync(OperationPlan plan, CancellationToken cancellationToken);

    /// <summary>Takes up the unfinished operations that no living engine holds, each node where it was.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The operations that were taken up.</returns>
    Task<ImmutableArray<Operation>> ResumeAsync(CancellationToken cancellationToken);

    /// <summary>Waits until an operation of this engine has ended.</summary>
    /// <param name="id">The operation.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The operation as it ended.</returns>
    /// <exception cref="StoreException">The state could not be saved any more; the operation can be resumed.</exception>
    /// <exception cref="LeaseLostException">Another engine has taken over.</exception>
    Task<Operation> WaitAsync(OperationId id, CancellationToken cancellationToken);

    /// <summary>Gives access to the console that an operation of this engine holds.</summary>
    /// <param name="id">A console operation that was started here.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The console; null when the operation has ended before it had one. To be disposed, which ends the operation.</returns>
    /// <exception cref="ConfigurationException">This engine runs no such operation.</exception>
    Task<IConsoleSession?> OpenConsoleAsync(OperationId id, CancellationToken cancellationToken);

    /// <summary>Cancels an operation, wherever it runs: nodes that have not ended become cancelled.</summary>
    /// <param name="id">The operation.</param>
    /// <param name="user">Who asks: the operation's user, or an administrator.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when the request is recorded.</returns>
    /// <exception cref="ConfigurationException">There is no such operation, or it has ended.</exception>
    /// <exception cref="NotAllowedException">The operation is another user's.</exception>
    Task CancelAsync(OperationId id, string user, CancellationToken cancellationToken);

    /// <summary>Reads the journal.</summary>
    /// <param name="operation">One operation, or null for all.</param>
    /// <param name="from">The lowest sequence number; 0 for all.</param>
    /// <param name="follow">Whether to wait for further events until the operation has ended.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The events in the order of their numbers, each once.</returns>
    IAsyncEnumerable<OperationEvent> ReadEventsAsync(OperationId? operation, long from, bool follow, CancellationToken cancellationToken);

    /// <summary>Lists the latest operations.</summary>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The operations, newest first.</returns>
    Task<ImmutableArray<Operation>> ListOperationsAsync(int limit, CancellationToken cancellationToken);
}
