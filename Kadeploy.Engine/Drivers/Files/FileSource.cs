namespace Kadeploy.Engine.Drivers.Files;

/// <summary>Takes files from this machine and from HTTP servers.</summary>
internal sealed class FileSource : IFileSource, IDisposable
{
    private const int MostRedirects = 5;

    private readonly SharedWork<SourceFile> _fetches = new();
    private readonly HttpClient _client;
    private readonly Downloads _downloads;
    private readonly FileDigests _digests;
    private readonly string _folder;

    /// <summary>Makes the source.</summary>
    /// <param name="folder">Where fetched files and digests are kept; made when it is needed.</param>
    /// <param name="time">The clock of limits.</param>
    public FileSource(string folder, TimeProvider time)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = true, // never from https to http
            MaxAutomaticRedirections = MostRedirects,
            ConnectTimeout = TimeSpan.FromSeconds(20),
        };
        _client = new(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _folder = folder;
        _downloads = new(folder, _client, time);
        _digests = new(folder);
    }

    /// <inheritdoc/>
    public async Task<string?> FindProblemAsync(Uri location, CancellationToken cancellationToken)
    {
        if (IsHttp(location)) return await _downloads.FindProblemAsync(location, cancellationToken).ConfigureAwait(false);
        if (!location.IsAbsoluteUri || !location.IsFile) return Unknown(location);
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // it may lie on a slow server
        try
        {
            if (Directory.Exists(location.LocalPath)) return $"'{location.LocalPath}' is a folder, not a file";
            using var file = File.OpenHandle(location.LocalPath);
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return Unreadable(location, failure);
        }
    }

    /// <inheritdoc/>
    public Task<SourceFile> FetchAsync(Uri location, string? sha256, CancellationToken cancellationToken)
    {
        if (IsHttp(location))
            return _fetches.JoinAsync($"{sha256} {location.AbsoluteUri}", stop => _downloads.FetchAsync(location, sha256, stop), cancellationToken);
        return location.IsAbsoluteUri && location.IsFile
            ? TakeAsync(location, sha256, cancellationToken)
            : throw new OperationFailedException(FaultCodes.SourceFile, Unknown(location));
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private async Task<SourceFile> TakeAsync(Uri location, string? sha256, CancellationToken cancellationToken)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            Directory.CreateDirectory(_folder);
            var path = Path.GetFullPath(location.LocalPath);
            var digest = await _digests.OfAsync(path, cancellationToken).ConfigureAwait(false);
            return sha256 is null || digest == sha256
                ? new(path, new FileInfo(path).Length, digest)
                : throw new OperationFailedException(
                    FaultCodes.ImageDigest, $"'{path}' has SHA-256 {digest}, but {sha256} is recorded: the file was changed, or the record is wrong");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new OperationFailedException(FaultCodes.SourceFile, Unreadable(location, failure), failure);
        }
    }

    private static bool IsHttp(Uri location) => location.IsAbsoluteUri && (location.Scheme == Uri.UriSchemeHttp || location.Scheme == Uri.UriSchemeHttps);

    private static string Unknown(Uri location) => $"'{location}' cannot be fetched: file, http and https addresses can";

    private static string Unreadable(Uri location, Exception failure) => failure is FileNotFoundException or DirectoryNotFoundException
        ? $"there is no file '{location.LocalPath}' on this server"
        : $"'{location.LocalPath}' cannot be read by {Environment.UserName}: {failure.Message}";
}
