using System.Globalization;

namespace Kadeploy.Lab.Configuration;

/// <summary>The command lines of machines.</summary>
internal static class QemuArguments
{
    /// <summary>The program.</summary>
    public const string Program = "qemu-system-x86_64";

    /// <summary>OVMF's code, as Debian 12 and later place it.</summary>
    public static readonly string[] UefiCode = ["/usr/share/OVMF/OVMF_CODE.fd", "/usr/share/OVMF/OVMF_CODE_4M.fd"];

    /// <summary>OVMF's empty store of variables.</summary>
    public static readonly string[] UefiVariables = ["/usr/share/OVMF/OVMF_VARS.fd", "/usr/share/OVMF/OVMF_VARS_4M.fd"];

    /// <summary>Gives a machine's arguments.</summary>
    /// <param name="node">The node.</param>
    /// <param name="folder">Its files.</param>
    /// <param name="options">The lab, with its accelerator measured.</param>
    /// <param name="boot">What the BMC was told to boot from: <c>default</c> is the disk, <c>pxe</c> the network, else the firmware's order.</param>
    /// <returns>The arguments.</returns>
    public static IReadOnlyList<string> Machine(LabNode node, NodeFolder folder, LabOptions options, string boot)
    {
        var uefi = options.Firmware == Firmware.Uefi;
        var (diskFirst, order) = boot switch { "default" => (true, "c"), "pxe" => (false, "n"), _ => (false, "nc") };
        return
        [
            "-name", node.Name,
            "-M", uefi ? "q35,graphics=off" : "pc,graphics=off",
            "-m", Number(options.MemoryMiB), "-smp", "1",
            "-nodefaults", "-no-user-config", "-display", "none",
            .. Processor(options.Accelerator),
            // The log is kept whether or not somebody watches the port.
            "-chardev", $"socket,id=console,host=127.0.0.1,port={Number(node.ConsolePort)},server=on,wait=off,logfile={folder.ConsoleLog},logappend=on",
            "-serial", "chardev:console",
            "-qmp", "stdio",
            // Switched on, with a processor that never starts.
            .. boot == Nodes.PowerSupply.Nothing ? new[] { "-S" } : [],
            "-netdev", $"tap,id=net0,ifname={NetworkPlan.Tap(node)},script=no,downscript=no",
            "-drive", $"if=none,id=disk0,file={folder.Disk},format=qcow2,cache=unsafe,discard=unmap",
            "-device", $"virtio-blk-pci,drive=disk0,serial={node.DiskSerial}" + (uefi ? $",bootindex={(diskFirst ? 1 : 2)}" : ""),
            "-device", "virtio-rng-pci",
            .. uefi
                ? new[]
                {
                    "-drive", $"if=pflash,format=raw,readonly=on,file={FirstOf(UefiCode)}",
                    "-drive", $"if=pflash,format=raw,file={folder.FirmwareVariables}",
                    // A boot profile that gives the disk its turn ends the first network entry; those for IPv6 would ask for a minute each
                    // (OvmfPkg/RUNTIME_CONFIG.md).
                    "-fw_cfg", "name=opt/org.tianocore/IPv6PXESupport,string=n",
                    "-fw_cfg", "name=opt/org.tianocore/IPv6Support,string=n",
                    // No ROM: the firmware's own driver loads the boot file.
                    "-device", $"virtio-net-pci,netdev=net0,mac={node.Mac},bootindex={(diskFirst ? 2 : 1)},romfile=",
                }
                :
                [
                    "-device", $"virtio-net-pci,netdev=net0,mac={node.Mac}",
                    "-boot", $"order={order},menu=off,strict=on",
                ],
        ];
    }

    /// <summary>Gives a machine that has nothing to boot, to measure how long its firmware takes to find that out.</summary>
    /// <param name="accelerator">What runs it.</param>
    /// <returns>The arguments; it says so on standard output.</returns>
    public static IReadOnlyList<string> EmptyMachine(Accelerator accelerator) =>
    [
        "-M", "pc,graphics=off", "-m", "32", "-nodefaults", "-no-user-config", "-display", "none",
        .. Processor(accelerator), "-no-reboot", "-boot", "reboot-timeout=0", "-serial", "stdio",
    ];

    /// <summary>Gives the first file that there is.</summary>
    /// <param name="files">The candidates.</param>
    /// <returns>The file, or the first candidate so that the failure names it.</returns>
    public static string FirstOf(IReadOnlyList<string> files) => files.FirstOrDefault(File.Exists) ?? files[0];

    // Under some hypervisors the processor's capabilities register cannot be set, and QEMU would not start.
    private static string[] Processor(Accelerator accelerator) => accelerator == Accelerator.Kvm
        ? ["-accel", "kvm", "-cpu", "host,-arch-capabilities"]
        : ["-accel", "tcg,tb-size=64", "-cpu", "qemu64"];

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
