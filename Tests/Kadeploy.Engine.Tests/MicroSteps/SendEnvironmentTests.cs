using Kadeploy.TestKit.Drivers;
using Xunit;

namespace Kadeploy.Engine.Tests.MicroSteps;

public class SendEnvironmentTests
{
    private readonly StepRun _run = new();

    private void Expect(string digest) =>
        _run.SetEnvironment(environment => environment with { Image = environment.Image with { Sha256 = digest } });

    [Fact]
    public async Task The_image_goes_to_all_nodes_at_once_and_their_digests_come_back()
    {
        Expect(RecordingBroadcaster.Digest);
        var results = await _run.RunSetAsync("SendEnvironment");
        var request = Assert.Single(_run.Drivers.Broadcaster.Requests);
        Assert.All(request.Targets, target => Assert.Equal("/dev/sda3", target.Device));
        Assert.All(request.Targets, target => Assert.Equal("tar -x --blocking-factor=1024 --numeric-owner --acls --xattrs --xattrs-include=* --zstd -C /mnt/dest -f -", string.Join(' ', target.Writer)));
        Assert.Equal(_run.Request.Environment.Image, request.Image);
        Assert.Equal(_run.Request.Nodes, request.Targets.Select(target => target.Node.Name));
        Assert.All(request.Targets, target => Assert.Equal(target.Node.Name, target.Attempt.Node));
        Assert.All(results, result => Assert.Equal(RecordingBroadcaster.Digest, result.Facts?.ImageDigest));
        Assert.All(results, result => Assert.Null(result.Failure));
    }

    [Theory]
    [InlineData("BroadcastEnvChain", ImageCompression.None, "kadeploy-agent write /dev/sda3")]
    [InlineData("BroadcastEnvChain", ImageCompression.Gzip, "kadeploy-write-image gzip - /dev/sda3")]
    [InlineData("BroadcastEnvCustom", ImageCompression.None, "kadeploy-write-image none - /dev/sda3")]
    public async Task A_disk_image_is_written_by_the_agent_that_receives_it_when_there_is_nothing_to_unpack(string instance, ImageCompression compression, string expected)
    {
        _run.SetEnvironment(environment => environment with { Image = new(new("file:///images/disk"), ImageKind.Dd, compression) });
        await _run.RunSetAsync("SendEnvironment", instance: instance);
        Assert.All(Assert.Single(_run.Drivers.Broadcaster.Requests).Targets, target => Assert.Equal(expected, string.Join(' ', target.Writer)));
    }

    [Fact]
    public async Task A_node_that_wrote_something_else_fails_alone()
    {
        Expect(RecordingBroadcaster.Digest);
        var wrong = new string('f', 64);
        _run.Drivers.Broadcaster.Answer = node => new(node) { Digest = node.Value == "a-2" ? wrong : RecordingBroadcaster.Digest };
        var results = await _run.RunSetAsync("SendEnvironment");
        Assert.Null(results[0].Failure);
        Assert.Equal(FaultCodes.ImageDigest, results[1].Failure?.Code);
        Assert.Contains(wrong, results[1].Failure?.Message, StringComparison.Ordinal);
        Assert.Contains(RecordingBroadcaster.Digest, results[1].Failure?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_recorded_digest_any_digest_will_do_but_none_will_not()
    {
        _run.Drivers.Broadcaster.Answer = node => new(node) { Digest = node.Value == "a-2" ? null : new string('e', 64) };
        var results = await _run.RunSetAsync("SendEnvironment");
        Assert.Null(results[0].Failure);
        Assert.Equal(FaultCodes.ImageDigest, results[1].Failure?.Code);
    }

    [Fact]
    public async Task A_nodes_own_failure_is_handed_on()
    {
        var failure = new OperationFailedException(FaultCodes.Broadcast, "disk full");
        _run.Drivers.Broadcaster.Answer = node => new(node) { Failure = failure };
        Assert.All(await _run.RunSetAsync("SendEnvironment"), result => Assert.Same(failure, result.Failure));
    }

    [Fact]
    public async Task Without_a_broadcaster_the_step_cannot_work() =>
        await Assert.ThrowsAsync<DriverUnusableException>(() => _run.RunSetAsync("SendEnvironment", instance: "BroadcastEnvKascade"));
}
