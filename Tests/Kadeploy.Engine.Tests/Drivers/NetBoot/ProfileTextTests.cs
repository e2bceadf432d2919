using Kadeploy.Engine.Drivers.NetBoot;
using Xunit;

namespace Kadeploy.Engine.Tests.Drivers.NetBoot;

/// <summary>The texts, to the letter. '→' stands for a tab.</summary>
public class ProfileTextTests
{
    private static readonly NetworkKernel Kernel = new("kernels/vmlinuz", ["kernels/initrd"]);

    [Theory]
    [InlineData(NetBootMethod.Pxelinux, BootFileProtocol.Tftp, "serial 0\nDEFAULT network\nLABEL network\n→KERNEL /kernels/vmlinuz\n→APPEND initrd=/kernels/initrd quiet a=b\n")]
    [InlineData(NetBootMethod.Gpxelinux, BootFileProtocol.Tftp, "serial 0\nDEFAULT network\nLABEL network\n→KERNEL /kernels/vmlinuz\n→APPEND initrd=/kernels/initrd quiet a=b\n")]
    [InlineData(NetBootMethod.Gpxelinux, BootFileProtocol.Http, "serial 0\nDEFAULT network\nLABEL network\n→KERNEL http://10.0.0.1:8069/kernels/vmlinuz\n→APPEND initrd=http://10.0.0.1:8069/kernels/initrd quiet a=b\n")]
    [InlineData(NetBootMethod.Ipxe, BootFileProtocol.Tftp, "#!ipxe\nserial 0\ninitrd /kernels/initrd\nchain /kernels/vmlinuz quiet a=b\n")]
    [InlineData(NetBootMethod.Ipxe, BootFileProtocol.Http, "#!ipxe\nserial 0\ninitrd http://10.0.0.1:8069/kernels/initrd\nchain http://10.0.0.1:8069/kernels/vmlinuz quiet a=b\n")]
    [InlineData(NetBootMethod.Ipxe, BootFileProtocol.Ftp, "#!ipxe\nserial 0\ninitrd ftp://10.0.0.1:8069/kernels/initrd\nchain ftp://10.0.0.1:8069/kernels/vmlinuz quiet a=b\n")]
    [InlineData(NetBootMethod.Grub, BootFileProtocol.Tftp, "serial 0\ntimeout=0\ndefault=0\nmenuentry network {\n→linux (pxe)/kernels/vmlinuz quiet a=b\n→initrd (pxe)/kernels/initrd\n}\n")]
    [InlineData(NetBootMethod.Grub, BootFileProtocol.Http, "serial 0\ntimeout=0\ndefault=0\nmenuentry network {\n→linux (http,10.0.0.1:8069)/kernels/vmlinuz quiet a=b\n→initrd (http,10.0.0.1:8069)/kernels/initrd\n}\n")]
    public void Network_boot(NetBootMethod method, BootFileProtocol protocol, string expected) =>
        Assert.Equal(Tabs(expected), Text(method, protocol).Network(Kernel, "quiet a=b"));

    [Theory]
    [InlineData(NetBootMethod.Pxelinux, "DEFAULT local\nLABEL local\n→COM32 /chain.c32\n→APPEND hd1 3\n")]
    [InlineData(NetBootMethod.Gpxelinux, "DEFAULT local\nLABEL local\n→COM32 /chain.c32\n→APPEND hd1 3\n")]
    [InlineData(NetBootMethod.Ipxe, "#!ipxe\nchain /chain.c32 hd1 3\n")]
    [InlineData(NetBootMethod.Grub, "timeout=0\ndefault=0\nmenuentry local {\n→set root=(hd1,3)\n→chainloader +1\n}\n")]
    public void Local_boot_of_a_partition(NetBootMethod method, string expected) =>
        Assert.Equal(Tabs(expected), Text(method).Local("", new("/dev/sdb", 3), 1, Options()));

