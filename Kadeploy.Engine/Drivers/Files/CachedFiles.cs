using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Kadeploy.Engine.Stores;

namespace Kadeploy.Engine.Drivers.Files;

/// <summary>What users do with the cache.</summary>
/// <param name="cache">The cache.</param>
/// <param name="open">Fetches what is to be pinned and not there yet.</param>
/// <param name="isAdministrator">Says who may do everything.</param>
/// <param name="time">The clock.</param>
internal sealed class CachedFiles(FileCache cache, OpenFiles open, Func<string, bool> isAdministrator, TimeProvider time) : IFileCache
{
    private const int LeastDigits = 6;

    /// <inheritdoc/>
    public async Task<CacheContents> ListAsync(CancellationToken cancellationToken)
    {
        var all = await cache.Store.ListCachedAsync(cancellationToken).ConfigureAwait(false);
        var partial = all.Where(static entry => entry.State != CacheState.Present).Sum(static entry => entry.Length);
        return new([.. all.Where(static entry => entry.State == CacheState.Present).Select(Shown)], cache.Limit, all.Sum(static entry => entry.Length), partial);
    }

    /// <inheritdoc/>
    public async Task<ImmutableArray<CachedFile>> PruneAsync(CachePruning pruning, string user, CancellationToken cancellationToken)
    {
        RequireAdministrator(user);
        var chosen = await ChosenAsync(pruning.Only, cancellationToken).ConfigureAwait(false);
        var all = await cache.Store.ListCachedAsync(cancellationToken).ConfigureAwait(false);
        // What broke off goes first: nobody can use it.
        var broken = pruning.Only.IsDefaultOrEmpty ? all.Where(static entry => entry.State == CacheState.Arriving) : [];
        foreach (var entry in broken) await cache.RemoveFreeAsync(entry.Id, cancellationToken).ConfigureAwait(false);
        await cache.SweepAsync(cancellationToken).ConfigureAwait(false);

        var removed = ImmutableArray.CreateBuilder<CachedFile>();
        var left = (await cache.Store.ListCachedAsync(cancellationToken).ConfigureAwait(false)).Sum(static entry => entry.Length);
        foreach (var entry in chosen.Reverse())
        {
            if (pruning.Keep is { } keep && left <= keep) break;
            if (pruning.Unused is { } unused && entry.UsedAt > time.GetUtcNow() - unused) continue;
            var shown = Shown(entry);
            if (!await cache.RemoveFreeAsync(entry.Id, cancellationToken).ConfigureAwait(false)) continue;
            removed.Add(shown);
            left -= entry.Length;
        }

        await cache.SweepAsync(cancellationToken).ConfigureAwait(false);
        return removed.ToImmutable();
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<CacheCheck> VerifyAsync(ImmutableArray<string> only, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var entry in await ChosenAsync(only, cancellationToken).ConfigureAwait(false))
            if (await VerifyAsync(entry, null, cancellationToken).ConfigureAwait(false) is { } check) yield return check;
    }

    /// <summary>Compares a file with its digest, and removes it when it differs.</summary>
    /// <param name="entry">The file.</param>
    /// <param name="pace">As for <see cref="FileCache.VerifyAsync"/>.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What was found; null when it has been removed meanwhile.</returns>
    public async Task<CacheCheck?> VerifyAsync(CacheEntry entry, long? pace, CancellationToken cancellationToken)
    {
        var shown = Shown(entry);
        // Not as a use: to be looked at keeps nobody young.
        using var use = await cache.Store.UseCachedAsync(entry.Sha256!, entry.UsedAt, cache.Open, cancellationToken).ConfigureAwait(false);
        if (use is null)
        {
            await cache.SweepAsync(cancellationToken).ConfigureAwait(false);
            return new(shown, "the file is gone, or has another length");
        }

        if (await cache.VerifyAsync(use.Id, use.File, pace, cancellationToken).ConfigureAwait(false)) return new(shown with { VerifiedAt = time.GetUtcNow() }, null);
        use.Dispose();
        await cache.RemoveAsync(entry.Id, static _ => true, cancellationToken).ConfigureAwait(false);
        return new(shown, "its content is not what its SHA-256 says: the disk is damaged, or somebody has changed the file");
    }

    /// <inheritdoc/>
    public async Task<CachedFile> PinAsync(string file, bool pinned, string user, CancellationToken cancellationToken)
    {
        RequireAdministrator(user);
        if (pinned && Uri.TryCreate(file, UriKind.Absolute, out var location) && location.Scheme is "http" or "https")
        {
            using var files = open(user, [new("file to pin", location)]);
            var fetched = await files.FetchAsync(location, null, cancellationToken).ConfigureAwait(false);
            return await SetAsync(fetched.Sha256).ConfigureAwait(false);
        }

        return await SetAsync((await ChosenAsync([file], cancellationToken).ConfigureAwait(false))[0].Sha256!).ConfigureAwait(false);

        async Task<CachedFile> SetAsync(string sha256)
        {
            var entry = (await cache.Store.ListCachedAsync(cancellationToken).ConfigureAwait(false)).First(each => each.State == CacheState.Present && each.Sha256 == sha256);
            await cache.Store.SetCachedAsync(entry.Id, pinned, null, cancellationToken).ConfigureAwait(false);
            return Shown(entry with { Pinned = pinned });
        }
    }

    private async Task<ImmutableArray<CacheEntry>> ChosenAsync(ImmutableArray<string> only, CancellationToken cancellationToken)
    {
        var present = (await cache.Store.ListCachedAsync(cancellationToken).ConfigureAwait(false)).Where(static entry => entry.State == CacheState.Present).ToImmutableArray();
        if (only.IsDefaultOrEmpty) return present;
        var problems = new List<string>();
        var chosen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in only)
        {
            var digits = name.ToLowerInvariant();
            var fitting = present.Where(entry => entry.Sources.Contains(name) || (digits.Length >= LeastDigits && entry.Sha256!.StartsWith(digits, StringComparison.Ordinal))).ToList();
            if (fitting.Count == 1) chosen.Add(fitting[0].Id);
            else if (fitting.Count > 1) problems.Add($"'{Quoted.Text(name)}' fits {fitting.Count} files; write more digits of the SHA-256");
            else problems.Add($"there is no file '{Quoted.Text(name)}' in the cache; write its address, or at least {LeastDigits} digits of its SHA-256 ('kadeploy cache list')");
        }

        return problems.Count == 0 ? [.. present.Where(entry => chosen.Contains(entry.Id))] : throw new ConfigurationException([.. problems]);
    }

    private CachedFile Shown(CacheEntry entry) => new()
    {
        Sha256 = entry.Sha256!,
        Path = cache.Folder.ContentOf(entry.Id),
        Length = entry.Length,
        Sources = entry.Sources,
        AddedAt = entry.AddedAt,
        UsedAt = entry.UsedAt,
        VerifiedAt = entry.VerifiedAt,
        Pinned = entry.Pinned,
        InUse = !cache.Folder.IsFree(entry.Id),
    };

    private void RequireAdministrator(string user)
    {
        if (!isAdministrator(user)) throw new NotAllowedException("only administrators may remove, pin and unpin files of the cache");
    }
}
