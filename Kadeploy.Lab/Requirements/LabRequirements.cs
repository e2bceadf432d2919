using System.Collections.Immutable;
using Kadeploy.Lab.Processes;

namespace Kadeploy.Lab;

/// <summary>A program or file that a lab needs, and the Debian package that brings it.</summary>
/// <param name="Package">The package.</param>
/// <param name="Files">The program's name, or absolute paths of which one must be there.</param>
public sealed record LabRequirement(string Package, ImmutableArray<string> Files);

/// <summary>What a lab needs of the machine.</summary>
public static class LabRequirements
{
    private static readonly ImmutableArray<LabRequirement> Always =
    [
        new("iproute2", ["ip"]),
        new("util-linux", ["unshare"]),
        new("util-linux", ["nsenter"]),
        new("util-linux", ["setpriv"]),
        new("dnsmasq-base", ["dnsmasq"]),
        new("openipmi", ["ipmi_sim"]),
        new("ipmitool", ["ipmitool"]),
        new("openssh-client", ["ssh"]),
        new("openssh-client", ["ssh-keygen"]),
        new("busybox", ["busybox"]), // busybox-static serves as well
    ];

    private static readonly ImmutableArray<LabRequirement> Namespace = [new("dropbear-bin", ["dropbear"]), new("zstd", ["zstd"])];

    private static readonly ImmutableArray<LabRequirement> Machines =
    [
        new("qemu-system-x86", [Configuration.QemuArguments.Program]),
        new("qemu-utils", ["qemu-img"]),
        new("ipxe-qemu", ["/usr/lib/ipxe/qemu/pxe-virtio.rom"]),
        new("ipxe", ["/usr/lib/ipxe/undionly.kpxe"]),
        new("ovmf", [.. Configuration.QemuArguments.UefiCode]),
        new("pxelinux", ["/usr/lib/PXELINUX/pxelinux.0"]),
        new("syslinux-common", ["/usr/lib/syslinux/modules/bios/ldlinux.c32"]),
    ];

    private static readonly ImmutableArray<string> ProgramFolders = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

    /// <summary>Gives all that a kind of lab needs.</summary>
    /// <param name="kind">What nodes are made of.</param>
    /// <returns>The requirements.</returns>
    public static ImmutableArray<LabRequirement> Of(NodeKind kind) => kind == NodeKind.Vm ? [.. Always, .. Machines] : [.. Always, .. Namespace];

    /// <summary>Gives the packages that are missing.</summary>
    /// <param name="kind">What nodes are made of.</param>
    /// <param name="exists">Says whether a file is there; null asks this machine.</param>
    /// <returns>Each package once.</returns>
    public static ImmutableArray<string> MissingPackages(NodeKind kind, Func<string, bool>? exists = null)
    {
        exists ??= File.Exists;
        return [.. Of(kind).Where(need => !need.Files.Any(IsThere)).Select(static need => need.Package).Distinct(StringComparer.Ordinal)];

        bool IsThere(string file) => file[0] == '/' ? exists(file) : ProgramFolders.Any(folder => exists(Path.Combine(folder, file)));
    }

    /// <summary>Gives everything that keeps a lab from being started here.</summary>
    /// <param name="kind">What nodes are made of.</param>
    /// <returns>Sentences for users; none when a lab can be started.</returns>
    public static ImmutableArray<string> Obstacles(NodeKind kind)
    {
        var obstacles = ImmutableArray.CreateBuilder<string>();
        if (!Environment.IsPrivilegedProcess) obstacles.Add("a lab makes network, mount and PID namespaces and so must be started by root");
        if (MissingPackages(kind) is { Length: > 0 } missing)
            obstacles.Add($"these Debian packages are missing: {string.Join(' ', missing)}; 'kadeploy lab install' installs them");
        return obstacles.ToImmutable();
    }

    /// <summary>Makes sure that a lab can be started here.</summary>
    /// <param name="kind">What nodes are made of.</param>
    /// <exception cref="ConfigurationException">It cannot; every reason is listed.</exception>
    public static void Check(NodeKind kind)
    {
        if (Obstacles(kind) is { Length: > 0 } obstacles) throw new ConfigurationException(obstacles);
    }

    /// <summary>Installs packages by apt-get, with its lists brought up to date if the first try fails.</summary>
    /// <param name="packages">The packages.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>A task.</returns>
    /// <exception cref="ConfigurationException">There is no apt-get, or the user is not root; the packages are named.</exception>
    /// <exception cref="OperationFailedException">apt-get failed; its last lines are the evidence.</exception>
    public static async Task InstallAsync(ImmutableArray<string> packages, CancellationToken cancellationToken)
    {
        var list = string.Join(' ', packages);
        if (!Environment.IsPrivilegedProcess) throw new ConfigurationException($"only root may install packages; missing: {list}");
        if (!File.Exists("/usr/bin/apt-get"))
            throw new ConfigurationException($"there is no apt-get on this machine; install what Debian calls: {list}");
        IReadOnlyList<string> install = InstallArguments(packages);
        if ((await ProgramRun.RunAsync("env", install, null, cancellationToken).ConfigureAwait(false)).Status == 0) return;
        await ProgramRun.CheckedAsync("apt-get", ["-o", "DPkg::Lock::Timeout=120", "update"], null, cancellationToken).ConfigureAwait(false);
        await ProgramRun.CheckedAsync("env", install, null, cancellationToken).ConfigureAwait(false);
    }

    internal static IReadOnlyList<string> InstallArguments(ImmutableArray<string> packages) =>
        ["DEBIAN_FRONTEND=noninteractive", "apt-get", "-o", "DPkg::Lock::Timeout=120", "install", "-y", "--no-install-recommends", .. packages];
}
