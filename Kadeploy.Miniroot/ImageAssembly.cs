using Kadeploy.Miniroot.Modules;
using Kadeploy.Miniroot.Packages;
using Kadeploy.Miniroot.Programs;
using Kadeploy.Miniroot.Trees;

namespace Kadeploy.Miniroot;

/// <summary>Puts the files of an image together from unpacked packages.</summary>
/// <param name="stage">The packages.</param>
/// <param name="contents">What is wanted.</param>
internal sealed class ImageAssembly(StagedTree stage, ProfileContents contents)
{
    // Libraries that no program here is bound to: threads ended from outside load the first by name; the others are for the agent, which comes later.
    private static readonly string[] LoadedByName = ["libgcc_s.so.1", "libm.so.6", "libssl.so.3", "libcrypto.so.3"];

    private static readonly string[] Folders =
        ["dev", "etc/dropbear", "mnt", "proc", "run", "sys", "usr/bin", "usr/lib", "usr/lib64", "usr/sbin", "var/log", "var/run"];

    private readonly List<string> _missing = [];

    /// <summary>Gets what was wanted and is in none of the packages.</summary>
    public IReadOnlyList<string> Missing => _missing;

    /// <summary>Makes the tree of everything but this project's own files.</summary>
    /// <param name="kernel">The kernel whose modules go in.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The tree.</returns>
    public async Task<ImageTree> AssembleAsync(KernelModules kernel, CancellationToken cancellationToken)
    {
        var image = Skeleton();
        var busybox = await new StagedPrograms(stage).RunAsync("usr/bin/busybox", "busybox", ["--list"], cancellationToken).ConfigureAwait(false);
        foreach (var program in contents.Programs) AddProgram(image, program);
        AddFile(image, "usr/lib/openssh/sftp-server");
        foreach (var path in contents.Files) AddFile(image, path);
        foreach (var name in new[] { "mkfs.ext2", "mkfs.ext3", "mkfs.ext4" }) image.AddLink("usr/sbin/" + name, "mke2fs");
        image.AddLink("usr/bin/lsmod", "kmod");
        foreach (var name in new[] { "modprobe", "insmod", "rmmod", "depmod", "modinfo" }) image.AddLink("usr/sbin/" + name, "../bin/kmod");
        AddLibraries(image);

        // Busybox gives everything that has no full-size program.
        foreach (var applet in busybox.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            if (!image.Contains("usr/bin/" + applet) && !image.Contains("usr/sbin/" + applet)) image.AddLink("usr/bin/" + applet, "busybox");
        image.AddLink("usr/sbin/init", "../bin/busybox");

        var index = await kernel.IndexAsync(cancellationToken).ConfigureAwait(false);
        await kernel.AddAsync(image, index.Closure(contents.Modules, _missing), cancellationToken).ConfigureAwait(false);
        return image;
    }

    private static ImageTree Skeleton()
    {
        var image = new ImageTree();
        foreach (var folder in Folders) image.AddFolder(folder);
        foreach (var folder in new[] { "root", "root/.ssh" }) image.AddFolder(folder, Permissions.Private);
        foreach (var folder in new[] { "tmp", "var/tmp" }) image.AddFolder(folder, Permissions.Sticky);
        foreach (var name in new[] { "bin", "lib", "lib64", "sbin" }) image.AddLink(name, "usr/" + name);
        image.AddLink("etc/mtab", "../proc/self/mounts");
        // The kernel opens it for the first process, before anything is mounted.
        image.Add("dev/console", new DeviceEntry(Permissions.Secret, 5, 1));
        image.Add("dev/null", new DeviceEntry((UnixFileMode)0x1B6, 1, 3)); // 0666
        return image;
    }

    private void AddProgram(ImageTree image, string name)
    {
        if (new[] { "usr/bin/" + name, "usr/sbin/" + name }.FirstOrDefault(path => stage.Resolve(path) is not null) is not { } path) _missing.Add("program " + name);
        else image.AddFile(path, stage.OnDisk(stage.Resolve(path)!), Permissions.Program);
    }

    private void AddFile(ImageTree image, string path)
    {
        if (stage.Resolve(path) is not { } real)
        {
            _missing.Add("file " + path);
            return;
        }

        var files = Directory.Exists(stage.OnDisk(real)) ? stage.FilesBelow(real) : [real];
        foreach (var file in files)
            if (stage.Resolve(file) is { } source)
                image.AddFile(path + file[real.Length..], stage.OnDisk(source), Executable(stage.OnDisk(source)) ? Permissions.Program : Permissions.Data);
    }

    private void AddLibraries(ImageTree image)
    {
        var closure = new LibraryClosure(stage);
        foreach (var library in LoadedByName)
        {
            if (closure.Find(library, []) is { } path) image.AddFile(path, stage.OnDisk(stage.Resolve(path)!), Permissions.Program);
            else _missing.Add("library " + library);
        }

        closure.Complete(image);
    }

    private static bool Executable(string file) => (File.GetUnixFileMode(file) & UnixFileMode.UserExecute) != 0;
}
