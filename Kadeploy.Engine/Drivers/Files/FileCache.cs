using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using Kadeploy.Engine.Stores;

namespace Kadeploy.Engine.Drivers.Files;

/// <summary>Files by what is in them, shared by all operations of all processes on a state directory.</summary>
/// <remarks>A file is given out only while its row says that it is whole, and that is said only when all of it is on the disk. Before a process uses a file for the first time, it
/// compares it with its digest; one that differs is removed, and fetched again by whoever needs it.</remarks>
/// <param name="root">The folder.</param>
/// <param name="store">What is known of the files.</param>
/// <param name="limit">How many bytes they may have together.</param>
/// <param name="time">The clock.</param>
internal sealed class FileCache(string root, IFileCacheStore store, long limit, TimeProvider time)
{
    private readonly CacheFolder _folder = new(root);
    private readonly SharedWork<bool> _verifications = new();
    private readonly ConcurrentDictionary<string, bool> _verified = new(StringComparer.Ordinal);

    /// <summary>Gets how many bytes all files may have together.</summary>
    public long Limit => limit;

    /// <summary>Gets the folder.</summary>
    public CacheFolder Folder => _folder;

    /// <summary>Gets what is known of the files.</summary>
    public IFileCacheStore Store => store;

    /// <summary>Takes a file into use.</summary>
    /// <param name="sha256">Its digest.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The file; null when there is none, or what is there was damaged.</returns>
    public async Task<CacheUse?> UseAsync(string sha256, CancellationToken cancellationToken)
    {
        var use = await store.UseCachedAsync(sha256, time.GetUtcNow(), Open, cancellationToken).ConfigureAwait(false);
        if (use is null || _verified.ContainsKey(use.Id)) return use;
        try
        {
            // Of those who come at once, the first compares.
            if (await _verifications.JoinAsync(use.Id, stop => VerifyAsync(use.Id, use.File, null, stop), cancellationToken).ConfigureAwait(false)) return use;
        }
        catch
        {
            use.Dispose();
            throw;
        }

        use.Dispose();
        await RemoveAsync(use.Id, static _ => true, cancellationToken).ConfigureAwait(false);
        return null;
    }

    /// <summary>Opens a file whose row says that it is whole.</summary>
    /// <param name="entry">The row.</param>
    /// <returns>The file in use; null when it is not there.</returns>
    public CacheUse? Open(CacheEntry entry) => _folder.TryUse(entry.Id, entry.Length) is { } held
        ? new(entry.Id, new(_folder.ContentOf(entry.Id), entry.Length, entry.Sha256!), held)
        : null;

    /// <summary>Notes that this process knows a file's content to be what its digest says.</summary>
    /// <param name="id">The file.</param>
    public void Trust(string id) => _verified[id] = true;

