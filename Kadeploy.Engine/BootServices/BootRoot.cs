using Microsoft.Win32.SafeHandles;

namespace Kadeploy.Engine.BootServices;

/// <summary>A folder whose files are served, and nothing else is.</summary>
/// <remarks>Names that lead out of it, by <c>..</c> or by a symbolic link, are not found. Links within it are followed. The folder's owner is trusted: who
/// may write there decides what nodes boot anyway.</remarks>
internal sealed class BootRoot : IServedFiles
{
    private const int MostLinks = 40;

    private readonly string _root;

    /// <summary>Opens a folder.</summary>
    /// <param name="folder">The folder; it exists.</param>
    /// <exception cref="ConfigurationException">It does not.</exception>
    public BootRoot(string folder)
    {
        if (!Directory.Exists(folder)) throw new ConfigurationException($"the boot files' folder '{folder}' is not there");
        _root = Resolve(Path.GetFullPath(folder)) ?? throw new ConfigurationException($"the boot files' folder '{folder}' cannot be followed");
    }

    /// <inheritdoc/>
    /// <param name="path">Its path below the folder, parted by '/', with or without one at the beginning.</param>
    public BootFile? Open(string path)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length == 0 || path.EndsWith('/') || parts.Any(static part => part is "." or ".." || part.AsSpan().ContainsAny('\\', ':', '\0'))) return null;
        try
        {
            if (Resolve(Path.Join([_root, .. parts])) is not { } file || !IsInside(file)) return null;
            return BootFile.Open(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    private bool IsInside(string file) => file.StartsWith(Path.TrimEndingDirectorySeparator(_root) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    /// <summary>Follows every link on the way, as the system does; null when there are too many.</summary>
    private static string? Resolve(string path)
    {
        var links = 0;
        var root = Path.GetPathRoot(path)!;
        var (done, left) = (root, new Stack<string>(Parts(path[root.Length..])));
        while (left.TryPop(out var part))
        {
            if (part == "..")
            {
                done = Path.GetDirectoryName(done) ?? root;
                continue;
            }

            var next = Path.Join(done, part);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                done = next;
                continue;
            }

            if (++links > MostLinks) return null;
            if (Path.GetPathRoot(target) is { Length: > 0 } start) (done, target) = (start, target[start.Length..]);
            foreach (var each in Parts(target)) left.Push(each);
        }

        return done;
    }

    private static IEnumerable<string> Parts(string path) =>
        path.Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries)
            .Where(static part => part != ".").Reverse();
}

/// <summary>An open file.</summary>
/// <param name="handle">The file.</param>
/// <param name="written">When it was last changed, in UTC.</param>
internal sealed class BootFile(SafeFileHandle handle, DateTime written) : IDisposable
{
    /// <summary>Gets the length in bytes when it was opened; more is not served.</summary>
    public long Length { get; } = RandomAccess.GetLength(handle);

    /// <summary>Gets when it was last changed, in UTC.</summary>
    public DateTime Written => written;

    /// <summary>Opens a file for reading.</summary>
    /// <param name="path">Its path.</param>
    /// <returns>The open file, or null when there is none or it may not be read.</returns>
    public static BootFile? Open(string path)
    {
        try
        {
            return File.Exists(path)
                ? new(File.OpenHandle(path, options: FileOptions.Asynchronous | FileOptions.SequentialScan), File.GetLastWriteTimeUtc(path))
                : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Reads a part of the file.</summary>
    /// <param name="offset">Where it begins.</param>
    /// <param name="buffer">What is filled.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Whether all of the buffer was filled; false for a file that was cut meanwhile.</returns>
    public async ValueTask<bool> FillAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (!buffer.IsEmpty)
        {
            var count = await RandomAccess.ReadAsync(handle, buffer, offset, cancellationToken).ConfigureAwait(false);
            if (count == 0) return false;
            (offset, buffer) = (offset + count, buffer[count..]);
        }

        return true;
    }

    public void Dispose() => handle.Dispose();
}
