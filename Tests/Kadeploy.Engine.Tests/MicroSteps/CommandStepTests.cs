using Kadeploy.Engine.MicroSteps;
using Xunit;

namespace Kadeploy.Engine.Tests.MicroSteps;

public class CommandStepTests
{
    private readonly StepRun _run = new();

    [Theory]
    [InlineData("RebootFromDeployEnv", "kadeploy-reboot")]
    [InlineData("SendKeyInDeployEnv", "kadeploy-add-keys /root/.ssh/authorized_keys")]
    [InlineData("SendKey", "kadeploy-add-keys --root /mnt/dest /root/.ssh/authorized_keys")]
    [InlineData("CreatePartitionTable", "kadeploy-partition /dev/sda gpt --boot 3 --ours /mnt/dest 1:swap:4294967296 2:linux:21474836480 3:linux:21474836480 5:linux:")]
    [InlineData("FormatDeployPart", "mkfs.ext4 -q -F -E lazy_itable_init=1,lazy_journal_init=1 /dev/sda3")]
    [InlineData("FindDisk", "kadeploy-find-disk --path /dev/sda --need 47251980288 --ours /mnt/dest --ours /tmp --wait 15")]
    [InlineData("WriteMarker", "kadeploy-write-marker /mnt/dest /dev/sda3")]
    [InlineData("FormatSwapPart", "mkswap /dev/sda1")]
    [InlineData("MountDeployPart", "kadeploy-mount /dev/sda3 /mnt/dest")]
    [InlineData("MountTmpPart", "kadeploy-mount /dev/sda5 /tmp")]
    [InlineData("UmountDeployPart", "umount -l /mnt/dest")]
    [InlineData("Sync", "sync")]
    [InlineData("DecompressEnvironment", "tar -x --blocking-factor=1024 --numeric-owner --acls --xattrs --xattrs-include=* --zstd -C /mnt/dest -f /rambin/_KATMP_debian13.tar.zst")]
    [InlineData("CheckKernelFiles", "kadeploy-check-files /mnt/dest /boot/vmlinuz /boot/initrd")]
    [InlineData("InstallBootloader", "kadeploy-install-bootloader automatic /dev/sda 3")]
    public async Task Each_step_runs_its_program(string step, string expected)
    {
        _run.Drivers.Channel.Answer = _ => new(0, ["disk=/dev/sda"]);
        await _run.RunAsync(step);
        Assert.Equal(expected, _run.Line);
        Assert.Equal(_run.Context(step).Attempt, _run.Commands[0].Attempt);
    }

    [Fact]
    public async Task The_temporary_partition_gets_the_file_system_that_was_asked_for()
    {
        _run.Request = _run.Request with { ReformatTemporary = "ext2" };
        await _run.RunAsync("FormatTmpPart");
        Assert.Equal("mkfs.ext2 -q -F -E lazy_itable_init=1 /dev/sda5", _run.Line);
    }

    [Theory]
    [InlineData("xfs", "mkfs.xfs -q -f /dev/sda3")]
    [InlineData("btrfs", "mkfs.btrfs -q -f /dev/sda3")]
    [InlineData("vfat", "mkfs.vfat /dev/sda3")]
    public async Task File_systems_that_refuse_to_overwrite_are_told_to(string type, string expected)
    {
        _run.SetEnvironment(environment => environment with { FileSystem = type });
        await _run.RunAsync("FormatDeployPart");
        Assert.Equal(expected, _run.Line);
    }

    [Fact]
    public async Task A_repeated_instance_unmounts_before_it_formats_and_does_not_mind_when_nothing_was_mounted()
    {
        _run.InstanceAttempt = 2;
        _run.Drivers.Channel.Answer = command => new(command.Program == "umount" ? 32 : 0, []);
        await _run.RunAsync("FormatDeployPart");
        Assert.Equal(["umount", "mkfs.ext4"], _run.Commands.Select(command => command.Program));
        Assert.Equal(["-l", "/mnt/dest"], _run.Commands[0].Arguments);
        Assert.Equal([0, 1], _run.Commands.Select(command => command.Ordinal));
    }

