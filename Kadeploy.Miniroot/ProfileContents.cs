namespace Kadeploy.Miniroot;

/// <summary>What the profiles consist of: packages to take from, programs to take out of them, modules to carry.</summary>
/// <param name="Packages">Names of Debian packages; what they depend on comes with them.</param>
/// <param name="Programs">Names of programs in /usr/bin or /usr/sbin; their libraries come with them.</param>
/// <param name="Files">Other files and folders.</param>
/// <param name="Modules">Names of kernel modules; what they need comes with them.</param>
internal sealed record ProfileContents(
    IReadOnlyList<string> Packages, IReadOnlyList<string> Programs, IReadOnlyList<string> Files, IReadOnlyList<string> Modules)
{
    private const string MinPackages = """
        busybox bash dropbear-bin openssh-client openssh-sftp-server fdisk util-linux mount e2fsprogs tar gzip bzip2 xz-utils zstd kexec-tools kmod
        """;

    private const string MinPrograms = """
        busybox bash dropbear dropbearkey scp sfdisk blkid lsblk wipefs blockdev mount umount findmnt losetup
        mke2fs e2fsck tune2fs resize2fs mkswap tar gzip bzip2 xz zstd kexec kmod
        """;

    private const string StdPackages = """
        parted dosfstools udpcast nbd-client rsync pv taktuk perl-base ethtool grub-pc-bin grub-efi-amd64-bin extlinux syslinux-common efibootmgr systemd-boot-efi
        """;

    private const string StdPrograms = """
        parted partprobe mkfs.vfat udp-receiver udp-sender nbd-client rsync pv ethtool extlinux efibootmgr taktuk perl
        """;

    private const string StdFiles = """
        usr/lib/x86_64-linux-gnu/perl-base usr/lib/syslinux/mbr/mbr.bin usr/lib/syslinux/mbr/gptmbr.bin usr/lib/systemd/boot/efi/systemd-bootx64.efi
        """;

    private const string FullPackages = "wimtools ntfs-3g aria2 xfsprogs btrfs-progs partclone curl gdisk pciutils";

    private const string FullPrograms = """
        wimapply wimlib-imagex mkntfs ntfs-3g ntfs-3g.probe ntfsresize ntfsinfo aria2c mkfs.xfs mkfs.btrfs partclone.ext4 partclone.ntfs curl sgdisk lspci
        """;

    private const string CommonModules = """
        virtio_pci virtio_blk virtio_net virtio_scsi virtio_rng virtio_console sd_mod ext4 vfat nls_ascii nls_iso8859-1 nls_cp437
        button evdev loop af_packet
        """;

    private const string StdModules = "xfs btrfs nbd squashfs overlay fuse efivarfs nvme qemu_fw_cfg";

    // Network: Intel, Broadcom, Realtek, Mellanox/NVIDIA, Emulex, QLogic, Marvell/Aquantia, Solarflare, Chelsio, virtual ones.
    private const string NetworkModules = """
        e1000 e1000e igb igc ixgbe i40e ice iavf tg3 bnx2 bnx2x bnxt_en r8169 r8152 8139too 8139cp mlx4_en mlx5_core be2net qede qlcnic
        atlantic sky2 forcedeth alx atl1c sfc cxgb4 cdc_ether cdc_ncm ax88179_178a vmxnet3 hv_netvsc ena xen_netfront
        """;

    // Disks: SATA, NVMe, the usual RAID and SAS controllers, USB, SD, virtual ones; then keyboards, BMC in band, RAID and LVM on disks.
    private const string StorageModules = """
        ahci ata_piix ata_generic nvme megaraid_sas mpt3sas mpi3mr mptspi mptsas smartpqi hpsa aacraid isci mvsas arcmsr 3w_9xxx
        sr_mod uas usb_storage sdhci_pci sdhci_acpi mmc_block vmw_pvscsi hv_storvsc xen_blkfront
        xhci_pci ehci_pci ohci_pci uhci_hcd usbhid hid_generic atkbd i8042 ipmi_si ipmi_devintf raid0 raid1 dm_mod
        """;

    /// <summary>Gives the contents of a profile with a kernel.</summary>
    public static ProfileContents Of(MinirootProfile profile, MinirootKernel kernel)
    {
        var (std, full, generic) = (profile >= MinirootProfile.Std, profile >= MinirootProfile.Full, kernel == MinirootKernel.Generic);
        return new(
            [.. Words(MinPackages), .. Words(StdPackages, std), .. Words(FullPackages, full), generic ? "linux-image-amd64" : "linux-image-cloud-amd64"],
            [.. Words(MinPrograms), .. Words(StdPrograms, std), .. Words(FullPrograms, full)],
            [.. Words(StdFiles, std)],
            [.. Words(CommonModules), .. Words(StdModules, std), .. Words(NetworkModules, generic), .. Words(StorageModules, generic)]);
    }

    private static string[] Words(string list, bool wanted = true) =>
        wanted ? list.Split([' ', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries) : [];
}
