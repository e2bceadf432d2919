using Kadeploy.Engine.MicroSteps;
using Xunit;

namespace Kadeploy.Engine.Tests.MicroSteps;

public class DeployTargetTests
{
    [Theory]
    [InlineData("/dev/sda", 3, "/dev/sda3")]
    [InlineData("/dev/nvme0n1", 3, "/dev/nvme0n1p3")]
    [InlineData("/dev/mmcblk0", 12, "/dev/mmcblk0p12")]
    [InlineData("/dev/disk/by-id/wwn-0x5000", 1, "/dev/disk/by-id/wwn-0x5000-part1")]
    public void Partitions_are_named_as_Linux_does(string disk, int number, string expected) =>
        Assert.Equal(expected, DeployTarget.PartitionDevice(disk, number));

    [Theory]
    [InlineData(null, null, "/dev/sda3")]
    [InlineData(null, 4, "/dev/sda4")]
    [InlineData("/dev/sdb", 4, "/dev/sdb4")]
    [InlineData("/dev/sdb", null, "/dev/sdb")]
    public void A_disk_without_partition_is_the_whole_disk(string? disk, int? partition, string expected)
    {
        var run = new StepRun();
        var request = run.Request with { BlockDevice = disk, Partition = partition };
        Assert.Equal(expected, DeployTarget.Of(request, run.Cluster).Device);
    }
}
