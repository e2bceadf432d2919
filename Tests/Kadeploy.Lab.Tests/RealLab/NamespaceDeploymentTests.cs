using Xunit;

namespace Kadeploy.Lab.Tests.RealLab;

/// <summary>Whole deployments of namespace nodes, by hand over ssh: what a deployment server does, with the programs that it uses on machines.</summary>
public sealed class NamespaceDeploymentTests
{
    private const string Prelude = """
        login() { ssh -q -i "$KADEPLOY_LAB_SSH_KEY" -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o ConnectTimeout=1 -o BatchMode=yes root@"$@"; }
        answers() { for i in $(seq 300); do login "$@" </dev/null && return; sleep 0.1; done; echo "no answer: $*"; }
        power() { ipmitool -I lanplus -C 3 -H "$1" -U "$KADEPLOY_LAB_BMC_USER" -f "$KADEPLOY_LAB_BMC_PASSWORD_FILE" chassis power "$2" >/dev/null; }
        images=${KADEPLOY_LAB_FOLDER%/labs/*}

        """;

    private const string Install = """
        power 10.78.1.1 on
        answers 10.77.1.1 true
        login 10.77.1.1 'cat > /run/image' <"$images/small.tar.zst"
        before=$(login 10.77.1.1 cat /proc/sys/kernel/random/boot_id </dev/null)
        login 10.77.1.1 'set -e
            cat /sys/block/vda/serial
            printf "label: dos\nsize=64M, type=82\ntype=83, bootable\n" | sfdisk -q --wipe always /dev/vda
            lsblk -rno NAME,SIZE,TYPE
            mkswap /dev/vda1
            mkfs.ext4 -q -F -L root /dev/vda2
            mkdir -p /mnt/dest
            mount LABEL=root /mnt/dest
            tar -x --zstd --numeric-owner -C /mnt/dest -f /run/image
            cp /root/.ssh/authorized_keys /mnt/dest/root/.ssh/
            echo 42 >/mnt/dest/etc/kadeploy-deployment' </dev/null

        """;

    private const string Proof = """
        for i in $(seq 300); do
            after=$(login 10.77.1.1 cat /proc/sys/kernel/random/boot_id </dev/null)
            [ -n "$after" ] && [ "$after" != "$before" ] && break
            sleep 0.1
        done
        login 10.77.1.1 '. /etc/os-release; echo "$ID"; cat /etc/kadeploy-deployment; sed -n "s|^\([^ ]*\) / .*|root on \1|p" /proc/mounts; cat /proc/cmdline' </dev/null

        """;

    private static readonly string[] Installed = ["LAB-NODE-1", "vda 4G disk", "vda1 64M part", "vda2 3.9G part"];

    [Fact]
    public async Task A_deployed_system_is_started_by_kexec_with_its_own_command_line_and_a_new_boot_identifier()
    {
        var said = await DeployAsync("""
            login 10.77.1.1 'kexec -l /mnt/dest/vmlinuz --initrd=/mnt/dest/initrd.img --append="root=/dev/vda2 rw" && umount /mnt/dest' </dev/null
            login 10.77.1.1 'kexec -e' </dev/null 2>/dev/null # the connection may be closed or may be silent

            """);
        Assert.Equal([.. Installed, "small", "42", "root on /dev/vda2", "root=/dev/vda2 rw"], said);
    }

