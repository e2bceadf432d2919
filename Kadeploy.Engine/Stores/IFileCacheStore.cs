using System.Collections.Immutable;

namespace Kadeploy.Engine.Stores;

/// <summary>Keeps what is known of the files in the cache. Each file is in a folder of its identifier; where that is, and which are removed, is for others to know.</summary>
/// <remarks>Each method is one transaction, as in <see cref="IStore"/>; of all processes at most one is in a method that takes a function. Such a function may look at
/// files and lock them, and does nothing that takes time.</remarks>
internal interface IFileCacheStore
{
    /// <summary>Takes a file that is present into use.</summary>
    /// <typeparam name="T">What holds it.</typeparam>
    /// <param name="sha256">Its digest.</param>
    /// <param name="now">The time now.</param>
    /// <param name="open">Opens it; null when it is not there, which removes it.</param>
    /// <param name="cancellationToken">Ends the wait before the transaction begins.</param>
    /// <returns>What <paramref name="open"/> gave; null when there is no such file.</returns>
    Task<T?> UseCachedAsync<T>(string sha256, DateTimeOffset now, Func<CacheEntry, T?> open, CancellationToken cancellationToken)
        where T : class;

    /// <summary>Finds what an address gave when it was last asked.</summary>
    /// <param name="location">The address.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What it gave, if that file is still present; else null.</returns>
    Task<CacheSource?> FindCacheSourceAsync(string location, CancellationToken cancellationToken);

    /// <summary>Notes that an address gives what it gave before.</summary>
    /// <param name="location">The address.</param>
    /// <param name="now">The time now.</param>
    /// <param name="cancellationToken">Ends the wait before the transaction begins.</param>
    /// <returns>A task.</returns>
    Task ConfirmCacheSourceAsync(string location, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Begins with a file that is fetched, or goes on with it.</summary>
    /// <typeparam name="T">What holds it.</typeparam>
    /// <param name="location">The address that is asked for.</param>
    /// <param name="id">The identifier of a new file.</param>
    /// <param name="now">The time now.</param>
    /// <param name="claim">Locks the file that is arriving, an earlier one of this address or a new one; null when another process has it.</param>
    /// <param name="cancellationToken">Ends the wait before the transaction begins.</param>
    /// <returns>What <paramref name="claim"/> gave.</returns>
    Task<T?> BeginArrivalAsync<T>(string location, string id, DateTimeOffset now, Func<CacheArrival, T?> claim, CancellationToken cancellationToken)
        where T : class;

    /// <summary>Notes how much of an arriving file is on the disk, and from where.</summary>
    /// <param name="arrival">The file.</param>
    /// <param name="cancellationToken">Ends the wait before the transaction begins.</param>
    /// <returns>A task.</returns>
    Task NoteArrivalAsync(CacheArrival arrival, CancellationToken cancellationToken);

    /// <summary>Sets room aside for an arriving file.</summary>
    /// <param name="id">The file.</param>
    /// <param name="length">How many bytes in all.</param>
    /// <param name="limit">How many bytes all files may have together.</param>
    /// <param name="cancellationToken">Ends the wait before the transaction begins.</param>
    /// <returns>Whether there is room; else nothing is set aside.</returns>
    Task<bool> ReserveCacheAsync(string id, long length, long limit, CancellationToken cancellationToken);

    /// <summary>Makes an arriving file present; one that is there already with the same content stays, and the new one is removed.</summary>
    /// <typeparam name="T">What holds it.</typeparam>
    /// <param name="id">The arriving file.</param>
    /// <param name="sha256">Its digest.</param>
    /// <param name="length">Its length.</param>
    /// <param name="source">Where it is from.</param>
    /// <param name="now">The time now.</param>
    /// <param name="open">Takes it into use; it may be another file than the arriving one. Null when it is not there.</param>
    /// <param name="cancellationToken">Ends the wait before the transaction begins.</param>
    /// <returns>What <paramref name="open"/> gave.</returns>
    Task<T?> CompleteArrivalAsync<T>(
        string id, string sha256, long length, CacheSource source, DateTimeOffset now, Func<CacheEntry, T?> open, CancellationToken cancellationToken)
        where T : class;

    /// <summary>Marks a file as removed: it is not given out any more.</summary>
    /// <param name="id">The file.</param>
    /// <param name="may">Says whether it may go now; it is told whether the file is pinned.</param>
    /// <param name="cancellationToken">Ends the wait before the transaction begins.</param>
    /// <returns>Whether it is marked now.</returns>
    Task<bool> RemoveCachedAsync(string id, Func<bool, bool> may, CancellationToken cancellationToken);

    /// <summary>Forgets files whose folders are gone.</summary>
    /// <param name="ids">Files that are marked as removed.</param>
    /// <param name="cancellationToken">Ends the wait before the transaction begins.</param>
    /// <returns>A task.</returns>
    Task ForgetCachedAsync(ImmutableArray<string> ids, CancellationToken cancellationToken);

    /// <summary>Pins a file or lets it go, or notes that its content was compared with its digest.</summary>
    /// <param name="id">The file.</param>
    /// <param name="pinned">Whether it is pinned; null leaves that.</param>
    /// <param name="verifiedAt">When it was compared; null leaves that.</param>
    /// <param name="cancellationToken">Ends the wait before the transaction begins.</param>
    /// <returns>A task.</returns>
    Task SetCachedAsync(string id, bool? pinned, DateTimeOffset? verifiedAt, CancellationToken cancellationToken);

    /// <summary>Lists all files.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The files, those used last first.</returns>
    Task<ImmutableArray<CacheEntry>> ListCachedAsync(CancellationToken cancellationToken);
}

/// <summary>Where a file of the cache stands.</summary>
internal enum CacheState
{
    /// <summary>It is being fetched, or was when that broke off.</summary>
    Arriving,

    /// <summary>It is whole.</summary>
    Present,

    /// <summary>It is not given out any more, and its folder will go.</summary>
    Removed,
}

/// <summary>A file of the cache.</summary>
internal sealed record CacheEntry(
    string Id, CacheState State, string? Sha256, long Length, bool Pinned, DateTimeOffset AddedAt, DateTimeOffset UsedAt, DateTimeOffset VerifiedAt)
{
    /// <summary>Gets the addresses that gave it.</summary>
    public ImmutableArray<string> Sources { get; init; } = [];
}

/// <summary>A file that is being fetched.</summary>
/// <param name="Id">Its identifier.</param>
/// <param name="Location">The address that was asked for.</param>
/// <param name="ServedBy">The address from which its bytes are; null before there are any.</param>
/// <param name="ETag">That address's entity tag, or null.</param>
/// <param name="LastModified">That address's time of modification, or null.</param>
/// <param name="Durable">How many bytes are on the disk for sure.</param>
internal sealed record CacheArrival(string Id, string Location, string? ServedBy, string? ETag, string? LastModified, long Durable);

/// <summary>What an address gave.</summary>
/// <param name="Location">The address.</param>
/// <param name="Sha256">The digest of what it gave.</param>
/// <param name="ServedBy">The address that answered: this one or a mirror.</param>
/// <param name="ETag">Its entity tag, or null.</param>
/// <param name="LastModified">Its time of modification, or null.</param>
/// <param name="CheckedAt">When it was asked.</param>
internal sealed record CacheSource(string Location, string Sha256, string ServedBy, string? ETag, string? LastModified, DateTimeOffset CheckedAt);
