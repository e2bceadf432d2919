using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Kadeploy.Engine.Drivers.Files;

/// <summary>Computes digests of files, and remembers them as long as a file looks the same: path, length, identity and times.</summary>
/// <param name="folder">Where digests are remembered; a file for each.</param>
internal sealed class FileDigests(string folder)
{
    private readonly ConcurrentDictionary<string, Lazy<Task<string>>> _running = new(StringComparer.Ordinal);

    /// <summary>Gives a file's digest.</summary>
    /// <param name="path">Its full path.</param>
    /// <param name="cancellationToken">Ends the wait, not what others wait for too.</param>
    /// <returns>64 lower-case hexadecimal digits.</returns>
    public async Task<string> OfAsync(string path, CancellationToken cancellationToken)
    {
        var look = Look(path);
        var note = NoteOf(path);
        if (await RememberedAsync(note, look, cancellationToken).ConfigureAwait(false) is { } known) return known;
        // Of those who ask at once the first computes.
        var lazy = _running.GetOrAdd(look, _ => new(() => Task.Run(() => ComputeAsync(path, look, note), CancellationToken.None)));
        return await lazy.Value.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private static string Look(string path)
    {
        using var handle = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
        var info = new FileInfo(path);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{RandomAccess.GetLength(handle)} {info.LastWriteTimeUtc.Ticks} {info.CreationTimeUtc.Ticks} {Identity(handle)} {path}");
    }

    /// <summary>Gives the number that the file system knows a file by; empty where the system does not tell (Linux does, from 5.14).</summary>
    private static string Identity(SafeFileHandle handle)
    {
        if (!OperatingSystem.IsLinux()) return "";
        try
        {
            return File.ReadLines($"/proc/self/fdinfo/{handle.DangerousGetHandle()}").FirstOrDefault(static line => line.StartsWith("ino:", StringComparison.Ordinal)) is { } line
                ? line[4..].Trim()
                : "";
        }
        catch (Exception hidden) when (hidden is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private async Task<string> ComputeAsync(string path, string look, string note)
    {
        try
        {
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 20, FileOptions.Asynchronous | FileOptions.SequentialScan);
            await using var closing = file.ConfigureAwait(false);
            var digest = Convert.ToHexStringLower(await SHA256.HashDataAsync(file).ConfigureAwait(false));
            // What was changed meanwhile has a digest that is nobody's.
            if (Look(path) == look) Remember(note, $"{digest} {look}");
            return digest;
        }
        finally
        {
            _running.TryRemove(look, out _);
        }
    }

    private string NoteOf(string path) => Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path))) + ".digest");

    private static async Task<string?> RememberedAsync(string note, string look, CancellationToken cancellationToken)
    {
        try
        {
            var text = await File.ReadAllTextAsync(note, cancellationToken).ConfigureAwait(false);
            return text.Length > 65 && text[65..] == look ? text[..64] : null;
        }
        catch (Exception unknown) when (unknown is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static void Remember(string note, string text)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(note)!);
            var beside = $"{note}.{Guid.NewGuid():N}";
            File.WriteAllText(beside, text);
            File.Move(beside, note, overwrite: true);
        }
        catch (Exception full) when (full is IOException or UnauthorizedAccessException)
        {
            // It is computed again next time.
        }
    }
}