    [Fact]
    public async Task A_disk_boots_when_it_has_a_boot_sector_and_a_loader_that_names_a_kernel()
    {
        var said = await DeployAsync("""
            rm "$KADEPLOY_LAB_PROFILES"/01-52-54-00-77-00-01
            login 10.77.1.1 'mkdir -p /mnt/dest/boot/extlinux
                printf "DEFAULT x\nLABEL x\n  KERNEL /vmlinuz\n  INITRD /initrd.img\n  APPEND root=LABEL=root quiet\n" >/mnt/dest/boot/extlinux/extlinux.conf
                extlinux --install /mnt/dest/boot/extlinux' </dev/null
            power 10.78.1.1 cycle
            for i in $(seq 300); do grep -q 'the disk does not boot' "$KADEPLOY_LAB_FOLDER"/node-1/console.log && break; sleep 0.1; done
            echo no boot
            echo '#!ipxe' >"$KADEPLOY_LAB_PROFILES"/01-52-54-00-77-00-01
            echo "kernel http://10.77.0.1/lab/kernel" >>"$KADEPLOY_LAB_PROFILES"/01-52-54-00-77-00-01
            echo "initrd http://10.77.0.1/lab/initrd0" >>"$KADEPLOY_LAB_PROFILES"/01-52-54-00-77-00-01
            echo "initrd http://10.77.0.1/lab/key" >>"$KADEPLOY_LAB_PROFILES"/01-52-54-00-77-00-01
            power 10.78.1.1 cycle
            answers 10.77.1.1 'dd if=/usr/lib/syslinux/mbr/mbr.bin of=/dev/vda bs=440 count=1 conv=notrunc 2>/dev/null'
            printf '#!ipxe\nsanboot --no-describe --drive 0x80\n' >"$KADEPLOY_LAB_PROFILES"/01-52-54-00-77-00-01
            power 10.78.1.1 cycle

            """);
        Assert.Equal([.. Installed, "no boot", "small", "42", "root on /dev/vda2", "root=LABEL=root quiet"], said);
    }

    [Fact]
    public async Task A_BMC_that_hangs_and_a_node_that_does_not_boot_can_be_had_and_be_mended()
    {
        using var lab = LabProcess.CreateOrSkip(NodeKind.Namespace);
        try
        {
            Assert.Equal(0, (await lab.RunAsync("up", "-n", "1", "-k", "namespace")).Status);
            await lab.RunAsync("fault", "node-1", "bmc-hang");
            var hung = await lab.RunAsync("exec", "--", "sh", "-c", """
                ipmitool -I lanplus -C 3 -N 1 -R 1 -H 10.78.1.1 -U "$KADEPLOY_LAB_BMC_USER" -f "$KADEPLOY_LAB_BMC_PASSWORD_FILE" chassis power status
                """);
            Assert.NotEqual(0, hung.Status);
            await lab.RunAsync("fault", "node-1", "no-boot"); // one at a time: the BMC answers again
            Assert.Equal(0, (await lab.RunAsync("power", "node-1", "on")).Status);
            var boot = await lab.RunAsync("exec", "--", "sh", "-c", """
                for i in $(seq 300); do grep -qs 'No bootable device' "$KADEPLOY_LAB_FOLDER"/node-1/console.log && break; sleep 0.1; done
                grep -c 'No bootable device' "$KADEPLOY_LAB_FOLDER"/node-1/console.log
                """);
            Assert.Equal("1", boot.Output.Trim());
            await lab.RunAsync("fault", "node-1", "none");
            Assert.Equal(0, (await lab.RunAsync("power", "node-1", "cycle")).Status);
            Assert.Equal("node-1", (await lab.RunAsync("exec", "--", "sh", "-c", Prelude + "answers 10.77.1.1 hostname")).Output.Trim());
        }
        finally
        {
            await lab.RunAsync("down");
        }

        Assert.Empty(lab.Processes());
    }

    private static async Task<string[]> DeployAsync(string boot)
    {
        using var lab = LabProcess.CreateOrSkip(NodeKind.Namespace);
        var images = await lab.BuildImagesOrSkipAsync();
        var (_, output, error) = await lab.RunAsync(
            "run", "-n", "1", "-k", "namespace", "--kernel", Path.Combine(images, "vmlinuz"), "--initrd", Path.Combine(images, "initrd.img"), "--", "sh", "-c",
            Prelude + Install + boot + Proof);
        Assert.Equal("", error);
        Assert.Empty(lab.Processes());
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
