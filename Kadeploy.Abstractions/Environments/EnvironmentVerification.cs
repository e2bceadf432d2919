using System.Collections.Immutable;

namespace Kadeploy;

/// <summary>What was found in the files of an environment.</summary>
public sealed record EnvironmentVerification
{
    /// <summary>Gets the environment.</summary>
    public required KaEnvironment Environment { get; init; }

    /// <summary>Gets the image's SHA-256.</summary>
    /// <value>Null when it could not be had.</value>
    public string? Sha256 { get; init; }

    /// <summary>Gets the image's length in bytes, as it is stored.</summary>
    public long Length { get; init; }

    /// <summary>Gets the number of bytes that the image unpacks to.</summary>
    /// <value>Null when it was not read to its end.</value>
    public long? UnpackedLength { get; init; }

    /// <summary>Gets the number of entries of an archive.</summary>
    /// <value>Null for images of other kinds.</value>
    public long? Entries { get; init; }

    /// <summary>Gets the kernel.</summary>
    /// <value>Null when the description names none, or it cannot be looked for.</value>
    public ImageFile? Kernel { get; init; }

    /// <summary>Gets the initial RAM disk.</summary>
    /// <value>Null when the description names none, or it cannot be looked for.</value>
    public ImageFile? Initrd { get; init; }

    /// <summary>Gets what the root file system is.</summary>
    /// <value>For example <c>Debian GNU/Linux 13 (trixie), x86_64</c> or <c>GPT: 1 EFI system (vfat), 2 Linux (ext4)</c>; empty when unknown.</value>
    public string RootFileSystem { get; init; } = "";

    /// <summary>Gets what was looked at, in order.</summary>
    public ImmutableArray<EnvironmentFinding> Findings { get; init; } = [];

    /// <summary>Gets whether a node would boot it.</summary>
    public BootVerdict WouldBoot { get; init; }
}

/// <summary>A file in an image.</summary>
/// <param name="Path">The path that the description names.</param>
/// <param name="Target">The path of the file behind all links; null when there is none.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="What">What it is, such as <c>Linux kernel 6.12.1-amd64, x86_64</c>; empty when unknown.</param>
public sealed record ImageFile(string Path, string? Target, long Length, string What);

/// <summary>One thing that was looked at.</summary>
/// <param name="Subject">What was looked at, such as <c>kernel</c>.</param>
/// <param name="Verdict">What follows from it for booting.</param>
/// <param name="Text">What was found.</param>
public sealed record EnvironmentFinding(string Subject, BootVerdict Verdict, string Text);

/// <summary>Whether something would boot.</summary>
public enum BootVerdict
{
    /// <summary>It cannot be told.</summary>
    Unknown,

    /// <summary>Yes, as far as can be seen.</summary>
    Yes,

    /// <summary>No.</summary>
    No,
}
