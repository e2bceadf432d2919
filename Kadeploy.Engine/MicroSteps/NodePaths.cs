namespace Kadeploy.Engine.MicroSteps;

/// <summary>Where things are on a node while it is deployed; the same places as in Kadeploy 3.</summary>
internal static class NodePaths
{
    /// <summary>Where the deployment partition is mounted.</summary>
    public const string ExtractionDirectory = "/mnt/dest";

    /// <summary>Where archives of scripts, and images that are unpacked in a step of their own, are kept in memory.</summary>
    public const string ArchiveDirectory = "/rambin";

    /// <summary>Where scripts and archives are sent to, in memory.</summary>
    public const string Files = "/run/kadeploy/files";

    /// <summary>Where the partition for temporary files is mounted.</summary>
    public const string TemporaryDirectory = "/tmp";

    /// <summary>Where the kernel of the deployment environment waits for kexec.</summary>
    public const string KexecRepository = "/dev/shm/kexec_repository";

    /// <summary>Gives the file in which a broadcast that does not unpack leaves the image.</summary>
    /// <param name="image">The image.</param>
    /// <returns>An absolute path.</returns>
    public static string ImageFile(ImageReference image) =>
        $"{ArchiveDirectory}/_KATMP_{Uri.UnescapeDataString(image.Location.Segments[^1]).Replace('/', '_')}";
}