    /// <summary>Compares a file in use with its digest.</summary>
    /// <param name="id">The file.</param>
    /// <param name="file">The file.</param>
    /// <param name="pace">How fast it is read at most, in bytes a second; null for as fast as it goes.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Whether it is what it should be.</returns>
    public async Task<bool> VerifyAsync(string id, SourceFile file, long? pace, CancellationToken cancellationToken)
    {
        if (await DigestAsync(file.Path, pace, cancellationToken).ConfigureAwait(false) != file.Sha256)
        {
            _verified.TryRemove(id, out _);
            return false;
        }

        _verified[id] = true;
        await store.SetCachedAsync(id, null, time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Makes room for a file that is arriving, at the cost of those that were used longest ago.</summary>
    /// <param name="id">The file.</param>
    /// <param name="length">How many bytes it has in all, or at least.</param>
    /// <param name="what">What it is, for messages.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="OperationFailedException">There is no room for it.</exception>
    public async Task MakeRoomAsync(string id, long length, Uri what, CancellationToken cancellationToken)
    {
        if (length > limit)
        {
            throw new OperationFailedException(
                FaultCodes.SourceFile, $"{what} has {Size(length)}, and the cache may have {Size(limit)}: it is too big; raise 'server: files: size:' in kadeploy.yml");
        }

        if (await store.ReserveCacheAsync(id, length, limit, cancellationToken).ConfigureAwait(false)) return;
        await SweepAsync(cancellationToken).ConfigureAwait(false);
        if (await store.ReserveCacheAsync(id, length, limit, cancellationToken).ConfigureAwait(false)) return;
        var files = await store.ListCachedAsync(cancellationToken).ConfigureAwait(false);
        foreach (var entry in files.Reverse().Where(entry => entry is { State: not CacheState.Removed, Pinned: false } && entry.Id != id))
        {
            if (!await RemoveFreeAsync(entry.Id, cancellationToken).ConfigureAwait(false)) continue;
            await SweepAsync(cancellationToken).ConfigureAwait(false);
            if (await store.ReserveCacheAsync(id, length, limit, cancellationToken).ConfigureAwait(false)) return;
        }

        files = await store.ListCachedAsync(cancellationToken).ConfigureAwait(false);
        var pinned = files.Where(static entry => entry.Pinned).Sum(static entry => entry.Length);
        var others = files.Where(entry => !entry.Pinned && entry.Id != id).Sum(static entry => entry.Length);
        throw new OperationFailedException(
            FaultCodes.SourceFile,
            $"the cache is full: {what} needs {Size(length)} of {Size(limit)}, but {Size(pinned)} are pinned and {Size(others)} in use; raise 'server: files: size:' in kadeploy.yml, "
            + "unpin files ('kadeploy cache list' shows them), or wait for an operation to end");
    }

    /// <summary>Removes a file that nobody uses and that is not pinned.</summary>
    /// <param name="id">The file.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether it was removed.</returns>
    public Task<bool> RemoveFreeAsync(string id, CancellationToken cancellationToken) =>
        store.RemoveCachedAsync(id, pinned => !pinned && _folder.IsFree(id), cancellationToken);

    /// <summary>Removes a file, and what is left of those that were removed before.</summary>
    /// <param name="id">The file.</param>
    /// <param name="may">As for <see cref="IFileCacheStore.RemoveCachedAsync"/>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether it was removed.</returns>
    public async Task<bool> RemoveAsync(string id, Func<bool, bool> may, CancellationToken cancellationToken)
    {
        _verified.TryRemove(id, out _);
        var removed = await store.RemoveCachedAsync(id, may, cancellationToken).ConfigureAwait(false);
        await SweepAsync(cancellationToken).ConfigureAwait(false);
        return removed;
    }

    /// <summary>Deletes the folders of files that were removed and that nobody uses any more.</summary>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>A task.</returns>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        var files = await store.ListCachedAsync(cancellationToken).ConfigureAwait(false);
        var gone = files.Where(static entry => entry.State == CacheState.Removed).Select(static entry => entry.Id)
            .Where(id => _folder.IsFree(id) && _folder.TryDelete(id)).ToImmutableArray();
        if (!gone.IsEmpty) await store.ForgetCachedAsync(gone, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Words an amount of bytes.</summary>
    /// <param name="bytes">The amount.</param>
    /// <returns>For example <c>1.5 GB</c>.</returns>
    public static string Size(long bytes)
    {
        string[] units = ["bytes", "kB", "MB", "GB", "TB"];
        var (value, unit) = ((double)bytes, 0);
        while (value >= 1000 && unit < units.Length - 1) (value, unit) = (value / 1000, unit + 1);
        return string.Create(CultureInfo.InvariantCulture, $"{value:0.##} {units[unit]}");
    }

    private async Task<string> DigestAsync(string path, long? pace, CancellationToken cancellationToken)
    {
        const int Part = 1 << 20;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
        await using var closing = file.ConfigureAwait(false);
        var buffer = new byte[Part];
        while (await file.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is var count and > 0)
        {
            hash.AppendData(buffer, 0, count);
            if (pace is { } bytes) await Task.Delay(TimeSpan.FromSeconds((double)count / bytes), time, cancellationToken).ConfigureAwait(false);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
