using System.IO.Compression;
using Kadeploy.Miniroot.Programs;
using Kadeploy.Miniroot.Tools;
using Kadeploy.Miniroot.Trees;

namespace Kadeploy.Miniroot.Sample;

/// <summary>A small system image with its description, for demonstrations and tests.</summary>
/// <param name="Image">The path of the archive.</param>
/// <param name="Description">The path of the environment's description.</param>
/// <param name="ImageBytes">The archive's size.</param>
/// <param name="Sha256">The archive's SHA-256 in lower-case hexadecimal digits.</param>
/// <param name="KernelVersion">The version of the kernel inside.</param>
public sealed record SampleImages(string Image, string Description, long ImageBytes, string Sha256, string KernelVersion);

/// <summary>What a sample system is for.</summary>
public enum SampleKind
{
    /// <summary>Machines: with a kernel for virtual ones.</summary>
    Machine,

    /// <summary>Nodes of a lab that are namespaces: without a kernel, so that hundreds can be deployed on one machine.</summary>
    Namespace,
}

/// <summary>Builds the system "tiny": busybox, ssh, a kernel for virtual machines; it boots in seconds from any ext4 partition.</summary>
/// <remarks>No key is inside: whoever deploys it puts /root/.ssh/authorized_keys there. Its host key is made at its first start.</remarks>
public static class SampleEnvironment
{
    // What its own initramfs loads, in order, to see a disk.
    private static readonly string[] DiskModules = ["virtio_pci", "virtio_blk"];

    private static readonly string[] SmallPrograms = ["usr/bin/busybox", "usr/sbin/dropbear", "usr/bin/dropbearkey"];

    // Those that have full-size programs elsewhere.
    private static readonly string[] SmallApplets = ["mount", "umount", "tar", "gzip", "findfs", "awk", "sed"];

    /// <summary>Builds <c>tiny</c> and its description.</summary>
    /// <param name="options">Where to and from which cache; profile and kernel are the smallest, overlays are not used.</param>
    /// <param name="gzip">Whether the archive is compressed by gzip; otherwise by zstd.</param>
    /// <param name="say">Is told what takes time.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>What was built.</returns>
    /// <exception cref="ConfigurationException">Something on this machine is missing.</exception>
    /// <exception cref="MinirootBuildException">A tool failed.</exception>
    public static Task<SampleImages> BuildAsync(MinirootOptions options, bool gzip, Action<string> say, CancellationToken cancellationToken) =>
        BuildAsync(options, SampleKind.Machine, gzip, say, cancellationToken);

    /// <summary>Builds the image and its description.</summary>
    /// <param name="options">Where to and from which cache; profile and kernel are the smallest, overlays are not used.</param>
    /// <param name="kind">For what it is: <c>tiny</c> for machines, <c>small</c> for namespaces.</param>
    /// <param name="gzip">Whether the archive is compressed by gzip; otherwise by zstd.</param>
    /// <param name="say">Is told what takes time.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>What was built.</returns>
    /// <exception cref="ConfigurationException">Something on this machine is missing.</exception>
    /// <exception cref="MinirootBuildException">A tool failed.</exception>
    public static async Task<SampleImages> BuildAsync(
        MinirootOptions options, SampleKind kind, bool gzip, Action<string> say, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(say);
        Requirements.Check();
        var small = options with { Profile = MinirootProfile.Min, Kernel = MinirootKernel.Cloud, Overlays = [] };
        using var built = await MinirootBuilder.AssembleAsync(small, say, cancellationToken).ConfigureAwait(false);
        var (name, content) = kind == SampleKind.Namespace ? ("small", Small(built)) : ("tiny", built.Image);
        if (kind == SampleKind.Machine) await CompleteAsync(built, cancellationToken).ConfigureAwait(false);
        say("writing the system image");
        var image = Path.GetFullPath(Path.Combine(options.OutputDirectory, name + (gzip ? ".tar.gz" : ".tar.zst")));
        var (bytes, digest) = await ImageFile.WriteAsync(image, file => gzip
            ? Task.Run(() => Gzip(content, file), cancellationToken)
            : ImageFile.CompressAsync(pipe => TarImage.Write(content, pipe), file, cancellationToken)).ConfigureAwait(false);
        var description = Path.GetFullPath(Path.Combine(options.OutputDirectory, name + ".yaml"));
        await File.WriteAllTextAsync(description, Describe(name, image, gzip ? "gzip" : "zstd"), cancellationToken).ConfigureAwait(false);
        return new(image, description, bytes, digest, built.KernelVersion);
    }