    [Fact]
    public async Task What_an_earlier_deployment_from_the_production_system_left_is_unmounted_but_not_its_temporary_files()
    {
        await _run.RunAsync("FormatDeployPart", instance: "SetDeploymentEnvProd");
        Assert.Equal(["umount", "mkfs.ext4"], _run.Commands.Select(command => command.Program));
        _run.Commands.Clear();
        _run.InstanceAttempt = 2;
        _run.Request = _run.Request with { ReformatTemporary = "ext4" };
        await _run.RunAsync("FormatTmpPart", instance: "SetDeploymentEnvProd");
        Assert.StartsWith("mkfs.ext4 ", _run.Line, StringComparison.Ordinal);
        _run.Commands.Clear();
        _run.Drivers.Channel.Answer = static _ => new(0, ["disk=/dev/sda"]);
        await _run.RunAsync("FindDisk", instance: "SetDeploymentEnvProd");
        Assert.Equal("kadeploy-find-disk --path /dev/sda --partition 3 --ours /mnt/dest --wait 15", _run.Line);
    }

    [Fact]
    public async Task A_failed_program_gives_the_steps_fault_with_node_program_status_and_last_lines()
    {
        _run.Drivers.Channel.Answer = _ => new(7, ["/dev/sda3: no such device"]);
        var failure = await _run.FailAsync("FormatDeployPart");
        Assert.Equal(FaultCodes.Disk, failure.Code);
        Assert.Equal("node a-1: 'mkfs.ext4' ended with status 7 in SetDeploymentEnvUntrusted:FormatDeployPart", failure.Message);
        Assert.Equal(["/dev/sda3: no such device"], failure.Evidence);
    }

    [Theory]
    [InlineData("SendDeploymentKernel", "KA2106")]
    [InlineData("CreatePartitionTable", "KA2201")]
    [InlineData("DecompressEnvironment", "KA2301")]
    [InlineData("FindDisk", "KA2201")]
    [InlineData("CheckKernelFiles", "KA2402")]
    [InlineData("InstallBootloader", "KA2403")]
    [InlineData("Sync", "KA2404")]
    public async Task Each_failure_has_its_code(string step, string code)
    {
        _run.Drivers.Channel.Answer = _ => new(1, []);
        Assert.Equal(code, (await _run.FailAsync(step)).Code.ToString());
    }

    [Fact]
    public async Task What_is_not_mounted_need_not_be_unmounted()
    {
        _run.Drivers.Channel.Answer = _ => new(32, []);
        await _run.RunAsync("UmountDeployPart");
        _run.Drivers.Channel.Answer = _ => new(1, []);
        await _run.FailAsync("UmountDeployPart");
    }

    [Theory]
    [InlineData("SendKeyInDeployEnv")]
    [InlineData("SendKey")]
    public async Task Keys_go_by_standard_input(string step)
    {
        await _run.RunAsync(step);
        Assert.Equal(_run.Request.AuthorizedKeys, _run.Commands[0].StandardInput);
    }

    [Theory]
    [InlineData(ImageKind.Dd, ImageCompression.Gzip, "kadeploy-write-image gzip /rambin/_KATMP_i.img /dev/sda3")]
    [InlineData(ImageKind.Fsa, ImageCompression.None, "fsarchiver restfs /rambin/_KATMP_i.img id=0,dest=/dev/sda3")]
    [InlineData(ImageKind.Tar, ImageCompression.None, "tar -x --blocking-factor=1024 --numeric-owner --acls --xattrs --xattrs-include=* -C /mnt/dest -f /rambin/_KATMP_i.img")]
    [InlineData(ImageKind.Tar, ImageCompression.Gzip, "tar -x --blocking-factor=1024 --numeric-owner --acls --xattrs --xattrs-include=* -z -C /mnt/dest -f /rambin/_KATMP_i.img")]
    [InlineData(ImageKind.Tar, ImageCompression.Bzip2, "tar -x --blocking-factor=1024 --numeric-owner --acls --xattrs --xattrs-include=* -j -C /mnt/dest -f /rambin/_KATMP_i.img")]
    [InlineData(ImageKind.Tar, ImageCompression.Xz, "tar -x --blocking-factor=1024 --numeric-owner --acls --xattrs --xattrs-include=* --use-compress-program=xz -T0 -C /mnt/dest -f /rambin/_KATMP_i.img")]
    public async Task Each_kind_of_image_is_unpacked_by_its_own_program(ImageKind kind, ImageCompression compression, string expected)
    {
        _run.SetEnvironment(environment => environment with { Image = new(new("https://host/dir/i.img?x=1"), kind, compression) });
        await _run.RunAsync("DecompressEnvironment");
        Assert.Equal(expected, _run.Line);
    }

