namespace Kadeploy;

/// <summary>What was built.</summary>
/// <param name="Kernel">The path of the kernel.</param>
/// <param name="Initrd">The path of the initramfs.</param>
/// <param name="KernelVersion">The kernel's version, for example <c>6.1.0-56-cloud-amd64</c>.</param>
/// <param name="KernelBytes">The kernel's size.</param>
/// <param name="InitrdBytes">The initramfs's size.</param>
/// <param name="UnpackedBytes">How much memory its files take on a node.</param>
/// <param name="Sha256">The initramfs's SHA-256 in lower-case hexadecimal digits.</param>
/// <param name="Packages">The package files that it was made of, <c>name_version_architecture.deb</c>.</param>
/// <param name="Missing">Programs and modules that the profile names and the packages have not.</param>
public sealed record MinirootImages(
    string Kernel, string Initrd, string KernelVersion, long KernelBytes, long InitrdBytes, long UnpackedBytes, string Sha256,
    IReadOnlyList<string> Packages, IReadOnlyList<string> Missing);
