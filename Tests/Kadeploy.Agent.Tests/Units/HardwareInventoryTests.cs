extern alias agent;

using agent::Kadeploy.Agent.Hardware;
using Xunit;

namespace Kadeploy.Agent.Tests.Units;

public class HardwareInventoryTests
{
    [Fact]
    public void Disks_processors_memory_and_cards_are_read_from_sys_and_proc()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the agent runs on Linux only");
        using var root = new TemporaryFolder();
        Write(root, "proc/meminfo", "MemTotal:       2048 kB\nMemFree: 1 kB\n");
        Write(root, "proc/cpuinfo", "processor\t: 0\nmodel name\t: Some CPU\nphysical id\t: 0\n\nprocessor\t: 1\nmodel name\t: Some CPU\nphysical id\t: 1\n");
        Write(root, "sys/block/sda/size", "2097152\n");
        Write(root, "sys/block/sda/device/model", "DISK 9    \n");
        Write(root, "sys/block/sda/device/wwid", "naa.5000c500a1b2c3d4\n");
        Write(root, "sys/block/sda/device/vpd_pg80", "\0\u0080\0\u0004  S9trailing");
        Write(root, "sys/block/sda/queue/rotational", "1\n");
        Write(root, "sys/block/nvme0n1/size", "8\n");
        Write(root, "sys/block/nvme0n1/wwid", "eui.00253\n");
        Write(root, "sys/block/nvme0n1/device/serial", "S4EV \n");
        Write(root, "sys/block/loop0/size", "8\n");
        Write(root, "sys/block/sdb/size", "0\n");
        Write(root, "sys/class/net/eth0/type", "1\n");
        Write(root, "sys/class/net/eth0/address", "52:54:00:00:00:01\n");
        Write(root, "sys/class/net/eth0/operstate", "up\n");
        Write(root, "sys/class/net/eth0/speed", "1000\n");
        Write(root, "sys/class/net/lo/type", "772\n");
        Write(root, "sys/class/dmi/id/product_serial", "SN\u00001\n");

        var inventory = HardwareInventory.Read(root.Path);
        Assert.Equal((2048L * 1024, 2, 2, "Some CPU", "SN1", false), (inventory.MemoryBytes, inventory.Processors, inventory.Sockets, inventory.ProcessorModel, inventory.Serial, inventory.IsUefi));
        Assert.Equal(
            [new("nvme0n1", 4096, "S4EV", "eui.00253", "", false, false), new("sda", 1 << 30, "S9", "naa.5000c500a1b2c3d4", "DISK 9", true, false)],
            inventory.Disks);
        Assert.Equal(new("eth0", "52:54:00:00:00:01", true, "", 1000), Assert.Single(inventory.Nics));
    }

    [Fact]
    public void A_machine_that_tells_nothing_is_no_error()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the agent runs on Linux only");
        using var root = new TemporaryFolder();
        var inventory = HardwareInventory.Read(root.Path);
        Assert.Empty(inventory.Disks);
        Assert.Equal(0, inventory.MemoryBytes);
    }

    private static void Write(TemporaryFolder root, string path, string content)
    {
        var file = root.File(path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content, System.Text.Encoding.Latin1);
    }
}
