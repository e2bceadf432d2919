using System.Collections.Immutable;

namespace Kadeploy;

/// <summary>Describes an operating-system image and how it is installed and booted; Kadeploy calls it an environment.</summary>
public sealed record KaEnvironment
{
    /// <summary>Gets the name.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the version, from 1; a higher one is newer.</summary>
    public int Version { get; init; } = 1;

    /// <summary>Gets the user who owns the description.</summary>
    public required string User { get; init; }

    /// <summary>Gets the number of this description in the catalogue: from 1, one more with each change of the same version.</summary>
    /// <value>0 for descriptions that are not from a catalogue; the default.</value>
    public int Revision { get; init; }

    /// <summary>Gets a second, usually shorter name by which it can be chosen.</summary>
    /// <value>Null when there is none.</value>
    public string? Alias { get; init; }

    /// <summary>Gets the kind of processor for which it is, such as <c>x86_64</c> or <c>aarch64</c>.</summary>
    /// <value>Null when nothing is said: then it is not compared with the clusters'.</value>
    public string? Architecture { get; init; }

    /// <summary>Gets what users are told about it; it may have several lines.</summary>
    /// <value>The default is empty.</value>
    public string Description { get; init; } = "";

    /// <summary>Gets who made it.</summary>
    /// <value>The default is empty.</value>
    public string Author { get; init; } = "";

    /// <summary>Gets a value indicating whether nodes that run it must be deployed anew before others use them.</summary>
    public bool Destructive { get; init; }

    /// <summary>Gets who may see and deploy it.</summary>
    public Visibility Visibility { get; init; } = Visibility.Shared;

    /// <summary>Gets the kind of operating system.</summary>
    public OperatingSystemKind OperatingSystem { get; init; } = OperatingSystemKind.Linux;

    /// <summary>Gets the image.</summary>
    public required ImageReference Image { get; init; }

    /// <summary>Gets the file system that the deployment partition receives.</summary>
    /// <value>Null for images that bring their own, that is, <see cref="ImageKind.Dd"/> and <see cref="ImageKind.Fsa"/>.</value>
    public string? FileSystem { get; init; }

    /// <summary>Gets what is booted.</summary>
    public BootParameters Boot { get; init; } = new();

    /// <summary>Gets the script that prepares the disk instead of the cluster's own.</summary>
    /// <value>Null when the cluster's own is used.</value>
    public InstallScript? Preinstall { get; init; }

    /// <summary>Gets the archives and scripts that run after the image is written, in their order.</summary>
    public ImmutableArray<InstallScript> Postinstalls { get; init; } = [];

    /// <summary>Gets the type that the deployment partition gets in an MS-DOS partition table.</summary>
    /// <value>Such as 0x83; 0, the default, when nothing is said.</value>
    public int PartitionType { get; init; }

    /// <summary>Gets a value indicating whether the image fills several partitions.</summary>
    public bool Multipart { get; init; }

    /// <summary>Gets where the parts of an image of several partitions go.</summary>
    /// <value>Empty for images of one partition.</value>
    public ImmutableArray<ImagePartition> Partitions { get; init; } = [];

    /// <summary>Gives name and version.</summary>
    /// <returns>For example <c>debian13 version 2</c>.</returns>
    public override string ToString() => $"{Name} version {Version}";
}

/// <summary>An archive and the script in it that runs before or after the image is written.</summary>
/// <param name="Archive">Where the archive is.</param>
/// <param name="Compression">How it is compressed.</param>
/// <param name="Script">The script's path in the archive, or null when unpacking is all.</param>
/// <param name="Sha256">The expected SHA-256 of the archive as 64 lower-case hexadecimal digits, or null when none was recorded.</param>
public sealed record InstallScript(Uri Archive, ImageCompression Compression, string? Script, string? Sha256 = null);

/// <summary>A part of an image of several partitions.</summary>
/// <param name="Id">Its number in the image, from 0.</param>
/// <param name="Device">The partition that receives it, such as <c>/dev/sda2</c>.</param>
public sealed record ImagePartition(int Id, string Device);
