using System.Security.Cryptography;
using Kadeploy.Miniroot.Overlays;
using Kadeploy.Miniroot.Sample;
using Kadeploy.Miniroot.Tools;
using Kadeploy.Miniroot.Trees;
using Xunit;

namespace Kadeploy.Miniroot.Tests.Building;

/// <summary>Builds from the real packages of this machine's apt sources. One class, because builds hold the cache.</summary>
public class RealBuildTests(RealBuild real)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_second_build_gives_the_same_bytes()
    {
        var first = await real.ImagesAsync();
        using var scratch = new Scratch();
        var second = await MinirootBuilder.BuildAsync(real.Options with { OutputDirectory = scratch.Root }, static _ => { }, Token);
        Assert.Equal(first.Sha256, second.Sha256);
        Assert.Equal(await File.ReadAllBytesAsync(first.Initrd, Token), await File.ReadAllBytesAsync(second.Initrd, Token));
        Assert.Equal(first.Sha256, Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(second.Initrd, Token))));
        Assert.Equal(await File.ReadAllBytesAsync(first.Kernel, Token), await File.ReadAllBytesAsync(second.Kernel, Token));
    }

    [Fact]
    public async Task The_same_tree_compressed_again_gives_the_same_bytes()
    {
        Scratch.Need("zstd", "zstd");
        using var scratch = new Scratch();
        var tree = new ImageTree();
        for (var i = 0; i < 3000; i++) tree.AddText($"f{i}", string.Concat(Enumerable.Range(i, 500)));
        using var first = new MemoryStream();
        using var second = new MemoryStream();
        await ImageFile.CompressOnceAsync(tree, scratch["one"], first, Token);
        await ImageFile.CompressOnceAsync(tree, scratch["two"], second, Token); // another cache: nothing is taken from the first
        Assert.Equal(first.ToArray(), second.ToArray());
        using var third = new MemoryStream();
        await ImageFile.CompressOnceAsync(tree, scratch["two"], third, Token);
        Assert.Equal(first.ToArray(), third.ToArray());
        Assert.Single(Directory.GetFiles(scratch["two/images"]));
    }

    [Fact]
    public async Task The_image_is_whole_and_small()
    {
        var built = await real.ImagesAsync();
        Assert.Empty(built.Missing);
        Assert.Equal(0, built.InitrdBytes % 4096);
        Assert.InRange(built.InitrdBytes, 1, 10_000_000);
        Assert.Contains(built.Packages, static file => file.StartsWith("busybox_", StringComparison.Ordinal));
        var listed = (await ListAsync(built.Initrd)).Split('\n');
        foreach (var path in new[] { "init", "usr/sbin/dropbear", "usr/bin/tar", "usr/sbin/kexec", "usr/bin/udhcpc", "dev/console", "etc/rc.agent", $"usr/lib/modules/{built.KernelVersion}/modules.dep.bin" })
            Assert.Contains(path, listed);
    }

    [Fact]
    public async Task Overlays_follow_the_base_image_at_a_whole_page()
    {
        var plain = await real.ImagesAsync();
        using var scratch = new Scratch();
        var overlay = scratch["overlay"];
        OverlayImage.WriteFile([OverlayImage.Agent(scratch.Write("agent", "x"))], overlay);
        var built = await MinirootBuilder.BuildAsync(real.Options with { OutputDirectory = scratch["out"], Overlays = [overlay] }, static _ => { }, Token);
        var (first, second) = (await File.ReadAllBytesAsync(plain.Initrd, Token), await File.ReadAllBytesAsync(overlay, Token));
        var both = await File.ReadAllBytesAsync(built.Initrd, Token);
        Assert.Equal(first, both[..first.Length]);
        Assert.Equal(second, both[first.Length..]);
    }

    [Fact]
    public async Task The_sample_system_has_kernel_and_initrd_where_its_description_says()
    {
        await real.ImagesAsync();
        Scratch.Need("tar", "tar");
        using var scratch = new Scratch();
        var built = await SampleEnvironment.BuildAsync(real.Options with { OutputDirectory = scratch.Root }, gzip: true, static _ => { }, Token);
        var listed = (await Tool.RunAsync("tar", ["-tzf", built.Image], Token)).Split('\n');
        foreach (var path in new[] { "./vmlinuz", "./initrd.img", "./boot/vmlinuz", "./boot/initrd.img", "./usr/sbin/init", "./etc/rc.boot" }) Assert.Contains(path, listed);
        Assert.DoesNotContain("./init", listed);
        Assert.DoesNotContain("./root/.ssh/authorized_keys", listed);
        var description = await File.ReadAllTextAsync(built.Description, Token);
        Assert.Contains($"file: 'server://{built.Image}'\n  kind: tar\n  compression: gzip\n", description, StringComparison.Ordinal);
        Assert.Contains("kernel: /vmlinuz\n  initrd: /initrd.img\n", description, StringComparison.Ordinal);
    }

    private static async Task<string> ListAsync(string initrd)
    {
        Scratch.Need("cpio", "cpio");
        var bytes = Array.Empty<byte>();
        try
        {
            await Tool.RunAsync("zstd", ["-dcq", initrd], null, output => bytes = ReadAll(output), Token);
        }
        catch (MinirootBuildException)
        {
            // zstd does not expect the zeros that follow; cpio notices when something is missing.
        }

        var listed = "";
        await Tool.RunAsync("cpio", ["-it", "--quiet"], input => input.Write(bytes), output => listed = new StreamReader(output).ReadToEnd(), Token);
        return listed;
    }

    private static byte[] ReadAll(Stream output)
    {
        using var memory = new MemoryStream();
        output.CopyTo(memory);
        return memory.ToArray();
    }
}
