using Kadeploy.Engine.Configuration;
using Kadeploy.Engine.Stores;

namespace Kadeploy.Engine.Drivers.Files;

/// <summary>Takes files from this machine and from HTTP servers, and keeps what comes from elsewhere.</summary>
internal sealed class FileSource : IDisposable
{
    private readonly WebClient _web;
    private readonly Downloads _downloads;
    private readonly FileDigests _digests;
    private readonly FileCache _cache;
    private readonly PathPolicy _paths;
    private readonly IdleTime _idle = new();

    /// <summary>Makes the source.</summary>
    /// <param name="folder">Where fetched files and digests are kept; made when it is needed.</param>
    /// <param name="store">What is known of fetched files.</param>
    /// <param name="settings">Where files may come from, and how many are kept.</param>
    /// <param name="isAdministrator">Says who may do everything.</param>
    /// <param name="time">The clock of limits.</param>
    public FileSource(string folder, IFileCacheStore store, FileSettings settings, Func<string, bool> isAdministrator, TimeProvider time)
    {
        _web = new(new(settings.Networks), time);
        _cache = new(folder, store, settings.Size, time);
        Manifests = new ManifestMaker(folder, Path.Combine(Path.GetDirectoryName(Path.GetFullPath(folder))!, "manifests"));
        _downloads = new(_cache, _web, new(settings.Mirrors), time);
        _digests = new(folder);
        _paths = new(settings.Allow, isAdministrator);
        Cached = new(_cache, Open, isAdministrator, time);
        Upkeep = new(_cache, Cached, _idle, settings.VerifyAfter, time);
        Limits = new(settings.PreinstallLimit, settings.PostinstallLimit);
    }

    /// <summary>Gets what users do with the cache.</summary>
    public CachedFiles Cached { get; }

    /// <summary>Gets what looks after the cache while there is nothing else to do.</summary>
    public CacheUpkeep Upkeep { get; }

    /// <summary>Gets what makes the manifests of images.</summary>
    public IManifestMaker Manifests { get; }

    /// <summary>Gets how large archives may be.</summary>
    public Environments.FileLimits Limits { get; }

    /// <summary>Opens the files of a piece of work.</summary>
    /// <param name="user">On whose behalf files are fetched.</param>
    /// <param name="wishes">What is known of the files.</param>
    /// <returns>The files; dispose them when the work has ended.</returns>
    public IFileScope Open(string user, IReadOnlyList<FileWish> wishes)
    {
        _idle.Begin();
        return new FileScope(user, wishes, _downloads, _cache, _digests, _paths, _idle.End);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _web.Dispose();
        _idle.Dispose();
    }
}
