using System.Security.Cryptography;
using Kadeploy.Protocol;
using Kadeploy.Protocol.Broadcast;

namespace Kadeploy.Engine.Drivers.Files;

/// <summary>Gives the manifest of an image: which blocks it consists of.</summary>
internal interface IManifestMaker
{
    /// <summary>Gives an image's manifest; makes it when it was not made before.</summary>
    /// <param name="image">The image.</param>
    /// <param name="cancellationToken">Ends the wait; nothing half-written is left.</param>
    /// <returns>The manifest.</returns>
    /// <exception cref="OperationFailedException">The image cannot be read, or is another one than it was.</exception>
    Task<ImageManifest> MakeAsync(SourceFile image, CancellationToken cancellationToken);
}

/// <summary>Makes manifests and keeps them: in the cache beside their images, with which they live and die; those of other files in a folder of their own, the newest ones.</summary>
/// <param name="cache">The folder of the cache.</param>
/// <param name="folder">The folder for those of other files, as <c>DIGEST.manifest</c>; made when it is needed.</param>
internal sealed class ManifestMaker(string cache, string folder) : IManifestMaker
{
    private const int MostKept = 64;
    private readonly string _cache = Path.TrimEndingDirectorySeparator(Path.GetFullPath(cache)) + Path.DirectorySeparatorChar;
    private readonly SharedWork<ImageManifest> _making = new();

    /// <inheritdoc/>
    public Task<ImageManifest> MakeAsync(SourceFile image, CancellationToken cancellationToken) =>
        _making.JoinAsync(image.Sha256, stop => FindOrMakeAsync(image, stop), cancellationToken);

    private async Task<ImageManifest> FindOrMakeAsync(SourceFile image, CancellationToken cancellationToken)
    {
        var isCached = Path.GetFullPath(image.Path).StartsWith(_cache, StringComparison.Ordinal);
        var path = isCached ? Path.Combine(Path.GetDirectoryName(image.Path)!, "manifest") : Path.Combine(folder, $"{image.Sha256}.manifest");
        try
        {
            if (File.Exists(path) && ImageManifest.TryRead(await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false), image) is { } known) return known;
            var manifest = await ReadAsync(image, cancellationToken).ConfigureAwait(false);
            if (!isCached) Directory.CreateDirectory(folder);
            var beside = $"{path}.{Guid.NewGuid():N}";
            try
            {
                await File.WriteAllBytesAsync(beside, manifest.ToBytes(), cancellationToken).ConfigureAwait(false);
                File.Move(beside, path, overwrite: true);
            }
            finally
            {
                File.Delete(beside);
            }

            if (!isCached) Prune();
            return manifest;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new OperationFailedException(FaultCodes.SourceFile, $"the manifest of '{image.Path}' cannot be kept as '{path}': {failure.Message}", failure);
        }
    }

    // One is made again in the time that it takes to read the image.
    private void Prune()
    {
        foreach (var old in new DirectoryInfo(folder).EnumerateFiles("*.manifest").OrderByDescending(static file => file.LastWriteTimeUtc).Skip(MostKept)) old.Delete();
    }

    private static async Task<ImageManifest> ReadAsync(SourceFile image, CancellationToken cancellationToken)
    {
        var size = ManifestHead.BlockSizeFor(image.Length);
        var blocks = (image.Length + size - 1) / size;
        var digests = new byte[blocks * Wire.DigestLength];
        var buffer = new byte[size];
        using var whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var file = new FileStream(image.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
        await using var closing = file.ConfigureAwait(false);
        for (long block = 0; block < blocks; block++)
        {
            var count = await file.ReadAtLeastAsync(buffer, size, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            whole.AppendData(buffer, 0, count);
            SHA256.HashData(buffer.AsSpan(0, count), digests.AsSpan((int)block * Wire.DigestLength));
        }

        // A manifest of another content would make every node refuse the image, or write what nobody meant.
        var digest = whole.GetHashAndReset();
        if (Convert.ToHexStringLower(digest) != image.Sha256)
            throw new OperationFailedException(FaultCodes.ImageDigest, $"'{image.Path}' was changed while its manifest was made: it had SHA-256 {image.Sha256}");
        return ImageManifest.Of(size, image.Length, digest, digests);
    }
}
