using System.Collections.Immutable;

namespace Kadeploy.Lab.Configuration;

/// <summary>The boot files of a lab as it starts: what a deployment server would write, so that a node boots what the lab was given.</summary>
internal static class BootProfiles
{
    /// <summary>The folder of the lab's own boot files, in the served folder.</summary>
    public const string Folder = "lab";

    /// <summary>Gets the script with which every node's iPXE begins: it goes on with the node's own profile, by hardware address, address or name.</summary>
    public static string IpxeEntry { get; } = """
        #!ipxe
        chain --replace pxelinux.cfg/01-${net0/mac:hexhyp} ||
        chain --replace pxelinux.cfg/${net0/ip} ||
        chain --replace pxelinux.cfg/${hostname} ||
        exit

        """.ReplaceLineEndings("\n");

    /// <summary>Gives a node's profile.</summary>
    /// <param name="node">The node.</param>
    /// <param name="options">The lab; it has a kernel.</param>
    /// <param name="kernel">The kernel's name in the served folder.</param>
    /// <param name="initrds">The memory images' names there.</param>
    /// <returns>The text.</returns>
    public static string Network(LabNode node, LabOptions options, string kernel, ImmutableArray<string> initrds)
    {
        var parameters = SiteFiles.Parameters(options, $"quiet BOOTIF={node.ProfileName}");
        if (options.Loader == NetworkLoader.Pxelinux)
        {
            var images = initrds.IsEmpty ? "" : $"initrd={string.Join(',', initrds)} ";
            return $"DEFAULT network\nPROMPT 0\nLABEL network\n\tKERNEL {kernel}\n\tAPPEND {images}{parameters}\n";
        }

        // Started from UEFI, the kernel loads those images alone that its command line names.
        var names = string.Concat(initrds.Select(static (_, index) => $"initrd=image{index}.img "));
        var loads = string.Concat(initrds.Select(static (image, index) => $"initrd --name image{index}.img http://{LabNode.ServerAddress}/{image}\n"));
        return $"#!ipxe\nkernel http://{LabNode.ServerAddress}/{kernel} {names}{parameters}\n{loads}boot\n";
    }

    /// <summary>Gives a profile that starts the node's disk.</summary>
    /// <param name="options">The lab.</param>
    /// <returns>The text.</returns>
    public static string Disk(LabOptions options) => options switch
    {
        { Loader: NetworkLoader.Pxelinux } => "DEFAULT local\nPROMPT 0\nLABEL local\n\tLOCALBOOT 0\n",
        { Firmware: Firmware.Uefi } => "#!ipxe\nexit\n",
        _ => "#!ipxe\nsanboot --no-describe --drive 0x80 || exit\n",
    };
}
