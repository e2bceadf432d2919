using System.Globalization;
using System.Reflection;
using System.Runtime.Versioning;
using Kadeploy.Lab.Processes;

namespace Kadeploy.Lab.Nodes;

/// <summary>Makes what namespace nodes see as their hardware: a tree in memory with a firmware, a built-in system and a folder for each node.</summary>
[SupportedOSPlatform("linux")]
internal static class NodeTree
{
    private const UnixFileMode Executable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // What needs a disk or a kernel of its own; /sbin and /bin lead to the same places.
    private static readonly string[] StandIns =
    [
        "sfdisk", "fdisk", "parted", "sgdisk", "gdisk", "wipefs", "partprobe", "partx", "udevadm", "kpartx", "blockdev", "dd", "mke2fs", "mkfs", "mkfs.ext2",
        "mkfs.ext3", "mkfs.ext4", "mkfs.vfat", "mkfs.fat", "mkfs.xfs", "mkfs.btrfs", "mkfs.ntfs", "mkntfs", "mkswap", "swapon", "swapoff", "e2fsck", "fsck", "fsck.ext4",
        "tune2fs", "resize2fs", "mount", "blkid", "findfs", "kexec", "extlinux", "efibootmgr", "modprobe", "insmod", "rmmod", "depmod", "losetup", "fstrim",
    ];

    private static readonly string[] Programs = ["dropbear", "dropbearkey"];

    private static readonly string[] BinaryFolders = ["/usr/bin", "/usr/sbin", "/bin", "/sbin"];

