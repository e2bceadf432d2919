using System.Collections.Immutable;
using Kadeploy.Engine.Audit;
using Kadeploy.Engine.Rights;

namespace Kadeploy.Engine.Stores;

/// <summary>Keeps rights, and the nodes of running operations that are to be stopped for lack of them.</summary>
/// <remarks>Safe for use by many callers and by several processes at once. Exceptions: <see cref="StoreException"/>.</remarks>
internal interface IRightsStore
{
    /// <summary>Reads rights.</summary>
    /// <param name="principals">Whose; null for everybody's.</param>
    /// <param name="known">The revision that the caller knows; -1 for none.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The revision, which changes with every change of any right, and the rights; null when the caller knows this revision.</returns>
    Task<(long Revision, ImmutableArray<Right>? Rights)> ReadRightsAsync(
        IReadOnlyCollection<Principal>? principals, long known, CancellationToken cancellationToken);

    /// <summary>Changes rights in one transaction, which nobody else's can come between. Rights that have ended are removed, and recorded, before.</summary>
    /// <typeparam name="T">What it results in.</typeparam>
    /// <param name="work">Reads and changes; when it throws, nothing has changed. It may run on another thread and must not wait.</param>
    /// <param name="now">The time now.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Its result, once it is on disk.</returns>
    Task<T> ChangeRightsAsync<T>(Func<IRightsTransaction, T> work, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Says whether rights are there that have ended.</summary>
    /// <param name="now">The time now.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether.</returns>
    Task<bool> HasEndedRightsAsync(DateTimeOffset now, CancellationToken cancellationToken);
}

/// <summary>What can be done in a transaction that changes rights.</summary>
internal interface IRightsTransaction
{
    /// <summary>Finds the rights of principals.</summary>
    /// <param name="principals">Whose.</param>
    /// <returns>The rights.</returns>
    IReadOnlyList<StoredRight> FindOf(IEnumerable<Principal> principals);

    /// <summary>Finds the rights on scopes.</summary>
    /// <param name="scopes">Exactly these.</param>
    /// <returns>The rights.</returns>
    IReadOnlyList<StoredRight> FindOn(IEnumerable<RightScope> scopes);

    /// <summary>Removes and adds rights.</summary>
    /// <param name="removed">The rows that go.</param>
    /// <param name="added">The rights that come.</param>
    void Apply(IEnumerable<long> removed, IEnumerable<Right> added);

    /// <summary>Lists the nodes of running operations of users, that is, of those on real nodes that have not ended there.</summary>
    /// <param name="users">The users.</param>
    /// <returns>The nodes, with their clusters as they were when the operation was planned.</returns>
    IReadOnlyList<(StoppedNode Running, string Cluster)> RunningNodes(IReadOnlySet<Principal> users);

    /// <summary>Has the engine of an operation stop nodes.</summary>
    /// <param name="nodes">The nodes.</param>
    /// <param name="by">Who took the right away.</param>
    void Stop(IEnumerable<StoppedNode> nodes, string by);

    /// <summary>Writes into the audit trail.</summary>
    /// <param name="notes">What was done.</param>
    void Note(IEnumerable<AuditNote> notes);
}
