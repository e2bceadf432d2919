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

    private static readonly string[] Programs = ["dropbear", "dropbearkey"];

    private static readonly string[] BinaryFolders = ["/usr/bin", "/usr/sbin", "/bin", "/sbin"];

    /// <summary>Makes the tree.</summary>
    /// <param name="folder">The lab's files; a file system in memory is mounted there.</param>
    /// <param name="nodes">How many nodes it must hold.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>A task.</returns>
    public static async Task MakeAsync(LabFolder folder, int nodes, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder.Memory);
        // Not the disk: an overlay's upper layer may not lie on another overlay, as which containers show their disk.
        await ProgramRun.CheckedAsync(
            "mount", ["-t", "tmpfs", "-o", $"mode=755,size={256 + (nodes * 64)}m", "tmpfs", folder.Memory], null, cancellationToken).ConfigureAwait(false);
        var system = Path.Combine(folder.Memory, "base");
        foreach (var name in new[] { "usr/bin", "usr/sbin", "usr/lib", "usr/lib64", "etc", "dev/pts", "root/.ssh", "proc", "sys", "run", "tmp", "var/log", "mnt" })
            Directory.CreateDirectory(Path.Combine(system, name));
        foreach (var name in new[] { "bin", "sbin", "lib", "lib64" })
        {
            File.CreateSymbolicLink(Path.Combine(system, name), "usr/" + name);
            File.CreateSymbolicLink(Path.Combine(folder.Memory, name), "base/usr/" + name);
        }

        File.CreateSymbolicLink(Path.Combine(folder.Memory, "usr"), "base/usr");
        await CopyProgramsAsync(system, cancellationToken).ConfigureAwait(false);
        Configure(system, File.ReadAllText(folder.SshKey + ".pub"));
        await MakeDevicesAsync(Path.Combine(system, "dev"), cancellationToken).ConfigureAwait(false);
        // The firmware runs above the system.
        File.CreateSymbolicLink(Path.Combine(folder.Memory, "dev"), "base/dev");
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

    private static void Configure(string system, string publicKey)
    {
        Write("firmware", Resource("firmware"), Executable);
        Write("etc/lease", Resource("lease"), Executable);
        Write("etc/start", Resource("start"), Executable);
        Write("etc/inittab", Resource("inittab"));
        Write("etc/passwd", "root:x:0:0:root:/root:/bin/sh\n");
        Write("etc/group", "root:x:0:\ntty:x:5:\n");
        Write("etc/shells", "/bin/sh\n");
        Write("etc/shadow", "root:*:19000:0:99999:7:::\n", Private);
        Write("root/.ssh/authorized_keys", publicKey, Private);
        foreach (var folder in new[] { "root", "root/.ssh" }) // ssh refuses keys that others could change
            File.SetUnixFileMode(Path.Combine(system, folder), Private | UnixFileMode.UserExecute);

        void Write(string name, string text, UnixFileMode? mode = null)
        {
            var path = Path.Combine(system, name);
            File.WriteAllText(path, text);
            if (mode is { } wanted) File.SetUnixFileMode(path, wanted);
        }
    }

    private static async Task MakeDevicesAsync(string folder, CancellationToken cancellationToken)
    {
        foreach (var (name, minor) in new[] { ("null", "3"), ("zero", "5"), ("full", "7"), ("random", "8"), ("urandom", "9") })
            await DeviceAsync(name, "1", minor).ConfigureAwait(false);
        await DeviceAsync("tty", "5", "0").ConfigureAwait(false);
        File.CreateSymbolicLink(Path.Combine(folder, "ptmx"), "pts/ptmx");
        File.CreateSymbolicLink(Path.Combine(folder, "fd"), "/proc/self/fd");

        Task DeviceAsync(string name, string major, string minor) =>
            ProgramRun.CheckedAsync("mknod", ["-m", "666", Path.Combine(folder, name), "c", major, minor], null, cancellationToken);
    }

    private static string Find(string program) => BinaryFolders.Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists)
        ?? throw new DriverUnusableException(FaultCodes.DriverMissing, $"the program '{program}' is missing; 'kadeploy lab install' installs it");

    private static string Resource(string name)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream("NodeSystem/" + name)!);
        return reader.ReadToEnd();
    }
}
