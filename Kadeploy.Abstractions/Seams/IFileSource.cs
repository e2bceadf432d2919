namespace Kadeploy;

/// <summary>Brings files that requests and environments name — images, archives, scripts — to the engine's machine.</summary>
/// <remarks>
/// Safe for use by many callers at once; one file is fetched once, however many ask. Cancellation: the wait ends, nothing half-written is ever given out.
/// Exceptions: <see cref="OperationFailedException"/> (try again), <see cref="DriverUnusableException"/> (do not), <see cref="OperationCanceledException"/>.
/// </remarks>
public interface IFileSource
{
    /// <summary>Says what would keep a file from being fetched, as far as can be told without fetching it.</summary>
    /// <param name="location">Where it is.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A message for users, or null.</returns>
    Task<string?> FindProblemAsync(Uri location, CancellationToken cancellationToken);

    /// <summary>Fetches a file.</summary>
    /// <param name="location">Where it is.</param>
    /// <param name="sha256">The digest that it must have, as 64 lower-case hexadecimal digits; null when none was recorded.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The file, which stays as it is while the operation lasts.</returns>
    Task<SourceFile> FetchAsync(Uri location, string? sha256, CancellationToken cancellationToken);
}

/// <summary>A file on the engine's machine.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Sha256">Its digest, as 64 lower-case hexadecimal digits.</param>
public sealed record SourceFile(string Path, long Length, string Sha256);