    [Fact]
    public async Task Scripts_find_their_variables_in_their_environment()
    {
        await _run.RunAsync("InstallBootloader");
        var variables = _run.Commands[0].Environment;
        Assert.Equal("/dev/sda3", variables["KADEPLOY_DEPLOY_PART"]);
        Assert.Equal("console=ttyS0 quiet", variables["KADEPLOY_ENV_KERNEL_PARAMS"]);
        Assert.Equal("linux", variables["KADEPLOY_OS_KIND"]);
        Assert.Equal("1", variables["KADEPLOY_SWAP_PART_NUM"]);
        Assert.False(variables.ContainsKey("KADEPLOY_FS_TYPE_TMP"));
    }

    [Fact]
    public async Task The_environments_preinstall_goes_before_the_administrators()
    {
        _run.Cluster = _run.Cluster with { AdminPreinstalls = [new(new("https://host/admin.tgz"), ImageCompression.Gzip, "all.sh -v $KADEPLOY_BLOCK_DEVICE")] };
        await _run.RunAsync("ManageAdminPreInstall");
        Assert.Equal("kadeploy-run-archive gzip /rambin /run/kadeploy/files/ManageAdminPreInstall-admin.tgz admin.tgz all.sh -v /dev/sda", _run.Line);

        _run.Commands.Clear();
        _run.SetEnvironment(environment => environment with { Preinstall = new(new("https://host/pre.tgz"), ImageCompression.Gzip, "go.sh") });
        await _run.RunAsync("ManageAdminPreInstall");
        Assert.Equal("kadeploy-run-archive gzip /rambin /run/kadeploy/files/ManageAdminPreInstall-pre.tgz pre.tgz go.sh", _run.Line);
    }

    [Fact]
    public async Task Postinstalls_are_sent_and_run_in_their_order_until_one_fails()
    {
        _run.SetEnvironment(environment => environment with
        {
            Postinstalls =
            [
                new(new("https://host/1.tgz"), ImageCompression.Gzip, null),
                new(new("https://host/2.txz"), ImageCompression.Xz, "b"),
                new(new("https://host/3.txz"), ImageCompression.Xz, "c"),
            ],
        });
        _run.Drivers.Channel.Answer = command => new(command.Ordinal, ["kadeploy-run-archive: the script b of 2.txz ended with status 1"]);
        var failure = await _run.FailAsync("ManageUserPostInstall");
        Assert.Equal(FaultCodes.Postinstall, failure.Code);
        Assert.Equal("node a-1: the script b of 2.txz ended with status 1", failure.Message);
        Assert.Equal(["1.tgz", "2.txz b"], _run.Commands.Select(command => string.Join(' ', command.Arguments.Skip(3))));
        Assert.Equal(["/cache/1.tgz", "/cache/2.txz"], _run.Drivers.Channel.Files.Select(file => file.Source));
    }

    [Fact]
    public async Task Scripts_of_the_cluster_take_the_place_of_the_programs()
    {
        _run.Cluster = _run.Cluster with { PartitionScript = new("https://host/parts.sh"), BootloaderScript = new("https://host/boot.sh") };
        await _run.RunAsync("CreatePartitionTable");
        await _run.RunAsync("InstallBootloader");
        Assert.Equal(
            [
                "/run/kadeploy/files/CreatePartitionTable-parts.sh ", "kadeploy-partition --wait /dev/sda 3",
                "/run/kadeploy/files/InstallBootloader-boot.sh /dev/sda 3",
            ],
            _run.Commands.Select(command => $"{command.Program} {string.Join(' ', command.Arguments)}"));
        Assert.Equal("/dev/sda", _run.Commands[0].Environment["KADEPLOY_BLOCK_DEVICE"]);
        Assert.All(_run.Drivers.Channel.Files, file => Assert.True(file.Mode.HasFlag(UnixFileMode.UserExecute)));
    }

    [Fact]
    public async Task The_disk_that_was_found_is_the_one_that_is_written()
    {
        _run.Facts = new() { Disk = "/dev/nvme1n1" };
        await _run.RunAsync("FormatDeployPart");
        Assert.Equal("/dev/nvme1n1p3", _run.Commands[0].Arguments[^1]);
        Assert.Equal("/dev/nvme1n1", ScriptVariables.Of(_run.Context("Sync"))["KADEPLOY_BLOCK_DEVICE"]);
    }

