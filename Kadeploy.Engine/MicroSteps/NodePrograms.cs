namespace Kadeploy.Engine.MicroSteps;

/// <summary>Programs that come with the deployment environment, and with the agent that is sent to a running system.</summary>
/// <remarks>They exist where a plain program would need a shell around it. Each exits with 0 when what it promises holds, and then does nothing
/// when it is run again, except for those that run scripts or reboot.</remarks>
internal static class NodePrograms
{
    /// <summary>Writes the cluster's partition table: <c>DISK ROLE=NUMBER…</c>.</summary>
    public const string Partition = "kadeploy-partition";

    /// <summary>Writes an image file onto a device: <c>COMPRESSION FILE DEVICE</c>.</summary>
    public const string WriteImage = "kadeploy-write-image";

    /// <summary>Adds the keys on its standard input to a file of authorized keys, except those that are there: <c>FILE</c>.</summary>
    public const string AddKeys = "kadeploy-add-keys";

    /// <summary>Checks that files exist when links are followed as inside a directory: <c>DIRECTORY PATH…</c>.</summary>
    public const string CheckFiles = "kadeploy-check-files";

    /// <summary>Runs the cluster's boot loader script: <c>DISK [PARTITION]</c>.</summary>
    public const string InstallBootloader = "kadeploy-install-bootloader";

    /// <summary>Runs the administrator's archives of one kind: <c>preinstall</c> or <c>postinstall</c>.</summary>
    public const string AdminScripts = "kadeploy-admin-scripts";

    /// <summary>Fetches and unpacks an archive, then runs a script in it: <c>ARCHIVE COMPRESSION DIRECTORY [SCRIPT]</c>.</summary>
    public const string RunArchive = "kadeploy-run-archive";

    /// <summary>Fetches a file: <c>ADDRESS PATH</c>.</summary>
    public const string Fetch = "kadeploy-fetch";

    /// <summary>Fetches a script and runs it: <c>ADDRESS ARGUMENT…</c>.</summary>
    public const string RunScript = "kadeploy-run-script";

    /// <summary>Fetches the deployment environment's <c>vmlinuz</c>, <c>initrd</c> and <c>cmdline</c>: <c>DIRECTORY</c>.</summary>
    public const string FetchKernel = "kadeploy-fetch-kernel";

    /// <summary>Loads a kernel, answers, then starts it: <c>--root DIRECTORY --kernel PATH [--initrd PATH]</c> and <c>--append TEXT</c> or
    /// <c>--append-file PATH</c>.</summary>
    public const string Kexec = "kadeploy-kexec";

    /// <summary>Answers, then reboots a second later without asking any service, as <c>reboot -f</c> does.</summary>
    public const string Reboot = "kadeploy-reboot";
}
