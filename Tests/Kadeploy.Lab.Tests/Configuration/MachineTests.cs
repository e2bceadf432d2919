using System.Collections.Immutable;
using System.Runtime.Versioning;
using Kadeploy.Lab.Configuration;
using Kadeploy.Lab.Nodes;
using Xunit;

namespace Kadeploy.Lab.Tests.Configuration;

public class MachineTests
{
    private static readonly LabFolder Folder = new("/var/labs/a");

    [Theory]
    [InlineData("none", "order=nc,menu=off,strict=on")]
    [InlineData("pxe", "order=n,menu=off,strict=on")]
    [InlineData("default", "order=c,menu=off,strict=on")]
    public void The_BMC_decides_what_a_BIOS_boots(string boot, string expected) =>
        Assert.Equal(expected, After("-boot", Arguments(new() { Accelerator = Accelerator.Tcg }, boot)));

    [Fact]
    public void UEFI_orders_by_index()
    {
        var options = new LabOptions { Firmware = Firmware.Uefi };
        Assert.Contains(Arguments(options, "none"), static argument => argument.StartsWith("virtio-net-pci", StringComparison.Ordinal) && argument.Contains(",bootindex=1,", StringComparison.Ordinal));
        Assert.Contains(Arguments(options, "default"), static argument => argument.StartsWith("virtio-blk-pci", StringComparison.Ordinal) && argument.EndsWith(",bootindex=1", StringComparison.Ordinal));
        Assert.DoesNotContain("-boot", Arguments(options, "none"));
    }

    [Fact]
    public void The_accelerator_is_the_one_that_was_chosen()
    {
        Assert.Equal("kvm", After("-accel", Arguments(new() { Accelerator = Accelerator.Kvm }, "none")));
        Assert.StartsWith("tcg", After("-accel", Arguments(new() { Accelerator = Accelerator.Tcg }, "none")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_console_is_a_port_and_a_log() => Assert.Equal(
        "socket,id=console,host=127.0.0.1,port=20003,server=on,wait=off,logfile=/var/labs/a/node-3/console.log,logappend=on",
        After("-chardev", Arguments(new(), "none")));

    [Fact]
    public void Profiles_name_kernel_images_and_card()
    {
        var options = new LabOptions { Loader = NetworkLoader.Pxelinux, Accelerator = Accelerator.Kvm, Append = "x=1" };
        Assert.Equal(
            "DEFAULT network\nPROMPT 0\nLABEL network\n\tKERNEL lab/kernel\n\tAPPEND initrd=lab/a,lab/b console=ttyS0,115200 quiet BOOTIF=01-52-54-00-77-00-01 x=1\n",
            BootProfiles.Network(new(1), options, "lab/kernel", ["lab/a", "lab/b"]));
        Assert.Equal(
            """
            #!ipxe
            kernel http://10.77.0.1/lab/kernel initrd=image0.img initrd=image1.img console=ttyS0,115200 quiet BOOTIF=01-52-54-00-77-00-01 x=1
            initrd --name image0.img http://10.77.0.1/lab/a
            initrd --name image1.img http://10.77.0.1/lab/b
            boot

            """.ReplaceLineEndings("\n"),
            BootProfiles.Network(new(1), options with { Loader = NetworkLoader.Ipxe }, "lab/kernel", ["lab/a", "lab/b"]));
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public void A_tethered_lab_dies_with_its_parent_and_another_does_not()
    {
        ImmutableArray<string> program = ["kadeploy", "lab", "supervise"];
        Assert.Equal(
            ["setpriv", "--pdeathsig", "KILL", "unshare", "--net", "--pid", "--mount", "--fork", "--kill-child=KILL", "--mount-proc", "--",
                "kadeploy", "lab", "supervise", "/var/labs/a", "--tethered"],
            VirtualLab.SupervisorArguments(Folder, program, tethered: true));
        Assert.Equal("setsid", VirtualLab.SupervisorArguments(Folder, program, tethered: false)[0]);
    }

    [Fact]
    public void A_namespace_node_starts_its_firmware_with_its_name_and_address() => Assert.Equal(
        ["--bounding-set=-sys_module,-sys_rawio,-sys_time,-syslog", "unshare", "--net", "--pid", "--mount", "--uts", "--ipc", "--fork", "--kill-child=KILL", "--root=/var/labs/a/memory", "--wd=/", "--",
            "/bin/busybox", "sh", "/firmware", "node-2", "52:54:00:77:00:02", "pxe"],
        NamespaceMachine.Arguments(new(2), Folder, "pxe"));

    [Fact]
    public void The_key_image_is_an_archive_as_the_kernel_reads_it()
    {
        var text = System.Text.Encoding.ASCII.GetString(KeyImage.Make("ssh-ed25519 A lab\n"));
        Assert.Equal(0, text.Length % 4);
        Assert.Equal(4, text.Split("070701").Length - 1);
        var at = text.IndexOf("root/.ssh/authorized_keys", StringComparison.Ordinal);
        // The name begins 110 bytes after its header; it ends with a zero; the content begins at the next multiple of four.
        Assert.Equal("070701", text.Substring(at - 110, 6));
        Assert.Equal("00008180", text.Substring(at - 110 + 14, 8));
        Assert.Equal("00000012", text.Substring(at - 110 + 54, 8));
        Assert.Equal(0, (at - 110) % 4);
        Assert.StartsWith("ssh-ed25519 A lab\n", text[((at + 26 + 3) / 4 * 4)..], StringComparison.Ordinal);
    }

    private static IReadOnlyList<string> Arguments(LabOptions options, string boot) =>
        QemuArguments.Machine(new(3), Folder.Of(new(3)), options, boot);

    private static string After(string option, IReadOnlyList<string> arguments) => arguments[arguments.ToList().IndexOf(option) + 1];
}
