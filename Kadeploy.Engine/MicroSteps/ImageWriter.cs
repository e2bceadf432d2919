using System.Collections.Immutable;
using Kadeploy.Engine.Planning;

namespace Kadeploy.Engine.MicroSteps;

/// <summary>Chooses the program that unpacks an image while it arrives.</summary>
internal static class ImageWriter
{
    // In blocks of 512 bytes. Where it unpacks, tar hands all that comes from one process to the next record by record, and its own records are of 10 KiB.
    private const string BlockingFactor = "1024";

    /// <summary>Gives what reads the image as it arrives.</summary>
    /// <param name="context">The node's step.</param>
    /// <param name="image">The image.</param>
    /// <param name="device">The device on which it is written.</param>
    /// <returns>The program, then its arguments; it keeps the image as a file where a later step unpacks it.</returns>
    public static ImmutableArray<string> OnArrival(DeploymentContext context, ImageReference image, string device) =>
        BypassRules.IsUnpackedOnArrival(image, context.Cluster, context.Step.Step.Instance)
            // What needs no unpacking is written by the agent that receives it: zeros need neither be sent nor written.
            ? image is { Kind: ImageKind.Dd, Compression: ImageCompression.None } && context.Step.Step.Instance != BypassRules.Custom ? ["kadeploy-agent", "write", device] : Command(image, device)
            : ["dd", $"of={NodePaths.ImageFile(image)}", "bs=1M", "iflag=fullblock"];

    /// <summary>Gives the program and its arguments.</summary>
    /// <param name="image">The image.</param>
    /// <param name="device">The device on which it is written.</param>
    /// <param name="file">The file that holds the image; <c>-</c> for the standard input.</param>
    /// <returns>The program, then its arguments.</returns>
    public static ImmutableArray<string> Command(ImageReference image, string device, string file = "-") => image.Kind switch
    {
        // With what files may do beyond their permissions: capabilities, access lists and labels, as far as the archive has them.
        ImageKind.Tar => ["tar", "-x", $"--blocking-factor={BlockingFactor}", "--numeric-owner", "--acls", "--xattrs", "--xattrs-include=*", .. Decompressor(image.Compression), "-C", NodePaths.ExtractionDirectory, "-f", file],
        ImageKind.Dd => [NodePrograms.WriteImage, image.Compression.ToString().ToLowerInvariant(), file, device],
        ImageKind.Fsa => ["fsarchiver", "restfs", file, $"id=0,dest={device}"],
        _ => throw new InvalidOperationException($"'{image.Kind}' is no kind of image"),
    };

    private static string[] Decompressor(ImageCompression compression) => compression switch
    {
        ImageCompression.None => [],
        ImageCompression.Gzip => ["-z"],
        ImageCompression.Bzip2 => ["-j"],

        // Several threads, where the file was compressed in blocks; zstd unpacks in one, whatever it is told.
        ImageCompression.Xz => ["--use-compress-program=xz -T0"],
        ImageCompression.Zstd => ["--zstd"],
        _ => throw new InvalidOperationException($"'{compression}' is no compression"),
    };
}
