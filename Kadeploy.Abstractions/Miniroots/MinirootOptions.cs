namespace Kadeploy;

/// <summary>How much a deployment environment carries.</summary>
public enum MinirootProfile
{
    /// <summary>What every deployment needs: partitioning, ext4, archives, kexec, ssh.</summary>
    Min,

    /// <summary>Also other file systems, boot loaders, multicast, network block devices, rsync and taktuk.</summary>
    Std,

    /// <summary>Also WIM and NTFS for Windows images, BitTorrent, partition cloning, GPT tools, curl.</summary>
    Full,
}

/// <summary>Which kernel a deployment environment has.</summary>
public enum MinirootKernel
{
    /// <summary>For virtual machines: paravirtual devices only, small.</summary>
    Cloud,

    /// <summary>For physical machines: the usual network cards and disk controllers.</summary>
    Generic,
}

/// <summary>What to build, and where.</summary>
public sealed record MinirootOptions
{
    /// <summary>Gets how much it carries.</summary>
    /// <value>The default is <see cref="MinirootProfile.Std"/>.</value>
    public MinirootProfile Profile { get; init; } = MinirootProfile.Std;

    /// <summary>Gets which kernel it has.</summary>
    /// <value>The default is <see cref="MinirootKernel.Cloud"/>.</value>
    public MinirootKernel Kernel { get; init; } = MinirootKernel.Cloud;

    /// <summary>Gets the directory that receives the files; it is made when it is missing.</summary>
    public required string OutputDirectory { get; init; }

    /// <summary>Gets ready-made overlay images to append to the initramfs, in their order; later ones win.</summary>
    /// <value>The default is none: the same image everywhere.</value>
    public IReadOnlyList<string> Overlays { get; init; } = [];

    /// <summary>Gets the directory that keeps packages and unpacked trees.</summary>
    /// <value>The default is <see cref="DefaultCache"/>.</value>
    public string CacheDirectory { get; init; } = DefaultCache;

    /// <summary>Gets a value indicating whether newer versions of packages are looked for.</summary>
    /// <value>The default is false: the versions of the last build stand.</value>
    public bool Refresh { get; init; }

    /// <summary>Gets the usual cache: <c>$XDG_CACHE_HOME/kadeploy/miniroot</c>, or below <c>~/.cache</c>.</summary>
    public static string DefaultCache => Path.Combine(
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } named
            ? named
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
        "kadeploy", "miniroot");
}
