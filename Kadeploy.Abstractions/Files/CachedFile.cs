using System.Collections.Immutable;

namespace Kadeploy;

/// <summary>A file in the cache.</summary>
public sealed record CachedFile
{
    /// <summary>Gets the SHA-256 of its content, as 64 lower-case hexadecimal digits.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Gets its path.</summary>
    public required string Path { get; init; }

    /// <summary>Gets its length in bytes.</summary>
    public required long Length { get; init; }

    /// <summary>Gets the addresses from which it was fetched, or would be.</summary>
    public ImmutableArray<string> Sources { get; init; } = [];

    /// <summary>Gets when it came.</summary>
    public required DateTimeOffset AddedAt { get; init; }

    /// <summary>Gets when it was used last.</summary>
    public required DateTimeOffset UsedAt { get; init; }

    /// <summary>Gets when its content was last compared with its SHA-256.</summary>
    public required DateTimeOffset VerifiedAt { get; init; }

    /// <summary>Gets a value indicating whether it stays until it is unpinned.</summary>
    public bool Pinned { get; init; }

    /// <summary>Gets a value indicating whether an operation uses it now; such a file stays.</summary>
    public bool InUse { get; init; }
}

/// <summary>The cache as a whole.</summary>
/// <param name="Files">Its files, those used last first.</param>
/// <param name="Limit">How many bytes it may have.</param>
/// <param name="Used">How many bytes it has, with those of downloads that are under way or were broken off.</param>
/// <param name="Partial">How many of these are of downloads that are under way or were broken off.</param>
public sealed record CacheContents(ImmutableArray<CachedFile> Files, long Limit, long Used, long Partial);

/// <summary>Which files are removed from the cache; files that are pinned or in use never are.</summary>
public sealed record CachePruning
{
    /// <summary>Gets how many bytes may stay; those used longest ago go first.</summary>
    /// <value>Null for no limit.</value>
    public long? Keep { get; init; }

    /// <summary>Gets for how long a file may have been unused.</summary>
    /// <value>Null for any time.</value>
    public TimeSpan? Unused { get; init; }

    /// <summary>Gets which files are meant, by beginnings of their SHA-256 or by their addresses.</summary>
    /// <value>Empty for all.</value>
    public ImmutableArray<string> Only { get; init; } = [];
}

/// <summary>A file of the cache that was compared with its SHA-256.</summary>
/// <param name="File">The file.</param>
/// <param name="Problem">What is wrong with it; null when nothing is. What is wrong was removed.</param>
public sealed record CacheCheck(CachedFile File, string? Problem);
