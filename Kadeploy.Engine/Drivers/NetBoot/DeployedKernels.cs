using Kadeploy.Engine.Drivers.Files;
using Kadeploy.Engine.Drivers.Processes;

namespace Kadeploy.Engine.Drivers.NetBoot;

/// <summary>Takes kernel and initial RAM disk out of images and puts them into the boot repository, once for each image.</summary>
/// <remarks>By the program tar, which knows all compressions. A symbolic link is followed inside the image, as long as its directories are none.</remarks>
/// <param name="repository">The folder that the boot server exports.</param>
/// <param name="files">Where images come from.</param>
/// <param name="time">The clock of the program's end.</param>
internal sealed class DeployedKernels(string repository, IFileSource files, TimeProvider time)
{
    private const string Folder = "kadeploy";
    private const int MostLinks = 8;
    private const int DigestDigits = 16;

    // Who boots what is in a folder; the folders of versions that did not note it are left alone.
    private const string Users = "nodes";

    // Longer than from here to the node's profile: until then nobody is noted who is about to use it.
    private static readonly TimeSpan Unused = TimeSpan.FromHours(1);

    private readonly SharedWork<NetworkKernel> _work = new();
    private readonly ProcessRunner _runner = new(time);

    /// <summary>Says whether an environment's kernel can be had this way.</summary>
    /// <param name="environment">The environment.</param>
    /// <returns>True for trees of files that name their kernel.</returns>
    public static bool Has(KaEnvironment environment) => environment is { Image.Kind: ImageKind.Tar, Boot.Kernel: not null };

    /// <summary>Takes them out, unless they are there.</summary>
    /// <param name="environment">The environment.</param>
    /// <param name="node">The node that is to boot it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The kernel without parameters.</returns>
    public async Task<NetworkKernel> TakeAsync(KaEnvironment environment, NodeName node, CancellationToken cancellationToken)
    {
        var image = await files.FetchAsync(environment.Image.Location, environment.Image.Sha256, cancellationToken).ConfigureAwait(false);
        var name = $"{Folder}/{image.Sha256[..DigestDigits]}";
        var users = Path.Join(repository, name, Users);
        Note(users, node);
        try
        {
            return await _work.JoinAsync(name, stop => TakeAsync(environment, image, name, stop), cancellationToken).ConfigureAwait(false);
        }
        catch (OperationFailedException)
        {
            File.Delete(Path.Join(users, node.Value));
            if (!Directory.EnumerateFileSystemEntries(users).Any()) Directory.Delete(users);
            throw;
        }
    }

    /// <summary>Removes what nobody boots any more, once a node's profile names another kernel.</summary>
    /// <param name="node">The node.</param>
    /// <param name="kernel">What its profile names.</param>
    public void Forget(NodeName node, NetworkKernel kernel)
    {
        var kept = Path.GetDirectoryName(Path.GetFullPath(Path.Join(repository, kernel.Kernel)));
        try
        {
            foreach (var folder in Directory.EnumerateDirectories(Path.GetFullPath(Path.Join(repository, Folder))))
            {
                var users = Path.Join(folder, Users);
                if (folder == kept || !Directory.Exists(users)) continue;
                var lastUse = Directory.GetLastWriteTimeUtc(users);
                File.Delete(Path.Join(users, node.Value));
                if (Directory.EnumerateFileSystemEntries(users).Any()) continue;
                if (lastUse < (time.GetUtcNow() - Unused).UtcDateTime) Directory.Delete(folder, recursive: true);
                else Directory.SetLastWriteTimeUtc(users, lastUse);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // What stays is removed another time; it stands in nobody's way.
        }
    }

    private void Note(string users, NodeName node)
    {
        try
        {
            Directory.CreateDirectory(users);
            File.WriteAllBytes(Path.Join(users, node.Value), []);
            Directory.SetLastWriteTimeUtc(users, time.GetUtcNow().UtcDateTime);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(users, failure);
        }
    }

    private static OperationFailedException Unwritable(string folder, Exception failure) =>
        new(FaultCodes.BootProfile, $"the deployed kernel cannot be put into '{folder}': {failure.Message}", failure);

    private async Task<NetworkKernel> TakeAsync(KaEnvironment environment, SourceFile image, string name, CancellationToken cancellationToken)
    {
        var (kernel, initrd) = (environment.Boot.Kernel!, environment.Boot.Initrd);
        var folder = Path.Join(repository, name);
        try
        {
            // Environments may name different kernels of one image.
            var kernelFile = FileOf(kernel);
            var initrdFile = initrd is null ? null : FileOf(initrd);
            if (!File.Exists(Path.Join(folder, kernelFile)) || (initrdFile is not null && !File.Exists(Path.Join(folder, initrdFile))))
            {
                Directory.CreateDirectory(folder);
                var scratch = Directory.CreateDirectory(Path.Join(folder, $".{Guid.NewGuid():N}.part"));
                try
                {
                    await TakeAsync(image.Path, kernel, scratch.FullName, Path.Join(folder, kernelFile), cancellationToken).ConfigureAwait(false);
                    if (initrdFile is not null)
                        await TakeAsync(image.Path, initrd!, scratch.FullName, Path.Join(folder, initrdFile), cancellationToken).ConfigureAwait(false);
                }
                finally
                {
                    scratch.Delete(recursive: true);
                }
            }

            return new($"{name}/{kernelFile}", initrdFile is null ? [] : [$"{name}/{initrdFile}"]);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(folder, failure);
        }
    }

    private async Task TakeAsync(string image, string path, string scratch, string target, CancellationToken cancellationToken)
    {
        for (var (member, links) = (Normal("/", path), 0); links <= MostLinks; links++)
        {
            // Archives name their members with or without "./"; of the two names one is always missing, and tar says so by its status.
            var outcome = await _runner.RunAsync(
                new()
                {
                    Program = "tar",
                    Arguments = ["-x", "--no-same-owner", "--no-same-permissions", "-C", scratch, "-f", image, "--", member, $"./{member}"],
                },
                cancellationToken).ConfigureAwait(false);
            var file = new FileInfo(Path.Join(scratch, member));
            if (file.LinkTarget is { } link)
            {
                member = Normal($"/{Path.GetDirectoryName(member)}", link);
                continue;
            }

            if (!file.Exists)
            {
                throw new OperationFailedException(FaultCodes.KernelMissing, $"'{path}' was not found in the image '{image}'") { Evidence = outcome.Evidence };
            }

            if (!OperatingSystem.IsWindows())
                file.UnixFileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
            File.Move(file.FullName, target, overwrite: true);
            return;
        }

        throw new OperationFailedException(FaultCodes.KernelMissing, $"'{path}' is behind more than {MostLinks} links in the image '{image}'");
    }

    /// <summary>Gives a path below the image's root, whatever it climbs.</summary>
    private static string Normal(string folder, string path)
    {
        var parts = new List<string>();
        foreach (var part in (path.StartsWith('/') ? path : $"{folder}/{path}").Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == ".") continue;
            if (part != "..") parts.Add(part);
            else if (parts.Count > 0) parts.RemoveAt(parts.Count - 1);
        }

        return string.Join('/', parts);
    }

    // Boot programs take few characters for granted.
    private static string FileOf(string path) =>
        string.Concat(Normal("/", path).Select(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '-'));
}
