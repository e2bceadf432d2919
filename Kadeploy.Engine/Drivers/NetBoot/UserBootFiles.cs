using System.Security.Cryptography;
using Kadeploy.Engine.Drivers.Files;

namespace Kadeploy.Engine.Drivers.NetBoot;

/// <summary>Where users' own boot files are put.</summary>
/// <param name="Folder">The folder, relative to the repository; it exists.</param>
/// <param name="MostBytes">How large all of them together may be.</param>
public sealed record UserFilesOptions(string Folder, long MostBytes);

/// <summary>Puts users' own boot files, such as kernels, into the boot repository, as <c>pxe-USER--NAME</c>.</summary>
/// <remarks>A file is copied beside its place and moved there. Where there is no room, those that nobody has used for longest make it.</remarks>
/// <param name="program">The boot program that DHCP names; it reads users' profiles.</param>
/// <param name="options">Where they go.</param>
/// <param name="source">Where they come from.</param>
/// <param name="time">The clock by which their use is noted.</param>
internal sealed class UserBootFiles(NetBootProgram program, UserFilesOptions options, IFileSource source, TimeProvider time)
{
    private const string Mark = "pxe-";
    private const string Separator = "--";
    private static readonly Lock Pruning = new();

    private readonly SharedWork<bool> _work = new();

    /// <summary>Names what precedes <c>--NAME</c> in the path of a user's files in the repository.</summary>
    /// <param name="folder">The folder of such files.</param>
    /// <param name="user">The user.</param>
    /// <returns>A path relative to the repository.</returns>
    public static string PrefixOf(string folder, string user) => $"{folder}/{Mark}{user}";

    /// <summary>Puts a profile's files there, once for all nodes of an operation that want them.</summary>
    /// <param name="profile">The profile.</param>
    /// <param name="user">Whose it is.</param>
    /// <param name="operation">The operation.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task PutAsync(BootProfile profile, string user, OperationId operation, CancellationToken cancellationToken) => profile.Files.IsEmpty
        ? Task.CompletedTask
        : _work.JoinAsync(operation.Value, stop => PutAsync(profile, user, stop), cancellationToken);

    private async Task<bool> PutAsync(BootProfile profile, string user, CancellationToken cancellationToken)
    {
        var folder = Path.GetFullPath(Path.Join(program.Repository, options.Folder));
        var ours = new HashSet<string>(StringComparer.Ordinal);
        foreach (var location in profile.Files)
        {
            var file = await source.FetchAsync(location, null, cancellationToken).ConfigureAwait(false);
            var target = Path.Join(folder, $"{Mark}{user}{Separator}{MicroSteps.FilesForNodes.FileName(location)}");
            try
            {
                ours.Add(target);
                if (IsThere(file, target)) continue;
                MakeRoom(folder, file.Length, ours);
                Copy(file.Path, folder, target);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                throw new OperationFailedException(FaultCodes.BootProfile, $"the boot file '{target}' cannot be written: {failure.Message}", failure);
            }
        }

        return true;
    }

    /// <summary>Says whether the same file is there already, and notes that it is used.</summary>
    private bool IsThere(SourceFile file, string target)
    {
        if (!File.Exists(target) || new FileInfo(target).Length != file.Length) return false;
        using (var there = File.OpenRead(target))
            if (Convert.ToHexStringLower(SHA256.HashData(there)) != file.Sha256) return false;
        File.SetLastWriteTimeUtc(target, time.GetUtcNow().UtcDateTime);
        return true;
    }

    private void MakeRoom(string folder, long bytes, HashSet<string> ours)
    {
        lock (Pruning)
        {
            var others = new DirectoryInfo(folder).GetFiles($"{Mark}*{Separator}*");
            var used = others.Sum(static file => file.Length);
            foreach (var file in others.Where(file => !ours.Contains(file.FullName)).OrderBy(static file => file.LastWriteTimeUtc))
            {
                if (used + bytes <= options.MostBytes) return;
                used -= file.Length;
                file.Delete();
            }

            if (used + bytes > options.MostBytes)
                throw new OperationFailedException(FaultCodes.BootProfile, $"the boot files of this operation are larger than what boot.userfiles.max_size allows for all users' files, {options.MostBytes} bytes");
        }
    }

    private static void Copy(string from, string folder, string target)
    {
        var temporary = Path.Join(folder, $".{Guid.NewGuid():N}.part");
        try
        {
            File.Copy(from, temporary);
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(temporary, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
            File.Move(temporary, target, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