    /// <summary>Makes the tree.</summary>
    /// <param name="folder">The lab's files; a file system in memory is mounted there.</param>
    /// <param name="options">The lab.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>A task.</returns>
    public static async Task MakeAsync(LabFolder folder, LabOptions options, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder.Memory);
        // Not the disk: an overlay's upper layer may not lie on another overlay, as which containers show their disk.
        await ProgramRun.CheckedAsync(
            "mount", ["-t", "tmpfs", "-o", $"mode=755,nr_inodes=0,size={512 + (options.Nodes * 64)}m", "tmpfs", folder.Memory], null, cancellationToken)
            .ConfigureAwait(false);
        var (system, standIns) = (Path.Combine(folder.Memory, "base"), Path.Combine(folder.Memory, "standins"));
        foreach (var name in new[] { "base", "standins/etc", "standins/usr/sbin", "standins/usr/bin", "standins/disk", "images", "empty" })
            Directory.CreateDirectory(Path.Combine(folder.Memory, name));
        if (options.Initrds is [var image, ..]) await UnpackAsync(image, system, cancellationToken).ConfigureAwait(false);
        else await BuildInAsync(folder, system, cancellationToken).ConfigureAwait(false);
        Configure(system, standIns);
        await MakeDevicesAsync(Path.Combine(standIns, "dev"), cancellationToken).ConfigureAwait(false);
        await MakeHostKeyAsync(folder, system, standIns, cancellationToken).ConfigureAwait(false);
        foreach (var node in LabNode.First(options.Nodes)) AddHardware(Path.Combine(folder.Memory, node.Name), node, (long)options.DiskGiB << 30);
        // The firmware runs above the system.
        File.CreateSymbolicLink(Path.Combine(folder.Memory, "dev"), "standins/dev");
        File.CreateSymbolicLink(Path.Combine(folder.Memory, "usr"), "base/usr");
        foreach (var name in new[] { "bin", "sbin", "lib", "lib64" }) File.CreateSymbolicLink(Path.Combine(folder.Memory, name), "base/usr/" + name);
        foreach (var name in new[] { "proc", "tmp" }) Directory.CreateDirectory(Path.Combine(folder.Memory, name));
    }

    // Once for all nodes, which share it: the system that the first image holds.
    private static async Task UnpackAsync(string image, string system, CancellationToken cancellationToken)
    {
        const string Script = """
            cd "$2" || exit
            case $(od -An -N 4 -t x1 "$1" | tr -d ' ') in
            28b52ffd) zstd -dcq "$1" ;;
            1f8b*) gzip -dc "$1" ;;
            fd377a58) xz -dc "$1" ;;
            *) cat "$1" ;;
            esac 2>/dev/null | busybox cpio -idmu 2>/dev/null
            [ -x usr/bin/busybox ]
            """;
        var (status, _, _) = await ProgramRun.RunAsync("sh", ["-c", Script, "unpack", Path.GetFullPath(image), system], null, cancellationToken).ConfigureAwait(false);
        if (status != 0)
            throw new DriverUnusableException(FaultCodes.DriverMissing, $"the first initrd '{image}' holds no system with busybox that namespace nodes could run");
    }

    private static async Task BuildInAsync(LabFolder folder, string system, CancellationToken cancellationToken)
    {
        foreach (var name in new[] { "usr/bin", "usr/sbin", "usr/lib", "usr/lib64", "etc", "root/.ssh", "var/log", "mnt" })
            Directory.CreateDirectory(Path.Combine(system, name));
        foreach (var name in new[] { "bin", "sbin", "lib", "lib64" }) File.CreateSymbolicLink(Path.Combine(system, name), "usr/" + name);
        await CopyProgramsAsync(system, cancellationToken).ConfigureAwait(false);
        Write(system, "etc/passwd", "root:x:0:0:root:/root:/bin/sh\n");
        Write(system, "etc/group", "root:x:0:\ntty:x:5:\n");
        Write(system, "etc/shells", "/bin/sh\n");
        Write(system, "etc/shadow", "root:*:19000:0:99999:7:::\n", Private);
        Write(system, "root/.ssh/authorized_keys", File.ReadAllText(folder.SshKey + ".pub"), Private);
        foreach (var name in new[] { "root", "root/.ssh" }) // ssh refuses keys that others could change
            File.SetUnixFileMode(Path.Combine(system, name), Private | UnixFileMode.UserExecute);
    }

    private static async Task CopyProgramsAsync(string system, CancellationToken cancellationToken)
    {
        var busybox = Find("busybox");
        File.Copy(busybox, Path.Combine(system, "usr/bin/busybox"));
        foreach (var applet in (await ProgramRun.CheckedAsync(busybox, ["--list"], null, cancellationToken).ConfigureAwait(false)).Split('\n'))
            if (applet is not ("" or "busybox")) File.CreateSymbolicLink(Path.Combine(system, "usr/bin", applet), "busybox");
        File.CreateSymbolicLink(Path.Combine(system, "usr/sbin/init"), "../bin/busybox");
        foreach (var program in Programs) File.Copy(Find(program), Path.Combine(system, "usr/sbin", program));
        foreach (var program in Programs.Select(Find).Append(busybox))
        {
            // "libc.so.6 => /lib/…/libc.so.6 (0x…)", and the loader without an arrow; a static program has none.
            var (status, output, _) = await ProgramRun.RunAsync("ldd", [program], null, cancellationToken).ConfigureAwait(false);
            if (status != 0) continue;
            foreach (var library in output.Split([' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries).Where(static word => word[0] == '/'))
            {
                var target = Path.Combine(system, (library.StartsWith("/usr/", StringComparison.Ordinal) ? library : "/usr" + library)[1..]);
                if (File.Exists(target)) continue;
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(library, target);
            }
        }
    }

    private static void Configure(string system, string standIns)
    {
        Write(Path.GetDirectoryName(standIns)!, "firmware", Resource("firmware"), Executable);
        Write(standIns, "etc/lease", Resource("lease"), Executable);
        Write(standIns, "etc/start", Resource("start"), Executable);
        Write(standIns, "etc/rc.agent", Resource("rc.agent"), Executable);
        Write(standIns, "etc/inittab", Resource("inittab"));
        Write(standIns, "usr/sbin/hardware", Resource("hardware"), Executable);
        foreach (var name in StandIns)
        {
            File.CreateSymbolicLink(Path.Combine(standIns, "usr/sbin", name), "hardware");
            if (Path.Exists(Path.Combine(system, "usr/bin", name))) File.CreateSymbolicLink(Path.Combine(standIns, "usr/bin", name), "../sbin/hardware");
        }
    }

    private static void Write(string folder, string name, string text, UnixFileMode? mode = null)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, text);
        if (mode is { } wanted) File.SetUnixFileMode(path, wanted);
    }

    // The host key of all systems in memory. A node would make its own at each boot, as machines do; for hundreds that takes long.
    private static async Task MakeHostKeyAsync(LabFolder folder, string system, string standIns, CancellationToken cancellationToken)
    {
        if (!Programs.All(program => File.Exists(Path.Combine(system, "usr/bin", program)) || File.Exists(Path.Combine(system, "usr/sbin", program)))) return;
        var made = Path.Combine(system, "hostkey");
        await ProgramRun.CheckedAsync(
            "chroot", [system, "/bin/sh", "-c", "PATH=/usr/sbin:/usr/bin exec dropbearkey -t ed25519 -f /hostkey"], null, cancellationToken).ConfigureAwait(false);
        File.Move(made, Path.Combine(standIns, "etc/hostkey"));
    }

    // The disk, empty, and what /sys says of it.
    private static void AddHardware(string folder, LabNode node, long bytes)
    {
        foreach (var name in new[] { "root", "disk", "sys/block/vda/queue", "sys/block/vda/device", "sys/class", "sys/dev" })
            Directory.CreateDirectory(Path.Combine(folder, name));
        using (var disk = File.Create(Path.Combine(folder, "disk/vda.img"))) disk.SetLength(bytes);
        var disks = Path.Combine(folder, "sys/block/vda");
        Write(disks, "size", string.Create(CultureInfo.InvariantCulture, $"{bytes / 512}\n"));
        Write(disks, "serial", node.DiskSerial + "\n");
        Write(disks, "dev", "120:0\n");
        Write(disks, "uevent", "MAJOR=120\nMINOR=0\nDEVNAME=vda\nDEVTYPE=disk\n");
        foreach (var name in new[] { "ro", "removable", "queue/rotational" }) Write(disks, name, "0\n");
        foreach (var name in new[] { "logical_block_size", "physical_block_size", "hw_sector_size" }) Write(disks, "queue/" + name, "512\n");
        File.CreateSymbolicLink(Path.Combine(folder, "sys/class/vda"), "../../block/vda");
        File.CreateSymbolicLink(Path.Combine(folder, "sys/dev/120:0"), "../../block/vda");
    }

    private static async Task MakeDevicesAsync(string folder, CancellationToken cancellationToken)
    {
        foreach (var name in new[] { "pts", "shm", ".lab/node", ".lab/base", ".lab/standins", ".lab/empty" }) Directory.CreateDirectory(Path.Combine(folder, name));
        foreach (var (name, minor) in new[] { ("null", "3"), ("zero", "5"), ("full", "7"), ("random", "8"), ("urandom", "9") })
            await DeviceAsync(name, "c", "1", minor).ConfigureAwait(false);
        await DeviceAsync("tty", "c", "5", "0").ConfigureAwait(false);
        // A number that no driver has (Documentation/admin-guide/devices.txt: 120 is for local use): a disk by its looks alone.
        await DeviceAsync("vda", "b", "120", "0").ConfigureAwait(false);
        File.CreateSymbolicLink(Path.Combine(folder, "ptmx"), "pts/ptmx");
        File.CreateSymbolicLink(Path.Combine(folder, "fd"), "/proc/self/fd");

        Task DeviceAsync(string name, string kind, string major, string minor) =>
            ProgramRun.CheckedAsync("mknod", ["-m", "666", Path.Combine(folder, name), kind, major, minor], null, cancellationToken);
    }

    private static string Find(string program) => BinaryFolders.Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists)
        ?? throw new DriverUnusableException(FaultCodes.DriverMissing, $"the program '{program}' is missing; 'kadeploy lab install' installs it");

    private static string Resource(string name)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream("NodeSystem/" + name)!);
        return reader.ReadToEnd();
    }
}
