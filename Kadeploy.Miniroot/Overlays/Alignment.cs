namespace Kadeploy.Miniroot.Overlays;

/// <summary>Lengths of initramfs images.</summary>
/// <remarks>Boot loaders join several images. UEFI's kernel stub joins them byte to byte, and the kernel wants each to begin at a multiple of four; whole
/// pages are also what others pad to. What is left over is zeros, which the kernel skips.</remarks>
internal static class Alignment
{
    private const int Page = 4096;

    /// <summary>Lengthens a file with zeros to whole pages.</summary>
    public static void Pad(Stream file) => file.SetLength((file.Length + Page - 1) / Page * Page);

}
