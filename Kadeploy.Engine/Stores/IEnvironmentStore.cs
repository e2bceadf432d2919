using System.Collections.Immutable;

namespace Kadeploy.Engine.Stores;

/// <summary>Keeps the descriptions of environments with all that they ever were. Who may see or change what is for others to know.</summary>
/// <remarks>Each method is one transaction, as in <see cref="IStore"/>.</remarks>
internal interface IEnvironmentStore
{
    /// <summary>Reads the environments that are there.</summary>
    /// <param name="name">Those of exactly this name; null for all.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The environments, in no particular order.</returns>
    Task<ImmutableArray<RecordedEnvironment>> ReadEnvironmentsAsync(string? name, CancellationToken cancellationToken);

    /// <summary>Reads the revisions of the versions of a name and owner, also of deleted ones.</summary>
    /// <param name="name">The exact name.</param>
    /// <param name="owner">The owner.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>By version, then by revision.</returns>
    Task<ImmutableArray<EnvironmentRevision>> ReadRevisionsAsync(string name, string owner, CancellationToken cancellationToken);

    /// <summary>Writes changes: all of them or none.</summary>
    /// <param name="changes">The changes; no two of the same name, version and owner.</param>
    /// <param name="user">Who makes them.</param>
    /// <param name="now">The time now.</param>
    /// <param name="cancellationToken">Ends the wait before the transaction begins.</param>
    /// <returns>The environments as they are now, or were until they were deleted; null when one had another revision than was expected, and nothing was changed.</returns>
    Task<ImmutableArray<RecordedEnvironment>?> WriteEnvironmentsAsync(
        ImmutableArray<EnvironmentWrite> changes, string user, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Reads the plans of operations that have not ended.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The plans.</returns>
    Task<ImmutableArray<OperationPlan>> ReadUnfinishedPlansAsync(CancellationToken cancellationToken);
}

/// <summary>A change of one environment.</summary>
/// <param name="Environment">The description from now on; for a deletion, the one until now.</param>
/// <param name="Kind">What is done.</param>
/// <param name="Expected">The revision that it has now; 0 when it must not be there.</param>
internal sealed record EnvironmentWrite(KaEnvironment Environment, EnvironmentChangeKind Kind, int Expected);
