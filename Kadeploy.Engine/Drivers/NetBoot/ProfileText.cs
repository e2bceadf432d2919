using System.Globalization;
using System.Text;

namespace Kadeploy.Engine.Drivers.NetBoot;

/// <summary>Writes the texts of boot profiles: Kadeploy's, and what UEFI needs besides.</summary>
/// <param name="program">The boot program that reads them.</param>
/// <param name="firmware">The nodes' firmware.</param>
internal sealed class ProfileText(NetBootProgram program, NodeFirmware firmware)
{
    /// <summary>Writes a profile that boots a kernel over the network.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="parameters">All of its parameters.</param>
    /// <returns>The text.</returns>
    public string Network(NetworkKernel kernel, string parameters)
    {
        var (path, initrds) = (Export(kernel.Kernel), kernel.Initrds.Select(Export).ToArray());
        var text = Begin(program.Header);
        switch (program.Method)
        {
            case NetBootMethod.Ipxe:
                foreach (var initrd in initrds) Line(text, $"initrd {initrd}");
                // With the kernel's EFI stub a RAM disk that is not named on the command line is not there.
                var named = firmware == NodeFirmware.Uefi ? kernel.Initrds.Select(static initrd => $"initrd={initrd.Split('/')[^1]}") : [];
                Line(text, Words(["chain", path, .. named, parameters]));
                break;
            case NetBootMethod.Grub:
                MenuEntry(
                    text, program.Header, "network", Words(["linux", path, parameters]),
                    initrds.Length > 0 ? $"initrd {string.Join(' ', initrds)}" : "");
                break;
            default:
                var initrdWord = initrds.Length > 0 ? $"initrd={string.Join(',', initrds)}" : "";
                Label(text, "network", $"KERNEL {path}", Words(["APPEND", initrdWord, parameters]));
                break;
        }

        return text.ToString();
    }

    /// <summary>Writes a profile that boots a disk.</summary>
    /// <param name="header">The header.</param>
    /// <param name="entry">The disk.</param>
    /// <param name="disk">The firmware's number of the disk; null when nobody knows it.</param>
    /// <param name="options">What is deployed there.</param>
    /// <returns>The text.</returns>
    /// <exception cref="DriverUnusableException">The boot program cannot do it.</exception>
    public string Local(string header, BootEntry.LocalDisk entry, int? disk, NetBootOptions options)
    {
        var text = Begin(header);
        if (program.Method == NetBootMethod.Ipxe && firmware == NodeFirmware.Uefi)
        {
            // UEFI 2.10 §3.1.1: the boot manager goes on to the next entry only when one ends with an error.
            Line(text, "exit 1");
            return text.ToString();
        }

        if (program.Method is NetBootMethod.Pxelinux or NetBootMethod.Gpxelinux && firmware == NodeFirmware.Uefi)
        {
            throw new DriverUnusableException(
                FaultCodes.BootProfile, "PXELINUX cannot start a disk on UEFI: use iPXE or GRUB for local boots of this cluster");
        }

        var number = disk ?? throw new DriverUnusableException(
            FaultCodes.BootProfile, $"the firmware's number of disk '{entry.BlockDevice}' is not known: configure it in the disk numbers of the cluster");
        var chain = string.Create(CultureInfo.InvariantCulture, $"hd{number}{(entry.Partition is { } partition ? $" {partition}" : "")}");
        switch (program.Method)
        {
            case NetBootMethod.Ipxe when entry.Partition is null:
                Line(text, string.Create(CultureInfo.InvariantCulture, $"sanboot --no-describe --drive 0x{0x80 + number:x2}"));
                break;
            case NetBootMethod.Ipxe:
                Line(text, $"chain {Export("chain.c32")} {chain}");
                break;
            case NetBootMethod.Grub:
                MenuEntry(text, header, "local", GrubLocal(entry, number, options));
                break;
            default:
                Label(text, "local", $"COM32 {Export("chain.c32")}", $"APPEND {chain}");
                break;
        }

        return text.ToString();
    }

    /// <summary>Writes a profile that starts another boot program.</summary>
    /// <param name="target">The other program; its repository is served at the same place.</param>
    /// <returns>The text.</returns>
    public string Chain(NetBootProgram target)
    {
        var binary = Export(target.Binary!);
        var text = Begin(program.Header);
        switch (program.Method)
        {
            case NetBootMethod.Ipxe:
                Line(text, $"chain {binary}");
                break;
            case NetBootMethod.Grub:
                // GRUB for UEFI has no pxechainloader: network boot programs are EFI applications there.
                MenuEntry(text, program.Header, "chain", $"{(firmware == NodeFirmware.Uefi ? "chainloader" : "pxechainloader")} {binary}", "boot");
                break;
            default:
                Label(text, "chain", $"KERNEL {binary}", "APPEND keeppxe");
                break;
        }

        return text.ToString();
    }

