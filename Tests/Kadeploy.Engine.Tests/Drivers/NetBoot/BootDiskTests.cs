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
        Assert.Equal(expected, BootDisk.Number(new(device, null), ImmutableDictionary<string, int>.Empty));

    [Fact]
    public void A_configured_number_wins() =>
        Assert.Equal(4, BootDisk.Number(new("/dev/sda", null), ImmutableDictionary<string, int>.Empty.Add("/dev/sda", 4)));

    [Fact]
    public void A_number_is_known_by_the_name_that_the_disk_was_given_before_it_was_found()
    {
        var numbers = ImmutableDictionary<string, int>.Empty.Add("/dev/disk/by-id/wwn-0x5000", 2).Add("/dev/sdc", 7);
        Assert.Equal(2, BootDisk.Number(new("/dev/sdc", 1) { GivenName = "/dev/disk/by-id/wwn-0x5000" }, numbers));
        Assert.Equal(7, BootDisk.Number(new("/dev/sdc", 1) { GivenName = "/dev/disk/by-id/other" }, numbers));
    }
}