    [Fact]
    public async Task What_is_known_of_the_disk_and_the_file_system_is_learned()
    {
        _run.Drivers.Channel.Answer = command => new(
            0, command.Program == "kadeploy-find-disk" ? ["disk=/dev/sdb", "bytes=1000", "serial=S 1", "wwn=0x5", "model=M"] : ["uuid=f5-1"]);
        Assert.Equal(new() { Disk = "/dev/sdb", DiskBytes = 1000, DiskSerial = "S 1", DiskWwn = "0x5" }, await _run.RunAsync("FindDisk"));
        Assert.Equal(new() { FileSystemId = "f5-1" }, await _run.RunAsync("WriteMarker"));

        _run.Drivers.Channel.Answer = _ => new(0, []);
        Assert.Equal(FaultCodes.Disk, (await _run.FailAsync("FindDisk")).Code);
    }

    [Fact]
    public async Task A_rule_finds_the_disk_unless_the_request_names_one()
    {
        _run.Drivers.Channel.Answer = _ => new(0, ["disk=/dev/sdb"]);
        _run.Cluster = _run.Cluster with
        {
            DiskRule = new() { Serial = "S1", Wwn = "0x5", Model = "Fast *", AtLeast = 10, AtMost = 20, Smallest = true }, PartitionTable = null,
        };
        await _run.RunAsync("FindDisk");
        Assert.Equal(
            "kadeploy-find-disk --serial S1 --wwn 0x5 --model Fast * --at-least 10 --at-most 20 --smallest --ours /mnt/dest --ours /tmp --wait 15", _run.Line);

        _run.Commands.Clear();
        _run.Request = _run.Request with { BlockDevice = "/dev/disk/by-id/wwn-0x9", Partition = 2, DisableDiskPartitioning = true };
        await _run.RunAsync("FindDisk");
        Assert.Equal("kadeploy-find-disk --path /dev/disk/by-id/wwn-0x9 --partition 2 --ours /mnt/dest --ours /tmp --wait 15", _run.Line);
    }

    [Fact]
    public async Task The_marker_names_the_operation_and_the_proof_key_goes_with_it()
    {
        _run.Drivers.ProofKeyLine = "restrict,command=\"true\" ssh-ed25519 AAAA kadeploy";
        _run.Facts = new() { ImageDigest = "abc" };
        await _run.RunAsync("WriteMarker");
        Assert.Equal($"{StepRun.Operation}\nenvironment: debian13\nversion: 1\nimage: abc\n", _run.Commands[0].StandardInput);
        Assert.Equal(["--root", "/mnt/dest", "/root/.ssh/authorized_keys"], _run.Commands[1].Arguments);
        Assert.Equal($"{_run.Drivers.ProofKeyLine}\n", _run.Commands[1].StandardInput);
    }

    [Fact]
    public async Task The_deployment_kernel_comes_with_all_its_initial_disks_and_its_parameters_in_a_private_file()
    {
        _run.Drivers.NetBoot.Deployment = new("/srv/k", ["/srv/a", "/srv/b"], "kadeploy.token=secret");
        await _run.RunAsync("SendDeploymentKernel");
        Assert.Equal(
            ["vmlinuz /srv/k", "initrd.00 /srv/a", "initrd.01 /srv/b", "cmdline "],
            _run.Drivers.Channel.Files.Select(file => $"{Path.GetFileName(file.Path)} {file.Source}"));
        Assert.Equal(
            ["rm -rf /dev/shm/kexec_repository", "mkdir -m 0700 /dev/shm/kexec_repository"], // a directory of another user's is not taken
            _run.Commands.Select(static command => $"{command.Program} {string.Join(' ', command.Arguments)}"));
        var parameters = _run.Drivers.Channel.Files[^1];
        Assert.Equal("kadeploy.token=secret\n", System.Text.Encoding.UTF8.GetString(parameters.Content.Span));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, parameters.Mode);
    }

    [Fact]
    public async Task Options_of_the_cluster_follow_ours_when_a_file_system_is_made()
    {
        _run.Cluster = _run.Cluster with { FormatOptions = _run.Cluster.FormatOptions.Add("vfat", ["-F", "32"]) };
        _run.SetEnvironment(environment => environment with { FileSystem = "vfat" });
        await _run.RunAsync("FormatDeployPart");
        Assert.Equal("mkfs.vfat -F 32 /dev/sda3", _run.Line);
    }

    [Fact]
    public async Task Nothing_is_done_by_a_dummy()
    {
        Assert.Null(await _run.RunAsync("Dummy"));
        Assert.Empty(_run.Commands);
    }
}