    /// <summary>Writes a user's profile, in which only what stands for the node and for the user's files is replaced.</summary>
    /// <param name="profile">The profile.</param>
    /// <param name="node">The node.</param>
    /// <param name="filesPrefix">What precedes <c>--NAME</c> in the paths of the user's files; null when there are none.</param>
    /// <returns>The text.</returns>
    public string Custom(BootProfile profile, NodeName node, string? filesPrefix)
    {
        var text = profile.Text.Replace("NODE_SINGULARITY", profile.Singularities.GetValueOrDefault(node, ""), StringComparison.Ordinal);
        return filesPrefix is null ? text : text.Replace("FILES_PREFIX", Export(filesPrefix), StringComparison.Ordinal);
    }

    private string[] GrubLocal(BootEntry.LocalDisk entry, int disk, NetBootOptions options)
    {
        if (entry.Partition is { } partition && options.Deployed is { Kernel.Length: > 0 } system
            && (system.Kind == OperatingSystemKind.Linux || system is { Kind: OperatingSystemKind.Xen, Hypervisor: not null }))
        {
            var xen = system.Kind == OperatingSystemKind.Xen;
            var device = MicroSteps.DeployTarget.PartitionDevice(entry.BlockDevice, partition);
            return
            [
                Root(partition),
                xen ? Words(["multiboot", KernelWords.GrubPath(system.Hypervisor!), KernelWords.Grub(system.HypervisorParameters)]) : "",
                Words([xen ? "module" : "linux", KernelWords.GrubPath(system.Kernel), KernelWords.Grub(system.Parameters), $"root={device}"]),
                system.Initrd is { Length: > 0 } initrd ? $"{(xen ? "module" : "initrd")} {KernelWords.GrubPath(initrd)}" : "",
            ];
        }

        // UEFI 2.10 §3.5.1.1: the program that a disk starts when nothing else is said.
        return firmware == NodeFirmware.Uefi ? [Root(options.EfiPartition), "chainloader /EFI/BOOT/BOOTX64.EFI"] : [Root(entry.Partition), "chainloader +1"];

        // GRUB 2 finds a partition by its number alone, in an MBR and in a GPT.
        string Root(int? number) =>
            string.Create(CultureInfo.InvariantCulture, $"set root=(hd{disk}{(number is { } known ? $",{known}" : "")})");
    }

    private static void MenuEntry(StringBuilder text, string header, string name, params ReadOnlySpan<string> lines)
    {
        if (!header.Contains("timeout", StringComparison.Ordinal)) Line(text, "timeout=0");
        Line(text, "default=0");
        Line(text, $"menuentry {name} {{");
        foreach (var line in lines)
            if (line.Length > 0) Line(text, $"\t{line}");
        Line(text, "}");
    }

    private string Export(string path) => (program.Method, program.Protocol) switch
    {
        (NetBootMethod.Grub, BootFileProtocol.Http) => $"(http,{program.Server})/{path}",
        (NetBootMethod.Grub, _) => $"(pxe)/{path}",
        (NetBootMethod.Gpxelinux or NetBootMethod.Ipxe, BootFileProtocol.Http) => $"http://{program.Server}/{path}",
        (NetBootMethod.Gpxelinux or NetBootMethod.Ipxe, BootFileProtocol.Ftp) => $"ftp://{program.Server}/{path}",
        _ => $"/{path}",
    };

    private StringBuilder Begin(string header)
    {
        var text = new StringBuilder();
        if (program.Method == NetBootMethod.Ipxe) Line(text, "#!ipxe");
        text.Append(header.ReplaceLineEndings("\n"));
        if (header.Length > 0 && text[^1] != '\n') text.Append('\n');
        return text;
    }

    private static void Label(StringBuilder text, string name, params ReadOnlySpan<string> lines)
    {
        Line(text, $"DEFAULT {name}");
        Line(text, $"LABEL {name}");
        foreach (var line in lines) Line(text, $"\t{line}");
    }

    private static string Words(IEnumerable<string> words) => string.Join(' ', words.Where(static word => word.Length > 0));

    private static void Line(StringBuilder text, string line) => text.Append(line).Append('\n');
}
