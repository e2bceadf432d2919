using System.Net;
using Kadeploy.Engine.Drivers.Files;
using Kadeploy.Engine.Drivers.NetBoot;
using Kadeploy.Engine.Drivers.Processes;
using Kadeploy.Engine.Tests.Drivers.Fake;
using Kadeploy.Engine.Tests.Drivers.Files;
using Kadeploy.Engine.Tests.Drivers.Processes;
using Xunit;

namespace Kadeploy.Engine.Tests.Drivers.NetBoot;

/// <summary>A real image, the real tar.</summary>
public sealed class DeployedKernelBootTests : IDisposable
{
    private static readonly AttemptId Attempt = SamplePlan.Default(1).Attempt("sim-1", MacroStep.BootNewEnv, "SwitchPxe");

    private static readonly Node Node = new() { Name = NodeName.Parse("a-1"), Cluster = "a", Address = IPAddress.Parse("10.77.1.254") };

    private readonly ScratchFolder _folder = new();
    private readonly IFileScope _files;

    public DeployedKernelBootTests()
    {
        if (OperatingSystem.IsWindows() || ProgramPath.Find("tar") is null) Assert.Skip("the program tar is not installed");
        _files = LocalFiles.In(_folder["state"]);
        Directory.CreateDirectory(_folder["tftp/pxelinux.cfg"]);
        Directory.CreateDirectory(_folder["root/boot"]);
        _folder.Write("root/boot/vmlinuz-6.1", "a kernel");
        _folder.Write("root/boot/initrd.img", "a RAM disk");
        File.CreateSymbolicLink(_folder["root/vmlinuz"], "boot/vmlinuz-6.1");
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _files?.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(".")]
    [InlineData("boot vmlinuz")]
    public async Task The_deployed_kernel_comes_from_the_image_through_links(string members)
    {
        await BootAsync(members, "/vmlinuz");
        var profile = await File.ReadAllTextAsync(_folder["tftp/pxelinux.cfg/0A4D01FE"], Token);
        var folder = Assert.Single(Directory.GetDirectories(_folder["tftp/kadeploy"]));
        var name = $"/kadeploy/{Path.GetFileName(folder)}";
        Assert.Contains($"KERNEL {name}/vmlinuz\n\tAPPEND initrd={name}/boot-initrd.img root=/dev/vda3 console=ttyS0 quiet\n", profile, StringComparison.Ordinal);
        Assert.Equal("a kernel", await File.ReadAllTextAsync(Path.Join(folder, "vmlinuz"), Token));
        Assert.Equal("a RAM disk", await File.ReadAllTextAsync(Path.Join(folder, "boot-initrd.img"), Token));
        Assert.Equal(["boot-initrd.img", "nodes", "vmlinuz"], Directory.GetFileSystemEntries(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_image_without_the_kernel_is_told_and_leaves_nothing_behind()
    {
        var failure = await Assert.ThrowsAsync<OperationFailedException>(() => BootAsync(".", "/boot/bzImage"));
        Assert.Equal(FaultCodes.KernelMissing, failure.Code);
        Assert.Contains("/boot/bzImage", failure.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(Assert.Single(Directory.GetDirectories(_folder["tftp/kadeploy"]))));
    }

    [Fact]
    public async Task A_kernel_goes_when_no_node_boots_it_any_more_and_it_has_not_just_been_taken()
    {
        var time = new ShiftedTime();
        await BootAsync(".", "/vmlinuz", time, "a-1", "a-2");
        var first = Assert.Single(Folders());
        _folder.Write("tftp/kadeploy/vmlinuz", "of the site's own");
        _folder.Write("root/version", "2");
        await BootAsync(".", "/vmlinuz", time, "a-1");
        Assert.Equal(2, Folders().Length); // a-2 boots it
        await BootAsync(".", "/vmlinuz", time, "a-2");
        Assert.Equal(2, Folders().Length); // another engine may be about to write a profile

        time.Shift = TimeSpan.FromHours(2);
        _folder.Write("root/version", "3");
        await BootAsync(".", "/vmlinuz", time, "a-2");
        Assert.Equal(2, Folders().Length); // a-1 boots the second
        Assert.DoesNotContain(first, Folders());
        Assert.True(File.Exists(_folder["tftp/kadeploy/vmlinuz"]));

        string[] Folders() => Directory.GetDirectories(_folder["tftp/kadeploy"]);
    }

    [Fact]
    public async Task A_link_that_leads_out_of_the_image_is_followed_inside_of_it()
    {
        _folder.Write("outside", "not of the image");
        File.CreateSymbolicLink(_folder["root/kernel"], $"../../../../..{_folder["outside"]}");
        Assert.Equal(FaultCodes.KernelMissing, (await Assert.ThrowsAsync<OperationFailedException>(() => BootAsync(".", "/kernel"))).Code);
    }

    private Task BootAsync(string members, string kernel) => BootAsync(members, kernel, TimeProvider.System, Node.Name.Value);

    private async Task BootAsync(string members, string kernel, TimeProvider time, params string[] nodes)
    {
        var packed = await new ProcessRunner(TimeProvider.System).RunAsync(
            new()
            {
                Program = "tar",
                Arguments = ["-czf", _folder["image.tgz"], "-C", _folder["root"], .. members.Split(' ').Select(static each => (ProcessArgument)each)],
            },
            Token);
        Assert.Equal(0, packed.ExitStatus);
        var request = new DeploymentRequest
        {
            Nodes = [Node.Name], User = "jane",
            Environment = new()
            {
                Name = "tiny", User = "jane", Image = new(new(_folder["image.tgz"]), ImageKind.Tar, ImageCompression.Gzip),
                Boot = new() { Kernel = kernel, Initrd = "/boot/initrd.img", KernelParameters = "quiet" },
            },
        };
        var boot = new DeployedKernelBoot(
            new(new() { Dhcp = new() { Repository = _folder["tftp"] }, Deployment = new("vmlinuz", ["initrd"]) }),
            new(_folder["tftp"], _files, time), request.Environment, new() { Name = "a", KernelParameters = "console=ttyS0" });
        foreach (var node in nodes)
            await boot.PrepareAsync(Node with { Name = NodeName.Parse(node) }, new BootEntry.LocalDisk("/dev/vda", 3), Attempt, Token);
    }

    private sealed class ShiftedTime : TimeProvider
    {
        public TimeSpan Shift { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Shift;
    }
}