    [Theory]
    [InlineData(NetBootMethod.Pxelinux, "DEFAULT local\nLABEL local\n→COM32 /chain.c32\n→APPEND hd1\n")]
    [InlineData(NetBootMethod.Ipxe, "#!ipxe\nsanboot --no-describe --drive 0x81\n")]
    [InlineData(NetBootMethod.Grub, "timeout=0\ndefault=0\nmenuentry local {\n→set root=(hd1)\n→chainloader +1\n}\n")]
    public void Local_boot_of_a_disk(NetBootMethod method, string expected) =>
        Assert.Equal(Tabs(expected), Text(method).Local("", new("/dev/sdb", null), 1, Options()));

    [Theory]
    [InlineData("/dev/sdb", OperatingSystemKind.Linux, null, "→set root=(hd1,3)\n→linux /vmlinuz quiet root=/dev/sdb3\n→initrd /initrd.img\n")]
    [InlineData("/dev/nvme1n1", OperatingSystemKind.Linux, null, "→set root=(hd1,3)\n→linux /vmlinuz quiet root=/dev/nvme1n1p3\n→initrd /initrd.img\n")]
    [InlineData("/dev/sdb", OperatingSystemKind.Xen, "/xen.gz", "→set root=(hd1,3)\n→multiboot /xen.gz dom0\n→module /vmlinuz quiet root=/dev/sdb3\n→module /initrd.img\n")]
    [InlineData("/dev/sdb", OperatingSystemKind.Other, null, "→set root=(hd1,3)\n→chainloader +1\n")]
    public void Grub_starts_the_deployed_kernel(string disk, OperatingSystemKind kind, string? hypervisor, string lines)
    {
        var options = Options() with { Deployed = new(kind, "/vmlinuz", "/initrd.img", "quiet", hypervisor, "dom0") };
        Assert.Equal(
            Tabs($"timeout=0\ndefault=0\nmenuentry local {{\n{lines}}}\n"),
            Text(NetBootMethod.Grub).Local("", new(disk, 3), 1, options));
    }

    [Fact]
    public void What_means_something_to_GRUB_is_quoted_in_what_users_write()
    {
        var options = Options() with { Deployed = new(OperatingSystemKind.Linux, "/boot/my kernel;reboot", "/it's", "quiet; reboot memmap=64M$1G") };
        Assert.Equal(
            Tabs("timeout=0\ndefault=0\nmenuentry local {\n→set root=(hd1,3)\n→linux '/boot/my kernel;reboot' 'quiet;' 'reboot' 'memmap=64M$1G' root=/dev/sdb3\n→initrd '/it'\\''s'\n}\n"),
            Text(NetBootMethod.Grub).Local("", new("/dev/sdb", 3), 1, options));
    }

    [Theory]
    [InlineData(NetBootMethod.Pxelinux, NodeFirmware.Bios, "serial 0\nDEFAULT chain\nLABEL chain\n→KERNEL /b/pxe.0\n→APPEND keeppxe\n")]
    [InlineData(NetBootMethod.Gpxelinux, NodeFirmware.Bios, "serial 0\nDEFAULT chain\nLABEL chain\n→KERNEL /b/pxe.0\n→APPEND keeppxe\n")]
    [InlineData(NetBootMethod.Ipxe, NodeFirmware.Bios, "#!ipxe\nserial 0\nchain /b/pxe.0\n")]
    [InlineData(NetBootMethod.Grub, NodeFirmware.Bios, "serial 0\ntimeout=0\ndefault=0\nmenuentry chain {\n→pxechainloader (pxe)/b/pxe.0\n→boot\n}\n")]
    [InlineData(NetBootMethod.Grub, NodeFirmware.Uefi, "serial 0\ntimeout=0\ndefault=0\nmenuentry chain {\n→chainloader (pxe)/b/pxe.0\n→boot\n}\n")]
    public void Chain(NetBootMethod method, NodeFirmware firmware, string expected) =>
        Assert.Equal(Tabs(expected), Text(method, firmware: firmware).Chain(new() { Repository = "/", Binary = "b/pxe.0" }));

