using System.Collections.Immutable;

namespace Kadeploy.Engine.Drivers.NetBoot;

/// <summary>Families of network boot programs.</summary>
public enum NetBootMethod
{
    /// <summary>Syslinux's PXELINUX: TFTP only.</summary>
    Pxelinux,

    /// <summary>PXELINUX with iPXE's network stack: HTTP and FTP too. There is none for UEFI.</summary>
    Gpxelinux,

    /// <summary>iPXE.</summary>
    Ipxe,

    /// <summary>GRUB 2, booted over the network.</summary>
    Grub,
}

/// <summary>How a boot program fetches files.</summary>
public enum BootFileProtocol
{
    /// <summary>RFC 1350.</summary>
    Tftp,

    /// <summary>RFC 9110.</summary>
    Http,

    /// <summary>RFC 959.</summary>
    Ftp,
}

/// <summary>By what a node's profile is named.</summary>
public enum ProfileNaming
{
    /// <summary>The IPv4 address as eight upper-case hexadecimal digits, such as <c>0A4D0101</c>: what PXELINUX asks for.</summary>
    IpHex,

    /// <summary>The address, such as <c>10.77.1.1</c>.</summary>
    Ip,

    /// <summary>The node's name.</summary>
    Hostname,

    /// <summary>The node's name up to the first dot.</summary>
    HostnameShort,

    /// <summary>Each hardware address as <c>01-52-54-00-12-34-56</c>: what PXELINUX asks for first. A node has a profile for each of its cards.</summary>
    Mac,
}

/// <summary>What firmware a cluster's nodes have.</summary>
public enum NodeFirmware
{
    /// <summary>BIOS.</summary>
    Bios,

    /// <summary>UEFI.</summary>
    Uefi,
}

/// <summary>A network boot program and where its profiles go.</summary>
public sealed record NetBootProgram
{
    /// <summary>Gets the family.</summary>
    public NetBootMethod Method { get; init; } = NetBootMethod.Pxelinux;

    /// <summary>Gets the folder that the site's TFTP or HTTP server exports; it exists.</summary>
    public required string Repository { get; init; }

    /// <summary>Gets the program that is chained to, relative to the repository.</summary>
    /// <value>Null for the program that DHCP names.</value>
    public string? Binary { get; init; }

    /// <summary>Gets how files are fetched.</summary>
    /// <value>The default is <see cref="BootFileProtocol.Tftp"/>.</value>
    public BootFileProtocol Protocol { get; init; } = BootFileProtocol.Tftp;

    /// <summary>Gets the server's address or name, with the port where it is not the usual one.</summary>
    public string Server { get; init; } = "LOCAL_IP";

    /// <summary>Gets the folder of the profiles, relative to the repository.</summary>
    /// <value>Empty for the repository itself; the default is <c>pxelinux.cfg</c>. It exists.</value>
    public string ProfilesFolder { get; init; } = "pxelinux.cfg";

    /// <summary>Gets by what profiles are named.</summary>
    public ProfileNaming Naming { get; init; } = ProfileNaming.IpHex;

    /// <summary>Gets what precedes each profile's name.</summary>
    /// <value>The default is nothing; GRUB asks by itself for <c>grub.cfg-</c> and the address.</value>
    public string NamePrefix { get; init; } = "";

    /// <summary>Gets what follows each profile's name.</summary>
    /// <value>The default is nothing.</value>
    public string NameSuffix { get; init; } = "";

    /// <summary>Gets what stands at the head of each profile, such as the settings of a serial console.</summary>
    public string Header { get; init; } = "";
}

/// <summary>A kernel that is fetched from the repository.</summary>
/// <param name="Kernel">Its path, relative to the repository.</param>
/// <param name="Initrds">The initial RAM disks in their order, relative to the repository.</param>
/// <param name="Parameters">The kernel's parameters.</param>
public sealed record NetworkKernel(string Kernel, ImmutableArray<string> Initrds, string Parameters = "");

/// <summary>What a deployed system boots, for GRUB, which starts its kernel from the disk.</summary>
/// <param name="Kind">The kind of operating system.</param>
/// <param name="Kernel">The kernel's path on the partition.</param>
/// <param name="Initrd">The initial RAM disk's path on the partition, or null.</param>
/// <param name="Parameters">The kernel's parameters: the environment's own, or the cluster's when it has none.</param>
/// <param name="Hypervisor">For Xen: the hypervisor's path on the partition.</param>
/// <param name="HypervisorParameters">For Xen: the hypervisor's parameters.</param>
public sealed record DeployedSystem(
    OperatingSystemKind Kind, string Kernel, string? Initrd, string Parameters = "", string? Hypervisor = null, string HypervisorParameters = "");

/// <summary>What nodes boot over the network, and how.</summary>
public sealed record NetBootOptions
{
    /// <summary>Gets the program that the DHCP server names to the nodes.</summary>
    public required NetBootProgram Dhcp { get; init; }

    /// <summary>Gets the program that boots over the network.</summary>
    /// <value>Null when it is <see cref="Dhcp"/>; otherwise that one chains to it.</value>
    public NetBootProgram? Network { get; init; }

    /// <summary>Gets the program that boots disks.</summary>
    /// <value>Null when it is <see cref="Dhcp"/>; otherwise that one chains to it.</value>
    public NetBootProgram? Local { get; init; }

    /// <summary>Gets the header of local profiles.</summary>
    /// <value>Null for the program's own.</value>
    public string? LocalHeader { get; init; }

    /// <summary>Gets the deployment environment.</summary>
    public required NetworkKernel Deployment { get; init; }

    /// <summary>Gets the kernel of the deployment environment with its root on NFS; null when there is none.</summary>
    public NetworkKernel? NfsRoot { get; init; }

    /// <summary>Gets the deployed system, for <see cref="NetBootMethod.Grub"/>; null leaves the start to the disk's own boot loader.</summary>
    public DeployedSystem? Deployed { get; init; }

    /// <summary>Gets the nodes' firmware.</summary>
    public NodeFirmware Firmware { get; init; } = NodeFirmware.Bios;

    /// <summary>Gets the number of the EFI system partition, from which GRUB starts a disk's own boot loader on UEFI.</summary>
    /// <value>The default is 1.</value>
    public int EfiPartition { get; init; } = 1;

    /// <summary>Gets the firmware's numbers of disks, from 0, for devices whose names do not tell, such as those under <c>/dev/disk/by-id</c>.</summary>
    public ImmutableDictionary<string, int> DiskNumbers { get; init; } = ImmutableDictionary<string, int>.Empty;

    /// <summary>Gets where users' own boot files are put.</summary>
    /// <value>Null when users cannot bring any; the default.</value>
    public UserFilesOptions? UserFiles { get; init; }

    /// <summary>Gets what is added to the parameters of a network kernel for a node, such as a token.</summary>
    /// <value>Null for nothing.</value>
    public Func<Node, AttemptId, string>? NodeParameters { get; init; }
}
