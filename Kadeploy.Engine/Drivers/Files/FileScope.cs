namespace Kadeploy.Engine.Drivers.Files;

/// <summary>The files of one piece of work: what was fetched for it stays as it is until it ends.</summary>
/// <param name="user">On whose behalf files are fetched.</param>
/// <param name="wishes">What is known of the files.</param>
/// <param name="downloads">Fetches by HTTP.</param>
/// <param name="cache">The cache.</param>
/// <param name="digests">Knows the digests of this machine's files.</param>
/// <param name="paths">Says which of this machine's files the user may have.</param>
/// <param name="ended">Is called when the work has ended.</param>
internal sealed class FileScope(
    string user, IReadOnlyList<FileWish> wishes, Downloads downloads, FileCache cache, FileDigests digests, PathPolicy paths, Action ended) : IFileScope
{
    private readonly Lock _gate = new();
    private readonly Dictionary<FileWish, CacheUse> _uses = [];
    private bool _ended;

    /// <inheritdoc/>
    public IReadOnlyList<FileWish> Wishes => wishes;

    /// <inheritdoc/>
    public async Task<string?> FindProblemAsync(Uri location, CancellationToken cancellationToken)
    {
        var wish = WishFor(location, null);
        if (IsHttp(location))
        {
            if (wish.Sha256 is { } digest && await cache.UseAsync(digest, cancellationToken).ConfigureAwait(false) is { } kept)
            {
                kept.Dispose();
                return Downloads.TooBig(wish, kept.File.Length);
            }

            return await downloads.FindProblemAsync(wish, cancellationToken).ConfigureAwait(false);
        }

        if (!location.IsAbsoluteUri || !location.IsFile) return Unknown(location);
        if (Refusal(wish, out var path) is { } refusal) return refusal;
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // it may lie on a slow server
        try
        {
            if (Directory.Exists(path)) return $"'{Quoted.Text(path)}' is a folder, not a file";
            using var file = File.OpenHandle(path);
            return Downloads.TooBig(wish, RandomAccess.GetLength(file));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return Unreadable(location, failure);
        }
    }

    /// <inheritdoc/>
    public async Task<SourceFile> FetchAsync(Uri location, string? sha256, CancellationToken cancellationToken)
    {
        var wish = WishFor(location, sha256);
        if (!IsHttp(location))
        {
            return location.IsAbsoluteUri && location.IsFile
                ? await TakeAsync(wish, cancellationToken).ConfigureAwait(false)
                : throw new OperationFailedException(FaultCodes.SourceFile, Unknown(location));
        }

        lock (_gate)
            if (_uses.TryGetValue(wish, out var before)) return before.File;
        var use = await downloads.FetchAsync(wish, cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            if (!_ended && _uses.TryAdd(wish, use)) return use.File;
            use.Dispose();
            ObjectDisposedException.ThrowIf(_ended, this);
            return _uses[wish].File;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_ended) return;
            _ended = true;
            foreach (var use in _uses.Values) use.Dispose();
        }

        ended();
    }

    private async Task<SourceFile> TakeAsync(FileWish wish, CancellationToken cancellationToken)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        if (Refusal(wish, out var path) is { } refusal) throw new OperationFailedException(FaultCodes.SourceFile, refusal);
        try
        {
            if (Downloads.TooBig(wish, new FileInfo(path).Length) is { } tooBig) throw new OperationFailedException(FaultCodes.SourceFile, tooBig);
            var digest = await digests.OfAsync(path, cancellationToken).ConfigureAwait(false);
            return wish.Sha256 is null || digest == wish.Sha256
                ? new(path, new FileInfo(path).Length, digest)
                : throw new OperationFailedException(
                    FaultCodes.ImageDigest, $"'{Quoted.Text(path)}' has SHA-256 {digest}, but {wish.Sha256} is recorded: the file was changed, or the record is wrong");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new OperationFailedException(FaultCodes.SourceFile, Unreadable(wish.Location, failure), failure);
        }
    }

    private FileWish WishFor(Uri location, string? sha256)
    {
        var known = wishes.FirstOrDefault(wish => wish.Location == location) ?? new("file", location);
        return sha256 is null ? known : known with { Sha256 = sha256 };
    }

    private string? Refusal(FileWish wish, out string path)
    {
        path = Path.GetFullPath(wish.Location.LocalPath);
        return wish.Configured ? null : paths.Refusal(user, path, out path);
    }

    private static bool IsHttp(Uri location) => location.IsAbsoluteUri && (location.Scheme == Uri.UriSchemeHttp || location.Scheme == Uri.UriSchemeHttps);

    private static string Unknown(Uri location) => $"'{location}' cannot be fetched: file, http and https addresses can";

    private static string Unreadable(Uri location, Exception failure) => failure is FileNotFoundException or DirectoryNotFoundException
        ? $"there is no file '{Quoted.Text(location.LocalPath)}' on this server"
        : $"'{Quoted.Text(location.LocalPath)}' cannot be read by {Environment.UserName}: {failure.Message}";
}