    [Theory]
    [InlineData(NetBootMethod.Ipxe, "#!ipxe\nexit 1\n")]
    [InlineData(NetBootMethod.Grub, "timeout=0\ndefault=0\nmenuentry local {\n→set root=(hd0,1)\n→chainloader /EFI/BOOT/BOOTX64.EFI\n}\n")]
    public void Local_boot_on_UEFI(NetBootMethod method, string expected) =>
        Assert.Equal(Tabs(expected), Text(method, firmware: NodeFirmware.Uefi).Local("", new("/dev/nvme0n1", 3), 0, Options()));

    [Fact]
    public void PXELINUX_says_that_it_cannot_start_a_disk_on_UEFI() => Assert.Contains("use iPXE or GRUB", Assert.Throws<DriverUnusableException>(
        () => Text(NetBootMethod.Pxelinux, firmware: NodeFirmware.Uefi).Local("", new("/dev/sda", 1), 0, Options())).Message, StringComparison.Ordinal);

    [Fact]
    public void A_disk_whose_number_nobody_knows_is_refused() => Assert.Contains("/dev/disk/by-id/x", Assert.Throws<DriverUnusableException>(
        () => Text(NetBootMethod.Ipxe).Local("", new("/dev/disk/by-id/x", 1), null, Options())).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(NetBootMethod.Pxelinux, NodeFirmware.Bios, "serial 0\nDEFAULT network\nLABEL network\n→KERNEL /k\n→APPEND initrd=/d/a,/b quiet\n")]
    [InlineData(NetBootMethod.Ipxe, NodeFirmware.Bios, "#!ipxe\nserial 0\ninitrd /d/a\ninitrd /b\nchain /k quiet\n")]
    [InlineData(NetBootMethod.Ipxe, NodeFirmware.Uefi, "#!ipxe\nserial 0\ninitrd /d/a\ninitrd /b\nchain /k initrd=a initrd=b quiet\n")]
    [InlineData(NetBootMethod.Grub, NodeFirmware.Uefi, "serial 0\ntimeout=0\ndefault=0\nmenuentry network {\n→linux (pxe)/k quiet\n→initrd (pxe)/d/a (pxe)/b\n}\n")]
    public void Several_RAM_disks(NetBootMethod method, NodeFirmware firmware, string expected) =>
        Assert.Equal(Tabs(expected), Text(method, firmware: firmware).Network(new("k", ["d/a", "b"]), "quiet"));

    [Theory]
    [InlineData(NetBootMethod.Pxelinux, "serial 0\nDEFAULT network\nLABEL network\n→KERNEL /k\n→APPEND root=/dev/nfs\n")]
    [InlineData(NetBootMethod.Ipxe, "#!ipxe\nserial 0\nchain /k root=/dev/nfs\n")]
    [InlineData(NetBootMethod.Grub, "serial 0\ntimeout=0\ndefault=0\nmenuentry network {\n→linux (pxe)/k root=/dev/nfs\n}\n")]
    public void No_RAM_disk(NetBootMethod method, string expected) =>
        Assert.Equal(Tabs(expected), Text(method).Network(new("k", []), "root=/dev/nfs"));

    [Fact]
    public void A_header_that_sets_the_timeout_keeps_it() =>
        Assert.StartsWith("timeout=5\ndefault=0\n", new ProfileText(
            new() { Repository = "/", Method = NetBootMethod.Grub, Header = "timeout=5\r\n" }, NodeFirmware.Bios).Network(Kernel, ""), StringComparison.Ordinal);

    private static ProfileText Text(
        NetBootMethod method, BootFileProtocol protocol = BootFileProtocol.Tftp, NodeFirmware firmware = NodeFirmware.Bios) =>
        new(new() { Repository = "/", Method = method, Protocol = protocol, Server = "10.0.0.1:8069", Header = "serial 0" }, firmware);

    private static NetBootOptions Options() => new() { Dhcp = new() { Repository = "/" }, Deployment = Kernel };

    private static string Tabs(string text) => text.Replace('→', '\t');
}
