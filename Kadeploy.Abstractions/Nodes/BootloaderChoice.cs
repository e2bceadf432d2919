namespace Kadeploy;

/// <summary>Which boot loader is installed on the disk.</summary>
public enum BootloaderChoice
{
    /// <summary>GRUB when the image has it, else what the deployment environment brings for the firmware that runs: EXTLINUX or systemd-boot.</summary>
    Automatic,

    /// <summary>The image's own GRUB, for BIOS or UEFI, whichever runs.</summary>
    Grub,

    /// <summary>EXTLINUX, for BIOS.</summary>
    Extlinux,

    /// <summary>systemd-boot, for UEFI.</summary>
    SystemdBoot,
}
