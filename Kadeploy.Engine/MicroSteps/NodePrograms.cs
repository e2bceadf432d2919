namespace Kadeploy.Engine.MicroSteps;

/// <summary>Programs of our own that run on nodes: the shell scripts in <c>NodePrograms/</c>, which the channel sends before their first use.</summary>
/// <remarks>They exist where a plain program would need a shell around it. Each exits with 0 when what it promises holds, and then does nothing
/// when it is run again, except for those that run scripts or reboot. Each ends a failure with a line <c>NAME: sentence</c> for users.</remarks>
internal static class NodePrograms
{
    /// <summary>Finds the disk and refuses one that is not fit: <c>--path DEVICE</c> or what it must be like; prints facts.</summary>
    public const string FindDisk = "kadeploy-find-disk";

    /// <summary>Writes a partition table unless it is there: <c>DISK gpt|mbr NUMBER:KIND:BYTES…</c>, or waits for partitions: <c>--wait DISK NUMBER…</c>.</summary>
    public const string Partition = "kadeploy-partition";

    /// <summary>Mounts a device on a directory, unless it is mounted there: <c>DEVICE DIRECTORY</c>.</summary>
    public const string Mount = "kadeploy-mount";

    /// <summary>Writes an image file onto a device: <c>COMPRESSION FILE DEVICE</c>.</summary>
    public const string WriteImage = "kadeploy-write-image";

    /// <summary>Adds the keys on its standard input to a file of authorized keys, except those that are there: <c>[--root DIRECTORY] FILE</c>.</summary>
    public const string AddKeys = "kadeploy-add-keys";

    /// <summary>Checks that files exist when links are followed as inside a directory: <c>DIRECTORY PATH…</c>.</summary>
    public const string CheckFiles = "kadeploy-check-files";

    /// <summary>Writes its standard input into the image as the deployment's marker and prints the file system's UUID: <c>DIRECTORY DEVICE</c>.</summary>
    public const string WriteMarker = "kadeploy-write-marker";

    /// <summary>Installs a boot loader: <c>CHOICE DISK PARTITION</c>.</summary>
    public const string InstallBootloader = "kadeploy-install-bootloader";

    /// <summary>Unpacks an archive, then runs a script in it: <c>COMPRESSION DIRECTORY ARCHIVE NAME [SCRIPT ARGUMENT…]</c>.</summary>
    public const string RunArchive = "kadeploy-run-archive";

    /// <summary>Loads a kernel, answers, then starts it: <c>--root DIRECTORY --kernel PATH [--initrd PATH|--initrds PREFIX]</c> and <c>--append TEXT</c> or
    /// <c>--append-file PATH</c>.</summary>
    public const string Kexec = "kadeploy-kexec";

    /// <summary>Answers, then reboots a second later without asking any service, as <c>reboot -f</c> does.</summary>
    public const string Reboot = "kadeploy-reboot";
}
