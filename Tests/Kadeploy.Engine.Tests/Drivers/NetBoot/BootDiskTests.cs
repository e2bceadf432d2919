using System.Collections.Immutable;
using Kadeploy.Engine.Drivers.NetBoot;
using Xunit;

namespace Kadeploy.Engine.Tests.Drivers.NetBoot;

public class BootDiskTests
{
    [Theory]
    [InlineData("/dev/sda", 0)]
    [InlineData("/dev/sdc", 2)]
    [InlineData("/dev/sdz", 25)]
    [InlineData("/dev/sdaa", 26)]
    [InlineData("/dev/vdb", 1)]
    [InlineData("/dev/hda", 0)]
    [InlineData("/dev/xvda", 0)]
    [InlineData("/dev/nvme0n1", 0)]
    [InlineData("/dev/nvme11n1", 11)]
    [InlineData("/dev/mmcblk1", 1)]
    [InlineData("/dev/nvme0n2", null)]
    [InlineData("/dev/sda1", null)]
    [InlineData("/dev/disk/by-id/wwn-0x5000c500a", null)]
    [InlineData("/dev/mapper/vg-root", null)]
    public void The_name_of_a_disk_tells_its_number_or_nothing(string device, int? expected) =>
        Assert.Equal(expected, BootDisk.Number(device, ImmutableDictionary<string, int>.Empty));

    [Fact]
    public void A_configured_number_wins() =>
        Assert.Equal(4, BootDisk.Number("/dev/sda", ImmutableDictionary<string, int>.Empty.Add("/dev/sda", 4)));
}
