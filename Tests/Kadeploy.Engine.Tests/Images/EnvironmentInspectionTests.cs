using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Kadeploy.Engine.Drivers.Files;
using Kadeploy.Engine.Images;
using Kadeploy.Engine.Tests.Drivers.Files;
using Xunit;

namespace Kadeploy.Engine.Tests.Images;

/// <summary>What is found in images, of each kind and compression.</summary>
public sealed class EnvironmentInspectionTests : IAsyncLifetime
{
    private readonly CacheBench _bench = new();
    private FileSource _files = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _files = await _bench.OpenAsync();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Theory]
    [InlineData(ImageCompression.None)]
    [InlineData(ImageCompression.Gzip)]
    [InlineData(ImageCompression.Bzip2)]
    [InlineData(ImageCompression.Xz)]
    [InlineData(ImageCompression.Zstd)]
    public async Task Kernel_and_initial_ram_disk_are_found_behind_all_links_in_every_compression(ImageCompression compression)
    {
        var found = await InspectAsync(Linux(compression));
        Assert.All(found.Findings, static each => Assert.True(each.Verdict == BootVerdict.Yes, each.Text));
        Assert.Equal(BootVerdict.Yes, found.WouldBoot);
        Assert.Equal(new ImageFile("/vmlinuz", "/usr/boot/vmlinuz-6.12", Kernel().Length, "Linux kernel 6.12.1-test"), found.Kernel);
        Assert.Equal(("/usr/boot/initrd.img", "initial RAM disk (gzip)"), (found.Initrd!.Target, found.Initrd.What));
        Assert.Equal("Test OS 1, x86_64", found.RootFileSystem);
        Assert.Equal(CacheBench.DigestOf(await File.ReadAllBytesAsync(_bench.Folder["image"], Token)), found.Sha256);
        Assert.Equal(9, found.Entries);
    }

    [Fact]
    public async Task Concatenated_parts_are_read_to_the_end()
    {
        var environment = Linux(ImageCompression.None);
        var tar = await File.ReadAllBytesAsync(_bench.Folder["image"], Token);
        foreach (var compression in new[] { ImageCompression.Gzip, ImageCompression.Xz, ImageCompression.Bzip2, ImageCompression.Zstd })
        {
            Require(compression);
            var half = tar.Length / 2;
            await File.WriteAllBytesAsync(_bench.Folder["image"], [.. Compressed(tar[..half], compression), .. Compressed(tar[half..], compression)], Token);
            Assert.Equal(BootVerdict.Yes, (await InspectAsync(environment with { Image = environment.Image with { Compression = compression } })).WouldBoot);
        }
    }

    [Theory]
    [InlineData("/nothing", null, "kernel: /nothing is not in the image")]
    [InlineData("/loop", null, "kernel: /loop is not in the image")]
    [InlineData("/../../etc/os-release", null, "is no kernel")]
    [InlineData("/vmlinuz", "/nothing", "initrd: /nothing is not in the image")]
    [InlineData("/vmlinuz", "/etc/os-release", "is no initial RAM disk")]
    public async Task What_a_node_would_not_boot_is_told(string kernel, string? initrd, string expected)
    {
        var environment = Linux(ImageCompression.Gzip);
        var found = await InspectAsync(environment with { Boot = new() { Kernel = kernel, Initrd = initrd } });
        Assert.Equal(BootVerdict.No, found.WouldBoot);
        Assert.Contains(found.Findings, each => each.Verdict == BootVerdict.No && $"{each.Subject}: {each.Text}".Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Programs_for_another_processor_are_noticed()
    {
        var found = await InspectAsync(Linux(ImageCompression.None) with { Architecture = "aarch64" });
        Assert.Contains(found.Findings, static each => each.Text == "its programs are for x86_64, and the description says aarch64");
        Assert.Contains(found.Findings, static each => each.Subject == "kernel" && each.Verdict == BootVerdict.No);
    }

    [Theory]
    [InlineData(ImageCompression.Gzip)]
    [InlineData(ImageCompression.Xz)]
    [InlineData(ImageCompression.Zstd)]
    [InlineData(ImageCompression.Bzip2)]
    public async Task An_image_that_is_cut_off_or_something_else_is_no_image(ImageCompression compression)
    {
        var environment = Linux(compression);
        var whole = await File.ReadAllBytesAsync(_bench.Folder["image"], Token);
        foreach (var bytes in new[] { whole[..(whole.Length / 2)], Encoding.ASCII.GetBytes("no image at all"), [] })
        {
            await File.WriteAllBytesAsync(_bench.Folder["image"], bytes, Token);
            var found = await InspectAsync(environment);
            Assert.Equal(BootVerdict.No, found.WouldBoot);
            Assert.Contains(found.Findings, static each => each.Subject == "image" && each.Text.StartsWith("it cannot be read as tar", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_missing_or_changed_file_is_a_finding()
    {
        var environment = Linux(ImageCompression.None);
        var changed = await InspectAsync(environment with { Image = environment.Image with { Sha256 = new('0', 64) } });
        Assert.Equal((BootVerdict.No, null), (changed.WouldBoot, changed.Sha256));
        var missing = await InspectAsync(environment with { Postinstalls = [new(new("file:///nothing"), ImageCompression.Gzip, "x")] });
        Assert.Contains(missing.Findings, static each => each is { Subject: "post-install", Verdict: BootVerdict.No });
    }

    [Fact]
    public async Task The_script_of_an_archive_has_to_be_in_it()
    {
        WriteTar("post.tgz", ImageCompression.Gzip, static tar => File_(tar, "go.sh", "#!/bin/sh"));
        var archive = new InstallScript(new(_bench.Folder["post.tgz"]), ImageCompression.Gzip, "go.sh with arguments");
        Assert.Equal(BootVerdict.Yes, (await InspectAsync(Linux(ImageCompression.None) with { Postinstalls = [archive] })).WouldBoot);
        var found = await InspectAsync(Linux(ImageCompression.None) with { Postinstalls = [archive with { Script = "other.sh" }] });
        Assert.Contains(found.Findings, static each => each.Text == "the script 'other.sh' is not in it");
        found = await InspectAsync(Linux(ImageCompression.None) with { Postinstalls = [archive with { Compression = ImageCompression.None }] });
        Assert.Contains(found.Findings, static each => each is { Subject: "post-install", Verdict: BootVerdict.No });
    }

    [Theory]
    [InlineData("ext4", "-t ext4")]
    [InlineData("ext2", "-t ext2")]
    public async Task A_file_system_is_told_by_its_signature(string type, string options)
    {
        Assert.SkipWhen(!File.Exists("/usr/sbin/mke2fs") && !File.Exists("/sbin/mke2fs"), "mke2fs is not installed");
        await File.WriteAllBytesAsync(_bench.Folder["image"], new byte[8 << 20], Token);
        using (var made = Process.Start("/sbin/mke2fs", ["-q", "-F", .. options.Split(' '), _bench.Folder["image"]])) await made.WaitForExitAsync(Token);
        var found = await InspectAsync(Disk() with { FileSystem = type });
        Assert.Equal((type, BootVerdict.Unknown, 8L << 20), (found.RootFileSystem, found.WouldBoot, found.UnpackedLength));
        Assert.Equal(BootVerdict.No, (await InspectAsync(Disk() with { FileSystem = "xfs" })).WouldBoot);
    }

    [Fact]
    public async Task Partition_tables_are_read_with_what_is_on_the_partitions()
    {
        var disk = new byte[8 << 20];
        disk[510] = 0x55;
        disk[511] = 0xAA;
        disk[0] = 0xEB; // a boot loader
        Entry(0, 0x80, 0x83, 2048, 2048);
        Entry(1, 0, 0x82, 4096, 2048);
        "XFSB"u8.CopyTo(disk.AsSpan(2048 * 512));
        "SWAPSPACE2"u8.CopyTo(disk.AsSpan((4096 * 512) + 4086));
        await File.WriteAllBytesAsync(_bench.Folder["image"], Compressed(disk, ImageCompression.Gzip), Token);
        var found = await InspectAsync(Disk(ImageCompression.Gzip));
        Assert.Equal(("MBR: 1 Linux (xfs), 2 swap (swap)", BootVerdict.Yes, 8L << 20), (found.RootFileSystem, found.WouldBoot, found.UnpackedLength));
        disk[0] = 0;
        await File.WriteAllBytesAsync(_bench.Folder["image"], disk, Token);
        Assert.Equal(BootVerdict.No, (await InspectAsync(Disk())).WouldBoot);

        void Entry(int index, byte active, byte type, int start, int count)
        {
            var entry = disk.AsSpan(446 + (16 * index));
            (entry[0], entry[4]) = (active, type);
            BitConverter.TryWriteBytes(entry[8..], start);
            BitConverter.TryWriteBytes(entry[12..], count);
        }
    }

    [Fact]
    public async Task A_guid_partition_table_is_read()
    {
        var disk = new byte[8 << 20];
        disk[510] = 0x55;
        disk[511] = 0xAA;
        disk[450] = 0xEE;
        "EFI PART"u8.CopyTo(disk.AsSpan(512));
        BitConverter.TryWriteBytes(disk.AsSpan(512 + 72), 2L);
        BitConverter.TryWriteBytes(disk.AsSpan(512 + 80), 4);
        BitConverter.TryWriteBytes(disk.AsSpan(512 + 84), 128);
        Entry(0, "C12A7328-F81F-11D2-BA4B-00A0C93EC93B", 2048, 4095);
        Entry(1, "0FC63DAF-8483-4772-8E79-3D69D8477DE4", 4096, 8191);
        "FAT32"u8.CopyTo(disk.AsSpan((2048 * 512) + 0x52));
        "_BHRfS_M"u8.CopyTo(disk.AsSpan((4096 * 512) + 0x10040));
        await File.WriteAllBytesAsync(_bench.Folder["image"], disk, Token);
        var found = await InspectAsync(Disk());
        Assert.Equal(("GPT: 1 EFI system (vfat), 2 Linux (btrfs)", BootVerdict.Yes), (found.RootFileSystem, found.WouldBoot));

        void Entry(int index, string type, long first, long last)
        {
            var entry = disk.AsSpan(1024 + (128 * index));
            Guid.Parse(type).TryWriteBytes(entry);
            BitConverter.TryWriteBytes(entry[32..], first);
            BitConverter.TryWriteBytes(entry[40..], last);
        }
    }

    [Fact]
    public async Task Garbled_disks_and_archives_never_cause_more_than_a_finding()
    {
        var random = new Random(7);
        var environment = Linux(ImageCompression.None);
        var tar = await File.ReadAllBytesAsync(_bench.Folder["image"], Token);
        for (var i = 0; i < 60; i++)
        {
            var bytes = i % 2 == 0 ? (byte[])tar.Clone() : new byte[random.Next(0, 200_000)];
            for (var n = 0; n < 40 && bytes.Length > 0; n++) bytes[random.Next(Math.Min(bytes.Length, 1 << random.Next(1, 20)))] = (byte)random.Next(256);
            if (i % 2 == 1 && bytes.Length > 1024)
            {
                bytes[510] = 0x55;
                bytes[511] = 0xAA;
                "EFI PART"u8.CopyTo(bytes.AsSpan(512));
            }

            await File.WriteAllBytesAsync(_bench.Folder["image"], bytes, Token);
            Assert.NotEmpty((await InspectAsync(i % 2 == 0 ? environment : Disk())).Findings);
        }
    }

    private static byte[] Kernel()
    {
        var bytes = new byte[40_000];
        "HdrS"u8.CopyTo(bytes.AsSpan(0x202));
        BitConverter.TryWriteBytes(bytes.AsSpan(0x206), (ushort)0x20F);
        bytes[0x236] = 1;
        BitConverter.TryWriteBytes(bytes.AsSpan(0x20E), (ushort)0x300);
        Encoding.ASCII.GetBytes("6.12.1-test (me@here) #1\0").CopyTo(bytes, 0x500);
        return bytes;
    }

    private static byte[] Program()
    {
        var bytes = new byte[64];
        "\x7FELF"u8.CopyTo(bytes);
        (bytes[4], bytes[5], bytes[18]) = (2, 1, 62);
        return bytes;
    }

    private KaEnvironment Linux(ImageCompression compression)
    {
        Require(compression);
        WriteTar("image", compression, static tar =>
        {
            tar.WriteEntry(new PaxTarEntry(TarEntryType.Directory, "./"));
            Link(tar, "./boot", "usr/boot");
            Link(tar, "./vmlinuz", "boot/vmlinuz");
            Link(tar, "./usr/boot/vmlinuz", "vmlinuz-6.12");
            Link(tar, "./loop", "loop");
            Entry(tar, "./usr/boot/vmlinuz-6.12", Kernel());
            Entry(tar, "./usr/boot/initrd.img", [0x1F, 0x8B, 8, 0]);
            File_(tar, "./etc/os-release", "NAME=Test\nPRETTY_NAME=\"Test OS 1\"\n");
            Entry(tar, "./sbin/init", Program());
        });
        return new()
        {
            Name = "a", User = "root", FileSystem = "ext4", Image = new(new(_bench.Folder["image"]), ImageKind.Tar, compression), Boot = new() { Kernel = "/vmlinuz", Initrd = "/boot/initrd.img" },
        };
    }

    private KaEnvironment Disk(ImageCompression compression = ImageCompression.None) => new()
    {
        Name = "d", User = "root", Image = new(new(_bench.Folder["image"]), ImageKind.Dd, compression),
    };

    private async Task<EnvironmentVerification> InspectAsync(KaEnvironment environment)
    {
        using var scope = _files.Open("root", [.. Engine.Environments.EnvironmentDigests.Wishes(environment, _files.Limits)]);
        return await new EnvironmentInspection(scope, environment, null).RunAsync(Token);
    }

    private void WriteTar(string name, ImageCompression compression, Action<TarWriter> write)
    {
        using var memory = new MemoryStream();
        using (var tar = new TarWriter(memory, leaveOpen: true)) write(tar);
        File.WriteAllBytes(_bench.Folder[name], Compressed(memory.ToArray(), compression));
    }

    private static void File_(TarWriter tar, string name, string text) => Entry(tar, name, Encoding.UTF8.GetBytes(text));

    private static void Entry(TarWriter tar, string name, byte[] bytes) => tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(bytes) });

    private static void Link(TarWriter tar, string name, string target) => tar.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, name) { LinkName = target });

    private static string? Program(ImageCompression compression) => compression switch { ImageCompression.Bzip2 => "bzip2", ImageCompression.Xz => "xz", ImageCompression.Zstd => "zstd", _ => null };

    private static void Require(ImageCompression compression) => Assert.SkipWhen(
        Program(compression) is { } program && Engine.Drivers.Processes.ProgramPath.Find(program) is null, $"{Program(compression)} is not installed");

    private static byte[] Compressed(byte[] bytes, ImageCompression compression)
    {
        using var memory = new MemoryStream();
        if (compression == ImageCompression.None) return bytes;
        if (Program(compression) is not { } program)
        {
            using (var gzip = new GZipStream(memory, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(bytes);
            return memory.ToArray();
        }

        using var process = Process.Start(new ProcessStartInfo(program, "-c") { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var reading = process.StandardOutput.BaseStream.CopyToAsync(memory);
        using (var input = process.StandardInput.BaseStream) input.Write(bytes);
        reading.GetAwaiter().GetResult();
        process.WaitForExit();
        return memory.ToArray();
    }
}
