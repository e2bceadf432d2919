using System.Collections.Immutable;

namespace Kadeploy.Engine.Audit;

/// <summary>Records what users do to the cache.</summary>
/// <param name="inner">The cache.</param>
/// <param name="audit">Where it is recorded.</param>
internal sealed class AuditedFileCache(IFileCache inner, IAuditLog audit) : IFileCache
{
    /// <inheritdoc/>
    public Task<CacheContents> ListAsync(CancellationToken cancellationToken) => inner.ListAsync(cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<CacheCheck> VerifyAsync(ImmutableArray<string> only, CancellationToken cancellationToken) => inner.VerifyAsync(only, cancellationToken);

    /// <inheritdoc/>
    public async Task<ImmutableArray<CachedFile>> PruneAsync(CachePruning pruning, string user, CancellationToken cancellationToken)
    {
        var removed = await RefusedAsync(() => inner.PruneAsync(pruning, user, cancellationToken), user, "remove files of the cache", cancellationToken).ConfigureAwait(false);
        if (removed.Length > 0) await audit.AppendAsync(removed.Select(file => Note(user, "removed", file)), CancellationToken.None).ConfigureAwait(false);
        return removed;
    }

    /// <inheritdoc/>
    public async Task<CachedFile> PinAsync(string file, bool pinned, string user, CancellationToken cancellationToken)
    {
        var found = await RefusedAsync(() => inner.PinAsync(file, pinned, user, cancellationToken), user, "pin and unpin files of the cache", cancellationToken).ConfigureAwait(false);
        await audit.AppendAsync([Note(user, pinned ? "pinned" : "unpinned", found)], CancellationToken.None).ConfigureAwait(false);
        return found;
    }

    private static AuditNote Note(string user, string what, CachedFile file) => new(user, AuditAction.Changed, $"file {file.Sha256} of the cache: {what}");

    private async Task<T> RefusedAsync<T>(Func<Task<T>> work, string user, string what, CancellationToken cancellationToken)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (NotAllowedException)
        {
            await audit.AppendAsync([new(user, AuditAction.Refused, $"may not {what}")], cancellationToken).ConfigureAwait(false);
            throw;
        }
    }
}
