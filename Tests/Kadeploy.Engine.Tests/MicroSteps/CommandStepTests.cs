using Xunit;

namespace Kadeploy.Engine.Tests.MicroSteps;

public class CommandStepTests
{
    private readonly StepRun _run = new();

    [Theory]
    [InlineData("RebootFromDeployEnv", "kadeploy-reboot")]
    [InlineData("SendDeploymentKernel", "kadeploy-fetch-kernel /dev/shm/kexec_repository")]
    [InlineData("SendKeyInDeployEnv", "kadeploy-add-keys /root/.ssh/authorized_keys")]
    [InlineData("SendKey", "kadeploy-add-keys /mnt/dest/root/.ssh/authorized_keys")]
    [InlineData("CreatePartitionTable", "kadeploy-partition /dev/sda deploy=3 swap=1 prod=2 tmp=5")]
    [InlineData("FormatDeployPart", "mkfs -t ext4 /dev/sda3")]
    [InlineData("FormatSwapPart", "mkswap /dev/sda1")]
    [InlineData("MountDeployPart", "mount -o X-mount.mkdir /dev/sda3 /mnt/dest")]
    [InlineData("MountTmpPart", "mount -o X-mount.mkdir /dev/sda5 /tmp")]
    [InlineData("UmountDeployPart", "umount -l /mnt/dest")]
    [InlineData("Sync", "sync")]
    [InlineData("DecompressEnvironment", "tar -x --numeric-owner --zstd -C /mnt/dest -f /rambin/_KATMP_debian13.tar.zst")]
    [InlineData("ManageAdminPreInstall", "kadeploy-admin-scripts preinstall")]
    [InlineData("ManageAdminPostInstall", "kadeploy-admin-scripts postinstall")]
    [InlineData("CheckKernelFiles", "kadeploy-check-files /mnt/dest /boot/vmlinuz /boot/initrd")]
    [InlineData("InstallBootloader", "kadeploy-install-bootloader /dev/sda 3")]
    public async Task Each_step_runs_its_program(string step, string expected)
    {
        await _run.RunAsync(step);
        Assert.Equal(expected, _run.Line);
        Assert.Equal(_run.Context(step).Attempt, _run.Commands[0].Attempt);
    }

    [Fact]
    public async Task The_temporary_partition_gets_the_file_system_that_was_asked_for()
    {
        _run.Request = _run.Request with { ReformatTemporary = "ext2" };
        await _run.RunAsync("FormatTmpPart");
        Assert.Equal("mkfs -t ext2 /dev/sda5", _run.Line);
    }

