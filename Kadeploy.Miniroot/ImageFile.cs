using System.Globalization;
using System.Security.Cryptography;
using Kadeploy.Miniroot.Tools;
using Kadeploy.Miniroot.Trees;

namespace Kadeploy.Miniroot;

/// <summary>Writes files whole or not at all, compressed by the system's zstd.</summary>
internal static class ImageFile
{
    // One number of threads everywhere: how zstd cuts its work depends on whether there are several.
    private const int Threads = 2;

    // 12 costs about two seconds more than 9 and saves a fortieth; 19 would save a tenth more and cost half a minute.
    private const int Level = 12;

    // A window of 16 MiB, which a node's kernel must set aside while it unpacks: binaries of one image have much in common.
    private const int Window = 24;

    /// <summary>Writes a file.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="write">Writes its bytes; the file may be changed in length.</param>
    /// <returns>Its length and its SHA-256.</returns>
    public static async Task<(long Bytes, string Sha256)> WriteAsync(string path, Func<FileStream, Task> write)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var unfinished = path + ".unfinished";
        try
        {
            string digest;
            long length;
            var file = new FileStream(unfinished, FileMode.Create, FileAccess.ReadWrite);
            await using (file.ConfigureAwait(false))
            {
                await write(file).ConfigureAwait(false);
                length = file.Length;
                file.Position = 0;
                digest = Convert.ToHexStringLower(await SHA256.HashDataAsync(file).ConfigureAwait(false));
            }

            File.Move(unfinished, path, overwrite: true);
            return (length, digest);
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    /// <summary>Compresses what is written.</summary>
    /// <param name="write">Writes what is to be compressed.</param>
    /// <param name="output">Receives the result.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>A task.</returns>
    public static Task CompressAsync(Action<Stream> write, Stream output, CancellationToken cancellationToken) => Tool.RunAsync(
        "zstd",
        [Option($"-{Level}"), Option($"-T{Threads}"), Option($"--long={Window}"), "-q", "-c"],
        input =>
        {
            using var buffered = new BufferedStream(input, 1 << 17);
            write(buffered);
        },
        compressed => compressed.CopyTo(output),
        cancellationToken);

    /// <summary>Writes a tree as a compressed initramfs, which is taken from a cache when the very same was written before.</summary>
    /// <param name="image">The tree.</param>
    /// <param name="cache">The cache directory.</param>
    /// <param name="output">Receives the result.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>A task.</returns>
    public static async Task CompressOnceAsync(ImageTree image, string cache, Stream output, CancellationToken cancellationToken)
    {
        using var archive = new MemoryStream();
        CpioWriter.Write(image, archive);
        var bytes = archive.GetBuffer().AsMemory(0, (int)archive.Length);
        var kept = Path.Combine(cache, "images", Option($"{Convert.ToHexStringLower(SHA256.HashData(bytes.Span))}-{Level}-{Window}-{Threads}.zst"));
        if (!File.Exists(kept))
            await WriteAsync(kept, file => CompressAsync(pipe => pipe.Write(bytes.Span), file, cancellationToken)).ConfigureAwait(false);
        var result = File.OpenRead(kept);
        await using (result.ConfigureAwait(false)) await result.CopyToAsync(output, cancellationToken).ConfigureAwait(false);
    }

    private static string Option(FormattableString option) => option.ToString(CultureInfo.InvariantCulture);
}
