using Kadeploy.Engine.Drivers.Fake;
using Kadeploy.Engine.Rights;
using Xunit;

namespace Kadeploy.Engine.Tests.Rights;

/// <summary>For which devices a deployment needs a right: those that receive the image, by the path by which they are written.</summary>
public sealed class DeploymentPartsTests
{
    private static readonly Cluster Lab = new() { Name = "lab", BlockDevice = "/dev/nvme0n1", DeployPartition = 3 };

    private static readonly DeploymentRequest Request = new() { Nodes = [NodeName.Parse("a-1")], User = "alice", Environment = SimulationNodes.Environment };

    [Theory]
    [InlineData(null, null, "/dev/nvme0n1p3")]
    [InlineData(null, 5, "/dev/nvme0n1p5")]
    [InlineData("/dev/sdb", 2, "/dev/sdb2")]
    [InlineData("/dev/sdb", null, "/dev/sdb")] // the whole disk, not the cluster's partition of it
    [InlineData("/dev/disk/by-id/wwn-0x5", 1, "/dev/disk/by-id/wwn-0x5-part1")]
    public void It_is_exactly_what_is_written(string? disk, int? partition, string device) =>
        Assert.Equal([RightPart.Parse(device)], DeploymentParts.Of(Request with { BlockDevice = disk, Partition = partition }, Lab));

    [Fact]
    public void What_is_known_only_on_the_node_needs_a_right_on_every_device()
    {
        var ruled = Lab with { DiskRule = new() { Smallest = true } };
        Assert.Equal([RightPart.Any], DeploymentParts.Of(Request, ruled));
        Assert.Equal([RightPart.Parse("/dev/sdb1")], DeploymentParts.Of(Request with { BlockDevice = "/dev/sdb", Partition = 1 }, ruled));
    }

    [Fact]
    public void Of_an_image_of_several_partitions_it_is_each_of_them_and_what_is_booted()
    {
        var several = Request.Environment with
        {
            Multipart = true, Partitions = [new(0, "/dev/sda2"), new(1, "/dev/sdb1")], Boot = new() { BlockDevice = "/dev/sda", Partition = 1 },
        };
        Assert.Equal(["/dev/sda1", "/dev/sda2", "/dev/sdb1"], Of(several));
        Assert.Equal(["/dev/sda2", "/dev/sdb1"], Of(several with { Boot = new() { BlockDevice = "/dev/sda", Partition = 2 } }));
        // What is not said is every device.
        Assert.Equal(["*"], Of(several with { Partitions = [] }));
        Assert.Equal(["*"], Of(several with { Boot = new() }));
        Assert.Equal(["/dev/sda1", "*", "/dev/sdb1"], Of(several with { Partitions = [new(0, "sda2"), new(1, "/dev/sdb1")] }));

        static IEnumerable<string> Of(KaEnvironment environment) =>
            DeploymentParts.Of(Request with { Environment = environment, BlockDevice = "/dev/sdz", Partition = 9 }, Lab).Select(static part => part.Value);
    }

    [Theory]
    [InlineData("/dev/../sda")]
    [InlineData("/dev//sda")]
    [InlineData("/dev/sda\n3")]
    [InlineData("/etc/passwd")]
    [InlineData("")]
    public void A_path_that_is_none_belongs_to_nobody(string disk) =>
        Assert.Equal([RightPart.Any], DeploymentParts.Of(Request with { BlockDevice = disk, Partition = 1 }, Lab));
}
