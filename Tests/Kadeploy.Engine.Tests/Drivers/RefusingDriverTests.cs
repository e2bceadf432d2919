using Kadeploy.Engine.Drivers.Refusing;
using Xunit;

namespace Kadeploy.Engine.Tests.Drivers;

public class RefusingDriverTests
{
    private static readonly Node Node = new() { Name = NodeName.Parse("a-1"), Cluster = "a" };

    private static readonly AttemptId Attempt = new(
        OperationId.Create(OperationKind.Deployment, DateTimeOffset.UnixEpoch), Node.Name,
        new(0, "a", MacroStep.SetDeploymentEnv, new("SetDeploymentEnvUntrusted"), new("Reboot")), 1, 1);

    [Fact]
    public async Task Every_call_says_what_is_missing()
    {
        var token = TestContext.Current.CancellationToken;
        var power = new RefusingPowerController("no BMC");
        var channel = new RefusingNodeChannel("no channel");
        (Func<Task> Call, string Missing)[] calls =
        [
            (() => power.GetStateAsync(Node, token), "no BMC"),
            (() => power.SetStateAsync(Node, PowerState.On, PowerLevel.Soft, Attempt, token), "no BMC"),
            (() => power.RebootAsync(Node, PowerLevel.Soft, Attempt, token), "no BMC"),
            (() => new RefusingNetBoot("no boot").PrepareAsync(Node, new BootEntry.NfsRoot(), Attempt, token), "no boot"),
            (() => channel.WaitForAsync(Node, SystemKind.Installed, null, token), "no channel"),
            (() => channel.IdentifyAsync(Node, token), "no channel"),
            (() => channel.RunAsync(Node, new(Attempt, "true", []), token), "no channel"),
            (() => new RefusingVlanSwitch("no VLAN").MoveAsync([Node], "x", token), "no VLAN"),
            (() => FirstAsync(new RefusingBroadcaster("no broadcast"), token), "no broadcast"),
        ];
        foreach (var (call, missing) in calls)
        {
            var refusal = await Assert.ThrowsAsync<DriverUnusableException>(call);
            Assert.Equal(missing, refusal.Message);
            Assert.Equal(FaultCodes.DriverMissing, refusal.Code);
        }
    }

    [Fact]
    public void What_is_missing_is_told_without_a_call()
    {
        Assert.NotEmpty(new RefusingPowerController().Capabilities.Missing);
        Assert.Empty(new RefusingPowerController().Capabilities.Levels);
        Assert.NotEmpty(new RefusingNetBoot().Missing);
        Assert.NotEmpty(new RefusingNodeChannel().Missing);
        Assert.NotEmpty(new RefusingVlanSwitch().Missing);
        Assert.NotEmpty(new RefusingBroadcaster().Missing);
    }

    private static async Task FirstAsync(RefusingBroadcaster broadcaster, CancellationToken token)
    {
        var image = new ImageReference(new("file:///i"), ImageKind.Dd, ImageCompression.None);
        await foreach (var _ in broadcaster.SendAsync(new(image, [new(Node, Attempt, "/dev/sda", ["cat"])]), token)) return;
    }
}