    /// <summary>Writes the description of the environment.</summary>
    /// <param name="name">The environment's name.</param>
    /// <param name="image">The archive's absolute path.</param>
    /// <param name="compression">The name of its compression.</param>
    /// <returns>YAML.</returns>
    internal static string Describe(string name, string image, string compression) => $"""
        # {(name == "tiny" ? "A small test system: busybox, dropbear, a kernel for virtual machines." : "A small test system for nodes without a kernel of their own: busybox and dropbear.")}
        name: {name}
        version: 1
        description: a small test system
        visibility: private
        os: linux
        image:
          file: 'server://{image.Replace("'", "''", StringComparison.Ordinal)}'
          kind: tar
          compression: {compression}
        boot:
          kernel: /vmlinuz
          initrd: /initrd.img
          kernel_params: console=tty0 console=ttyS0,115200 quiet
        filesystem: ext4
        partition_type: 131

        """.ReplaceLineEndings("\n");

    // Files that pass for a kernel and its memory image where nothing would run them: the magic is that of a bzImage (Linux, Documentation/arch/x86/boot.rst).
    private static ImageTree Small(Assembled built)
    {
        var image = new ImageTree();
        foreach (var (path, entry) in built.Image.Entries)
            if (entry is DirectoryEntry && !path.StartsWith("usr/lib/", StringComparison.Ordinal) || entry is LinkEntry { Target: "busybox" or "../bin/busybox" }
                || SmallPrograms.Contains(path, StringComparer.Ordinal) || (entry is LinkEntry && !path.Contains('/', StringComparison.Ordinal)))
                image.Add(path, entry);
        foreach (var applet in SmallApplets) image.AddLink("usr/bin/" + applet, "busybox");
        new LibraryClosure(built.Stage).Complete(image);
        EmbeddedFiles.AddTo(image, "small/");
        var kernel = new byte[4096];
        "MZ"u8.CopyTo(kernel);
        "HdrS"u8.CopyTo(kernel.AsSpan(0x202));
        image.Add("boot/vmlinuz", new FileEntry(Permissions.Data, FileContent.Of(kernel)));
        image.AddText("boot/initrd.img", "nothing runs this\n");
        image.AddLink("vmlinuz", "boot/vmlinuz");
        image.AddLink("initrd.img", "boot/initrd.img");
        return image;
    }

    private static async Task CompleteAsync(Assembled built, CancellationToken cancellationToken)
    {
        var image = built.Image;
        EmbeddedFiles.AddTo(image, "");
        image.Remove("init");
        image.Remove("etc/rc.agent");
        // Devices come from the kernel; the folder is for its mount.
        image.Remove("dev/console");
        image.Remove("dev/null");
        EmbeddedFiles.AddTo(image, "tiny/");
        using var initrd = new MemoryStream();
        var tree = await InitrdAsync(built, cancellationToken).ConfigureAwait(false);
        await ImageFile.CompressAsync(pipe => CpioWriter.Write(tree, pipe), initrd, cancellationToken).ConfigureAwait(false);
        image.AddFile("boot/vmlinuz", built.Kernel, Permissions.Data);
        image.Add("boot/initrd.img", new FileEntry(Permissions.Data, FileContent.Of(initrd.ToArray())));
        image.AddLink("vmlinuz", "boot/vmlinuz");
        image.AddLink("initrd.img", "boot/initrd.img");
    }

    private static async Task<ImageTree> InitrdAsync(Assembled built, CancellationToken cancellationToken)
    {
        var tree = new ImageTree();
        foreach (var folder in new[] { "dev", "new", "proc", "sys", "usr/bin", "usr/lib", "usr/lib64" }) tree.AddFolder(folder);
        foreach (var name in new[] { "bin", "lib", "lib64" }) tree.AddLink(name, "usr/" + name);
        tree.Add("dev/console", new DeviceEntry(Permissions.Secret, 5, 1));
        tree.AddFile("usr/bin/busybox", built.Stage.OnDisk(built.Stage.Resolve("usr/bin/busybox")!), Permissions.Program);
        new LibraryClosure(built.Stage).Complete(tree);
        EmbeddedFiles.AddTo(tree, "tiny-initrd/");
        var index = await built.Modules.IndexAsync(cancellationToken).ConfigureAwait(false);
        var order = DiskModules.SelectMany(index.LoadOrder).Distinct(StringComparer.Ordinal).ToArray();
        foreach (var module in order) tree.AddFile("usr/lib/" + Path.GetFileName(module), built.Modules.OnDisk(module), Permissions.Data);
        tree.AddText("modules", string.Concat(order.Select(static module => Path.GetFileName(module) + "\n")));
        return tree;
    }

    private static void Gzip(ImageTree image, Stream file)
    {
        using var compressed = new GZipStream(file, CompressionLevel.Optimal, leaveOpen: true);
        TarImage.Write(image, compressed);
    }
}
