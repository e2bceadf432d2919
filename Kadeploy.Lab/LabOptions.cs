using System.Collections.Immutable;

namespace Kadeploy.Lab;

/// <summary>What nodes are made of. Everything outside them (BMC, DHCP, boot files, ssh) is the same.</summary>
public enum NodeKind
{
    /// <summary>A QEMU machine with firmware, a disk and a serial port.</summary>
    Vm,

    /// <summary>A network namespace with an address, a boot and ssh, but no kernel and no disk of its own: for many nodes at once.</summary>
    Namespace,
}

/// <summary>The firmware of machines.</summary>
public enum Firmware
{
    /// <summary>SeaBIOS with iPXE's network card ROM.</summary>
    Bios,

    /// <summary>OVMF, which loads iPXE.</summary>
    Uefi,
}

/// <summary>The boot loader that DHCP names, and so the syntax of boot profiles.</summary>
public enum NetworkLoader
{
    /// <summary>iPXE scripts.</summary>
    Ipxe,

    /// <summary>PXELINUX configuration files; BIOS only.</summary>
    Pxelinux,
}

/// <summary>What runs the machines' processors.</summary>
public enum Accelerator
{
    /// <summary>Measured: KVM where it is really faster, else emulation.</summary>
    Auto,

    /// <summary>The processor's virtualization.</summary>
    Kvm,

    /// <summary>Emulation.</summary>
    Tcg,
}

/// <summary>What a lab consists of.</summary>
public sealed record LabOptions
{
    /// <summary>The most nodes that the address plan has room for.</summary>
    public const int MostNodes = 4000;

    /// <summary>Gets the number of nodes, from 1 to <see cref="MostNodes"/>.</summary>
    /// <value>The default is 2.</value>
    public int Nodes { get; init; } = 2;

    /// <summary>Gets what nodes are made of.</summary>
    /// <value>The default is <see cref="NodeKind.Vm"/>.</value>
    public NodeKind Kind { get; init; } = NodeKind.Vm;

    /// <summary>Gets the firmware of machines; namespace nodes have their own.</summary>
    /// <value>The default is <see cref="Firmware.Bios"/>.</value>
    public Firmware Firmware { get; init; } = Firmware.Bios;

    /// <summary>Gets the boot loader.</summary>
    /// <value>The default is <see cref="NetworkLoader.Ipxe"/>.</value>
    public NetworkLoader Loader { get; init; } = NetworkLoader.Ipxe;

    /// <summary>Gets what runs the machines' processors.</summary>
    /// <value>The default is <see cref="Accelerator.Auto"/>.</value>
    public Accelerator Accelerator { get; init; } = Accelerator.Auto;

    /// <summary>Gets the memory of each machine, in MiB.</summary>
    /// <value>The default is 384.</value>
    public int MemoryMiB { get; init; } = 384;

    /// <summary>Gets the size of each machine's disk, in GiB; only what is written takes space.</summary>
    /// <value>The default is 4.</value>
    public int DiskGiB { get; init; } = 4;

    /// <summary>Gets the kernel that nodes boot from the network, a file on this machine.</summary>
    /// <value>Null, the default: machines have no boot profile; namespace nodes boot a small system that answers ssh.</value>
    public string? Kernel { get; init; }

    /// <summary>Gets the initial memory images that go with the kernel, files on this machine, in their order.</summary>
    /// <value>The default is none.</value>
    public ImmutableArray<string> Initrds { get; init; } = [];

    /// <summary>Gets what is added to the kernel's command line.</summary>
    /// <value>The default is nothing.</value>
    public string Append { get; init; } = "";

    /// <summary>Gets the agent's executable, which the lab's configuration names for the systems that are installed on nodes.</summary>
    /// <value>Null, the default: the configuration names none.</value>
    public string? AgentFile { get; init; }

    /// <summary>Checks that the parts fit together.</summary>
    /// <exception cref="ConfigurationException">They do not; all problems are listed.</exception>
    public void Validate()
    {
        var problems = ImmutableArray.CreateBuilder<string>();
        if (Nodes is < 1 or > MostNodes) problems.Add($"a lab has from 1 to {MostNodes} nodes, not {Nodes}");
        if (MemoryMiB < 64) problems.Add($"machines with {MemoryMiB} MiB of memory cannot boot; give at least 64");
        if (DiskGiB < 1) problems.Add("disks have at least 1 GiB");
        if (Loader == NetworkLoader.Pxelinux && Firmware == Firmware.Uefi) problems.Add("PXELINUX needs BIOS firmware; with UEFI use iPXE");
        if (Kernel is null && Initrds.Length > 0) problems.Add("an initrd was given without a kernel");
        if (Append.Contains('\n', StringComparison.Ordinal)) problems.Add("the kernel's command line has a line break");
        foreach (var file in Initrds.Prepend(Kernel).OfType<string>())
            if (!File.Exists(file)) problems.Add($"the boot file '{file}' does not exist");
        if (problems.Count > 0) throw new ConfigurationException(problems.ToImmutable());
    }
}
