using System.Collections.Immutable;

namespace Kadeploy;

/// <summary>Keeps operations, their journal and the leases on nodes.</summary>
/// <remarks>
/// Each method is one transaction: on return it is on disk, on an exception nothing has changed. Safe for use by many callers and by
/// several processes at once. Exceptions: <see cref="StoreException"/> when the state cannot be read or saved,
/// <see cref="LeaseLostException"/> when the engine named has been fenced off.
/// </remarks>
public interface IStore : IAsyncDisposable
{
    /// <summary>Enters an engine; from then on it can hold leases, until its <paramref name="expires"/> passes unrenewed.</summary>
    /// <param name="engine">A new engine.</param>
    /// <param name="expires">Until when its leases hold.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task.</returns>
    Task RegisterEngineAsync(EngineId engine, DateTimeOffset expires, CancellationToken cancellationToken);

    /// <summary>Prolongs all leases of an engine, and tells it what it is asked to cancel.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="now">The time now; an engine whose leases had expired by then and were taken over is refused.</param>
    /// <param name="expires">Until when its leases hold.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Requests to cancel, and nodes to stop, that concern this engine's operations; each is told until its operation has ended.</returns>
    /// <exception cref="LeaseLostException">Another engine has taken over.</exception>
    Task<ImmutableArray<CancelRequest>> RenewAsync(EngineId engine, DateTimeOffset now, DateTimeOffset expires, CancellationToken cancellationToken);

    /// <summary>Takes an engine out; its unfinished operations, with the nodes that they hold, can be taken up by another at once.</summary>
    /// <param name="engine">The engine; nothing happens when it is not there any more.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task.</returns>
    Task RetireEngineAsync(EngineId engine, CancellationToken cancellationToken);

    /// <summary>Records a new operation with its plan and leases its nodes, in one transaction.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="engine">The engine that will run it.</param>
    /// <param name="now">The time now, for stores in which leases end by themselves.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The nodes that another operation holds; all others are leased.</returns>
    /// <remarks>An unfinished operation holds its nodes even when its engine is dead: whoever takes it up goes on with them.</remarks>
    Task<ImmutableArray<BusyNode>> CreateOperationAsync(
        OperationPlan plan, EngineId engine, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Takes over the unfinished operations that no living engine holds, with their leases, and fences off their engines.</summary>
    /// <param name="engine">The engine that takes over.</param>
    /// <param name="simulated">Whether to take the simulated ones or the real ones.</param>
    /// <param name="now">The time now.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The operations, oldest first. Nodes of theirs that have not ended and were not leased yet are leased now, unless another
    /// operation holds them.</returns>
    Task<ImmutableArray<TakenOver>> TakeOverAsync(
        EngineId engine, bool simulated, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Appends events and gives them their sequence numbers; ends operations and frees nodes as the events say.</summary>
    /// <param name="engine">The engine that appends.</param>
    /// <param name="events">The events, in their order.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The sequence number of the first event; the others follow without gaps.</returns>
    /// <exception cref="LeaseLostException">The engine was fenced off; nothing was appended.</exception>
    /// <remarks><see cref="OperationEvent.NodeFinished"/> frees the node; <see cref="OperationEvent.Finished"/> ends the operation.</remarks>
    Task<long> AppendAsync(EngineId engine, IReadOnlyList<OperationEvent> events, CancellationToken cancellationToken);

    /// <summary>Reads events.</summary>
    /// <param name="operation">Of one operation, or null for all.</param>
    /// <param name="from">The lowest sequence number.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The events in the order of their numbers, up to the last at the time of the call; streamed.</returns>
    IAsyncEnumerable<OperationEvent> ReadEventsAsync(OperationId? operation, long from, CancellationToken cancellationToken);

    /// <summary>Lists operations.</summary>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The latest ones, newest first.</returns>
    Task<ImmutableArray<Operation>> ListOperationsAsync(int limit, CancellationToken cancellationToken);

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

    /// <summary>Asks for an operation to be cancelled; the engine that holds it, or takes it up, will.</summary>
    /// <param name="id">The operation.</param>
    /// <param name="user">Who asks.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether the operation exists and had not ended.</returns>
    Task<bool> RequestCancelAsync(OperationId id, string user, CancellationToken cancellationToken);
}

/// <summary>Identifies one run of an engine.</summary>
/// <param name="Value">Random, never used again.</param>
public readonly record struct EngineId(Guid Value);

/// <summary>A node that another operation holds.</summary>
/// <param name="Node">The node.</param>
/// <param name="Holder">The operation.</param>
/// <param name="User">Whose operation it is.</param>
public sealed record BusyNode(NodeName Node, OperationId Holder, string User);

/// <summary>An unfinished operation that an engine has taken over.</summary>
/// <param name="Plan">Its plan.</param>
/// <param name="Busy">Nodes of its plan that it never had and that another operation holds.</param>
/// <param name="CancelledBy">Who asked for it to be cancelled, or null.</param>
public sealed record TakenOver(OperationPlan Plan, ImmutableArray<BusyNode> Busy, string? CancelledBy);

/// <summary>A request to cancel an operation, or to stop some of its nodes.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="User">Who asked, or who took the right away.</param>
public sealed record CancelRequest(OperationId Operation, string User)
{
    /// <summary>Gets the nodes on which the operation's user has no right left because one was revoked.</summary>
    /// <value>Empty when the whole operation is to be cancelled; the default.</value>
    public ImmutableArray<NodeName> Nodes { get; init; } = [];
}
