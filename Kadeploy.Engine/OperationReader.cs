using System.Runtime.CompilerServices;
using Kadeploy.Engine.Rights;
using Kadeploy.Engine.Stores.Sqlite;

namespace Kadeploy.Engine;

/// <summary>Reads a state directory in which other processes may be at work.</summary>
internal sealed class OperationReader(SqliteStore store, string stateDirectory) : IOperationReader
{
    public async Task<IReadOnlyList<Operation>> ListOperationsAsync(int limit, CancellationToken cancellationToken) =>
        await store.ListOperationsAsync(limit, cancellationToken).ConfigureAwait(false);

    public Task<Operation?> FindOperationAsync(OperationId id, CancellationToken cancellationToken) => store.FindOperationAsync(id, cancellationToken);

    public Task<OperationPlan?> FindPlanAsync(OperationId id, CancellationToken cancellationToken) => store.FindPlanAsync(id, cancellationToken);

    public Task<bool> IsRunAsync(OperationId id, CancellationToken cancellationToken) => store.IsRunAsync(id, TimeProvider.System.GetUtcNow(), cancellationToken);

    public Task CancelAsync(OperationId id, string user, IReadOnlyCollection<string>? administrators, CancellationToken cancellationToken) =>
        Operations.RequestCancelAsync(
            store, new(administrators ?? AccessPolicy.DefaultAdministrators(stateDirectory)), store, id, user, cancellationToken);

    public async IAsyncEnumerable<OperationEvent> ReadEventsAsync(
        OperationId? operation, long from, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var changes = follow ? new StoreChanges(stateDirectory) : null;
        while (true)
        {
            // Asked first: an operation that has ended by now has all its events in the store by now.
            var ended = operation is { } id
                && await store.FindOperationAsync(id, cancellationToken).ConfigureAwait(false) is not { State: OperationState.Running };
            await foreach (var occurrence in store.ReadEventsAsync(operation, from, cancellationToken).ConfigureAwait(false))
            {
                from = occurrence.Sequence + 1;
                yield return occurrence;
            }

            if (changes is null || ended) yield break;
            await changes.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public ValueTask DisposeAsync() => store.DisposeAsync();
}
