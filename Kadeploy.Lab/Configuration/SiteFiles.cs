using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Kadeploy.Lab.Configuration;

/// <summary>The configuration with which Kadeploy deploys a lab's nodes: what an administrator would write for such machines.</summary>
internal static class SiteFiles
{
    /// <summary>The name of the cluster, and of its file without the ending.</summary>
    public const string Cluster = "lab";

    // What a machine of today takes at most, in seconds; a lab multiplies it.
    private const double Reboot = 90;
    private const double KexecBoot = 60;
    private const double Preparation = 240;
    private const double Broadcast = 300;

    // How many of them boot at once on a core. Measured: fewer leave it idle while they wait for DHCP and sleep, more make these time out.
    private const int MachinesPerCore = 2;
    private const int NamespacesPerCore = 12;

    /// <summary>Gives the server's file.</summary>
    /// <param name="options">The lab.</param>
    /// <param name="cores">The cores of this machine.</param>
    /// <returns>YAML.</returns>
    public static string Server(LabOptions options, int cores) => $"""
        # Written by 'kadeploy lab'; a program in the lab finds it by KADEPLOY_CONFIG.
        server:
          address: {LabNode.ServerAddress}
          administrators: [root]
          limits: {Braced($"boots: {BootsAtOnce(options.Kind, cores)}, bmc_calls: {BootsAtOnce(options.Kind, cores)}")} # what this machine's cores do at once; more would only starve each other{(options.AgentFile is { } agent ? $"\n  agent_file: '{Quoted(agent)}'" : "")}
          files: {Braced($"networks: [127.0.0.0/8, 10.77.0.0/16]")}
        clusters: [{Cluster}.yml]

        """.ReplaceLineEndings("\n");

    /// <summary>Gives the cluster's file.</summary>
    /// <param name="folder">The lab's files, beside which it lies.</param>
    /// <param name="options">The lab; it has a kernel.</param>
    /// <param name="kernel">The kernel's name in the served folder.</param>
    /// <param name="initrds">The memory images' names there.</param>
    /// <param name="factor">By how much the nodes are slower than machines.</param>
    /// <returns>YAML.</returns>
    public static string ClusterFile(LabFolder folder, LabOptions options, string kernel, ImmutableArray<string> initrds, double factor)
    {
        var uefi = options is { Kind: NodeKind.Vm, Firmware: Firmware.Uefi };
        var text = new StringBuilder($"""
            # The nodes of the lab '{folder.Name}'. Relative paths begin at this file.
            name: {Cluster}
            power:
              ipmi: {Braced($"user: {BmcConfiguration.User}, password_file: {Path.GetFileName(folder.BmcPassword)}, cipher_suite: 3, privilege: administrator")}
            console: {Braced($"file: {folder.Path}/HOSTNAME_SHORT/console.log")}
            ssh: {Braced($"identity_file: {Path.GetFileName(folder.SshKey)}")}
            boot:
              method: {(options.Loader == NetworkLoader.Pxelinux ? "pxelinux" : "ipxe")}
              firmware: {(uefi ? "uefi" : "bios")}
              repository: {Path.GetFileName(folder.BootFiles)}
              protocol: {(options.Loader == NetworkLoader.Pxelinux ? "tftp" : "http")}
              server: {LabNode.ServerAddress}
              profiles: {Braced("folder: pxelinux.cfg, naming: mac")}
              kernel: {kernel}
              initrds: [{string.Join(", ", initrds)}]
              parameters: '{Quoted(Parameters(options, "quiet"))}'
            partitioning:
              block_device: /dev/vda
              table: {(uefi ? "gpt" : "mbr")}
              layout:

            """.ReplaceLineEndings("\n"));
        if (uefi) text.Append("    - { number: 1, kind: efi_system, size: 256 MiB }\n    - { number: 2, kind: linux, size: rest }\n");
        else text.Append("    - { number: 1, kind: linux, size: rest }\n");
        text.Append($"""
              partitions: {Braced($"deploy: {(uefi ? 2 : 1)}, swap: none, prod: none, tmp: none")}
              mkfs: {Braced("ext4: [-O, '^metadata_csum,^64bit']")} # as EXTLINUX can read it
            kernel_params: '{Quoted(Parameters(options, ""))}'
            bootloader: automatic
            timeouts: {Braced($"reboot: {Seconds(Reboot, factor)}, kexec: {Seconds(KexecBoot, factor)}")}
            automata:
              SetDeploymentEnv: [{Braced($"type: Untrusted, retries: 1, timeout: {Seconds(Preparation, factor)}")}]
              BroadcastEnv: [{Braced($"type: Chain, timeout: {Seconds(Broadcast, factor)}")}, {Braced($"type: Unicast, timeout: {Seconds(Broadcast, factor)}")}]
              BootNewEnv: [{Braced($"type: Kexec, timeout: {Seconds(Preparation, factor)}")}, {Braced($"type: Classical, timeout: {Seconds(Preparation, factor)}")}, {Braced($"type: HardReboot, retries: 1, timeout: {Seconds(Preparation, factor)}")}]
            nodes:

            """.ReplaceLineEndings("\n"));
        foreach (var node in LabNode.First(options.Nodes))
            text.Append(CultureInfo.InvariantCulture, $"  - {{ name: {node.Name}, address: {node.Address}, macs: ['{node.Mac}'], bmc: {{ address: {node.BmcAddress} }} }}\n");
        return text.ToString();
    }

    /// <summary>Gives what kernels are told in a lab.</summary>
    /// <param name="options">The lab, with its accelerator measured.</param>
    /// <param name="more">What else.</param>
    /// <returns>A command line.</returns>
    public static string Parameters(LabOptions options, string more) => string.Join(' ', new[]
    {
        "console=ttyS0,115200", more,
        // Precautions against other programs on the same processor slow an emulated one down.
        options.Kind == NodeKind.Vm && options.Accelerator != Accelerator.Kvm ? "mitigations=off" : "",
        options.Append,
    }.Where(static part => part.Length > 0));

    private static int BootsAtOnce(NodeKind kind, int cores) => cores * (kind == NodeKind.Vm ? MachinesPerCore : NamespacesPerCore);

    private static string Seconds(double seconds, double factor) => ((int)Math.Ceiling(seconds * factor)).ToString(CultureInfo.InvariantCulture);

    private static string Quoted(string text) => text.Replace("'", "''", StringComparison.Ordinal);

    private static string Braced(string text) => "{ " + text + " }";
}