    [Theory]
    [InlineData("xfs", "mkfs -t xfs -f /dev/sda3")]
    [InlineData("btrfs", "mkfs -t btrfs -f /dev/sda3")]
    [InlineData("vfat", "mkfs -t vfat /dev/sda3")]
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
        Assert.Equal(["umount", "mkfs"], _run.Commands.Select(command => command.Program));
        Assert.Equal([0, 1], _run.Commands.Select(command => command.Ordinal));
    }

    [Fact]
    public async Task A_failed_program_gives_the_steps_fault_with_node_program_status_and_last_lines()
    {
        _run.Drivers.Channel.Answer = _ => new(7, ["/dev/sda3: no such device"]);
        var failure = await _run.FailAsync("FormatDeployPart");
        Assert.Equal(FaultCodes.Disk, failure.Code);
        Assert.Equal("node a-1: 'mkfs' ended with status 7 in SetDeploymentEnvUntrusted:FormatDeployPart", failure.Message);
        Assert.Equal(["/dev/sda3: no such device"], failure.Evidence);
    }

    [Theory]
    [InlineData("SendDeploymentKernel", "KA2106")]
    [InlineData("CreatePartitionTable", "KA2201")]
    [InlineData("ManageAdminPreInstall", "KA2202")]
    [InlineData("DecompressEnvironment", "KA2301")]
    [InlineData("ManageAdminPostInstall", "KA2401")]
    [InlineData("CheckKernelFiles", "KA2402")]
    [InlineData("InstallBootloader", "KA2403")]
    [InlineData("Sync", "KA2404")]
    public async Task Each_failure_has_its_code(string step, string code)
    {
        _run.Drivers.Channel.Answer = _ => new(1, []);
        Assert.Equal(code, (await _run.FailAsync(step)).Code.ToString());
    }

    [Fact]
    public async Task A_partition_that_is_mounted_there_already_is_mounted()
    {
        _run.Drivers.Channel.Answer = _ => new(32, ["mount: /mnt/dest: /dev/sda3 already mounted on /mnt/dest."]);
        await _run.RunAsync("MountDeployPart");
        Assert.Equal("C", _run.Commands[0].Environment["LC_ALL"]);

        _run.Drivers.Channel.Answer = _ => new(32, ["mount: /mnt/dest: /dev/sda3 already mounted on /mnt/dest2."]);
        await _run.FailAsync("MountDeployPart");

        _run.Drivers.Channel.Answer = _ => new(32, ["mount: /mnt/dest: wrong fs type"]);
        Assert.Equal(FaultCodes.Disk, (await _run.FailAsync("MountDeployPart")).Code);
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
    [InlineData(ImageKind.Tar, ImageCompression.None, "tar -x --numeric-owner -C /mnt/dest -f /rambin/_KATMP_i.img")]
    [InlineData(ImageKind.Tar, ImageCompression.Gzip, "tar -x --numeric-owner -z -C /mnt/dest -f /rambin/_KATMP_i.img")]
    [InlineData(ImageKind.Tar, ImageCompression.Bzip2, "tar -x --numeric-owner -j -C /mnt/dest -f /rambin/_KATMP_i.img")]
    [InlineData(ImageKind.Tar, ImageCompression.Xz, "tar -x --numeric-owner -J -C /mnt/dest -f /rambin/_KATMP_i.img")]
    public async Task Each_kind_of_image_is_unpacked_by_its_own_program(ImageKind kind, ImageCompression compression, string expected)
    {
        _run.SetEnvironment(environment => environment with { Image = new(new("https://host/dir/i.img?x=1"), kind, compression) });
        await _run.RunAsync("DecompressEnvironment");
        Assert.Equal(expected, _run.Line);
    }

    [Fact]
    public async Task Scripts_find_their_variables_in_their_environment()
    {
        await _run.RunAsync("ManageAdminPostInstall");
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
        _run.SetEnvironment(environment => environment with
        {
            Preinstall = new(new("https://host/pre.tgz"), ImageCompression.Gzip, "go.sh"),
        });
        await _run.RunAsync("ManageAdminPreInstall");
        Assert.Equal("kadeploy-run-archive https://host/pre.tgz gzip /rambin go.sh", _run.Line);
    }

    [Fact]
    public async Task Postinstalls_run_in_their_order_until_one_fails()
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
        _run.Drivers.Channel.Answer = command => new(command.Ordinal, []);
        var failure = await _run.FailAsync("ManageUserPostInstall");
        Assert.Equal(FaultCodes.Postinstall, failure.Code);
        Assert.Equal(["https://host/1.tgz gzip /rambin", "https://host/2.txz xz /rambin b"], _run.Commands.Select(command => string.Join(' ', command.Arguments)));
    }

    [Fact]
    public async Task A_whole_disk_is_named_without_partition()
    {
        _run.Request = _run.Request with { BlockDevice = "/dev/sdb" };
        await _run.RunAsync("InstallBootloader");
        Assert.Equal("kadeploy-install-bootloader /dev/sdb", _run.Line);
    }

    [Fact]
    public async Task Nothing_is_done_by_a_dummy()
    {
        Assert.Null(await _run.RunAsync("Dummy"));
        Assert.Empty(_run.Commands);
    }
}
