using System.Globalization;

namespace Kadeploy.Engine.Drivers.Files;

/// <summary>The cache on the disk: a folder for each file, with the file <c>content</c> in it.</summary>
/// <remarks>
/// <para>Whoever fetches a file holds <c>content</c> open for itself alone, and whoever uses one holds it open for reading; the system lets go of both when a process ends,
/// however it ends. So a file that nobody else can have open alone is in use. These locks are taken and tried only inside a write transaction of the store (see
/// <see cref="Stores.IFileCacheStore"/>): nothing is removed between a look and a lock.</para>
/// <para>Other files may lie beside <c>content</c>, such as the digests of its blocks for a broadcast: they live and die with it.</para>
/// </remarks>
/// <param name="root">The folder of all; made when it is needed, readable by its owner only.</param>
internal sealed class CacheFolder(string root)
{
    private const string Content = "content";

    /// <summary>Gives the path of a file's content.</summary>
    /// <param name="id">The file.</param>
    /// <returns>The path; the folder around it is the file's own.</returns>
    public string ContentOf(string id) => Path.Combine(root, id, Content);

    /// <summary>Opens a file for use.</summary>
    /// <param name="id">The file.</param>
    /// <param name="length">How long it must be.</param>
    /// <returns>What keeps it; null when it is not there, or not of that length.</returns>
    public FileStream? TryUse(string id, long length)
    {
        try
        {
            var file = new FileStream(ContentOf(id), FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous);
            if (file.Length == length) return file;
            file.Dispose();
            return null;
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Opens a file for being fetched.</summary>
    /// <param name="id">The file.</param>
    /// <returns>The file, empty or with what an earlier attempt left; null when another process has it.</returns>
    public FileStream? TryWrite(string id)
    {
        var folder = Path.Combine(root, id);
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        try
        {
            return new(ContentOf(id), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.Asynchronous);
        }
        catch (IOException) when (File.Exists(ContentOf(id)) && !IsFree(id))
        {
            return null;
        }
    }

    /// <summary>Says whether nobody fetches or uses a file.</summary>
    /// <param name="id">The file.</param>
    /// <returns>Whether it may go.</returns>
    public bool IsFree(string id)
    {
        try
        {
            new FileStream(ContentOf(id), FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0).Dispose();
            return true;
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return true;
        }
        catch (Exception held) when (held is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Removes a file's folder.</summary>
    /// <param name="id">A file that is marked as removed, and free.</param>
    /// <returns>Whether it is gone.</returns>
    public bool TryDelete(string id)
    {
        try
        {
            Directory.Delete(Path.Combine(root, id), recursive: true);
            return true;
        }
        catch (DirectoryNotFoundException)
        {
            return true;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return false; // tried again with the next one that goes
        }
    }

    /// <summary>Makes the name of a new file.</summary>
    /// <param name="now">The time now.</param>
    /// <returns>A name that was not there before.</returns>
    public static string NewId(DateTimeOffset now) => Guid.CreateVersion7(now).ToString("N", CultureInfo.InvariantCulture);
}

/// <summary>A file of the cache in use: it stays until this is disposed.</summary>
/// <param name="id">Its identifier.</param>
/// <param name="file">The file.</param>
/// <param name="held">Keeps it.</param>
internal sealed class CacheUse(string id, SourceFile file, FileStream held) : IDisposable
{
    /// <summary>Gets its identifier.</summary>
    public string Id => id;

    /// <summary>Gets the file.</summary>
    public SourceFile File => file;

    /// <inheritdoc/>
    public void Dispose() => held.Dispose();
}
