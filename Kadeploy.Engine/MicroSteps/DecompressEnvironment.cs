namespace Kadeploy.Engine.MicroSteps;

/// <summary>Unpacks an image that the broadcast left as a file.</summary>
internal sealed class DecompressEnvironment() : CommandStep(FaultCodes.Broadcast)
{
    /// <inheritdoc/>
    protected override IEnumerable<NodeCommand> Commands(StepContext context)
    {
        var image = context.Request.Environment.Image;
        var file = NodePaths.ImageFile(image);
        var device = DeployTarget.Of(context.Request, context.Cluster).Device;
        return
        [
            image.Kind switch
            {
                ImageKind.Tar => Program(
                    context, "tar", ["-x", "--numeric-owner", .. Decompressor(image.Compression), "-C", NodePaths.ExtractionDirectory, "-f", file]),
                ImageKind.Dd => Program(context, NodePrograms.WriteImage, image.Compression.ToString().ToLowerInvariant(), file, device),
                ImageKind.Fsa => Program(context, "fsarchiver", "restfs", file, $"id=0,dest={device}"),
                _ => throw new InvalidOperationException($"'{image.Kind}' is no kind of image"),
            },
        ];
    }

    private static string[] Decompressor(ImageCompression compression) => compression switch
    {
        ImageCompression.None => [],
        ImageCompression.Gzip => ["-z"],
        ImageCompression.Bzip2 => ["-j"],
        ImageCompression.Xz => ["-J"],
        ImageCompression.Zstd => ["--zstd"],
        _ => throw new InvalidOperationException($"'{compression}' is no compression"),
    };
}
