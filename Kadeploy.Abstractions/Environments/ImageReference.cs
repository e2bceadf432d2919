namespace Kadeploy;

/// <summary>Points to an image and says how to read it.</summary>
/// <param name="Location">Where the image is.</param>
/// <param name="Kind">What the image holds.</param>
/// <param name="Compression">How it is compressed.</param>
/// <param name="Sha256">The expected SHA-256 of the file as 64 lower-case hexadecimal digits, or null when none was recorded.</param>
public sealed record ImageReference(Uri Location, ImageKind Kind, ImageCompression Compression, string? Sha256 = null)
{
    /// <summary>Gets the root digest: the SHA-256 of the image's manifest, which names the SHA-256 of every block (docs/broadcast.md).</summary>
    /// <value>64 lower-case hexadecimal digits; null when none was recorded; the default. Broadcasts that know it refuse an image that has another.</value>
    public string? RootDigest { get; init; }

    /// <summary>Gets the number by which the program fsarchiver compressed the image.</summary>
    /// <value>From 0 to 9; the default is 0, which is also that of all other images.</value>
    public int FsaLevel { get; init; }
}

/// <summary>What an image holds.</summary>
public enum ImageKind
{
    /// <summary>A tree of files.</summary>
    Tar,

    /// <summary>The bytes of a partition or a disk.</summary>
    Dd,

    /// <summary>An archive of the program fsarchiver.</summary>
    Fsa,
}

/// <summary>How a file is compressed.</summary>
public enum ImageCompression
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>RFC 1952.</summary>
    Gzip,

    /// <summary>bzip2.</summary>
    Bzip2,

    /// <summary>The XZ format.</summary>
    Xz,

    /// <summary>RFC 8878.</summary>
    Zstd,
}

/// <summary>Kinds of operating systems, as far as the workflow treats them differently.</summary>
public enum OperatingSystemKind
{
    /// <summary>Linux.</summary>
    Linux,

    /// <summary>Linux under a Xen hypervisor.</summary>
    Xen,

    /// <summary>Windows.</summary>
    Windows,

    /// <summary>A BSD.</summary>
    Bsd,

    /// <summary>Anything else: only its boot loader is known.</summary>
    Other,
}

/// <summary>Who may see an environment.</summary>
public enum Visibility
{
    /// <summary>Its owner.</summary>
    Private,

    /// <summary>Every user who names the owner.</summary>
    Shared,

    /// <summary>Every user.</summary>
    Public,
}
