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

    /// <summary>Gets a value indicating whether the image fills several partitions.</summary>
    public bool Multipart { get; init; }

    /// <summary>Gets a value indicating whether the environment leaves a node in such a state that it must be deployed anew.</summary>
    public bool Destructive { get; init; }

    /// <summary>Gives name and version.</summary>
    /// <returns>For example <c>debian13 version 2</c>.</returns>
    public override string ToString() => $"{Name} version {Version}";
}

/// <summary>Says what an environment boots. Paths are those inside the image.</summary>
public sealed record BootParameters
{
    /// <summary>Gets the kernel's path.</summary>
    /// <value>Null for systems that bring their own boot loader.</value>
    public string? Kernel { get; init; }

    /// <summary>Gets the initial RAM disk's path.</summary>
    /// <value>Null when the kernel needs none.</value>
    public string? Initrd { get; init; }

    /// <summary>Gets the kernel's parameters, added to those of the cluster.</summary>
    public string KernelParameters { get; init; } = "";
}

/// <summary>An archive and the script in it that runs before or after the image is written.</summary>
/// <param name="Archive">Where the archive is.</param>
/// <param name="Compression">How it is compressed.</param>
/// <param name="Script">The script's path in the archive, or null when unpacking is all.</param>
public sealed record InstallScript(Uri Archive, ImageCompression Compression, string? Script);
