using System.Collections.Immutable;

namespace Kadeploy;

/// <summary>The files that were fetched for operations, kept by what is in them.</summary>
/// <remarks>Safe for use by many callers and processes at once. A file that an operation uses is never removed; neither is one that is not the cache's own.</remarks>
public interface IFileCache
{
    /// <summary>Lists the cache.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>All files, those used last first.</returns>
    Task<CacheContents> ListAsync(CancellationToken cancellationToken);

    /// <summary>Removes files.</summary>
    /// <param name="pruning">Which.</param>
    /// <param name="user">Who asks: an administrator.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>What was removed.</returns>
    /// <exception cref="NotAllowedException">The user is no administrator.</exception>
    /// <exception cref="ConfigurationException">A file that was named is not there, or not the only one of that name.</exception>
    Task<ImmutableArray<CachedFile>> PruneAsync(CachePruning pruning, string user, CancellationToken cancellationToken);

    /// <summary>Compares files with their SHA-256; those that differ are removed, and fetched again when they are needed.</summary>
    /// <param name="only">Which, by beginnings of their SHA-256 or by their addresses; empty for all.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>One result for each file, as soon as it is known.</returns>
    /// <exception cref="ConfigurationException">A file that was named is not there, or not the only one of that name.</exception>
    IAsyncEnumerable<CacheCheck> VerifyAsync(ImmutableArray<string> only, CancellationToken cancellationToken);

    /// <summary>Makes a file stay however full the cache is, or lets it go again.</summary>
    /// <param name="file">The file, by the beginning of its SHA-256 or by its address; an address that is not there yet is fetched.</param>
    /// <param name="pinned">Whether it stays.</param>
    /// <param name="user">Who asks: an administrator.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The file.</returns>
    /// <exception cref="NotAllowedException">The user is no administrator.</exception>
    /// <exception cref="ConfigurationException">The file is not there, or not the only one of that name.</exception>
    /// <exception cref="OperationFailedException">It cannot be fetched.</exception>
    Task<CachedFile> PinAsync(string file, bool pinned, string user, CancellationToken cancellationToken);
}
