using Xunit;

namespace Kadeploy.Engine.Tests.Planning;

public class BreakpointTests
{
    private readonly PlanCase _it = new();

    private string Stops(string breakpoint)
    {
        _it.Request = _it.Request with { Breakpoint = breakpoint };
        return string.Join(' ', _it.Plan().Clusters[0].MacroSteps.SelectMany(macroStep => macroStep.Instances).SelectMany(instance =>
            instance.MicroSteps.Where(step => step.Breakpoint).Select(step => step.Step.ToString()).Concat(instance.Breakpoint ? [instance.Name.Value] : [])));
    }

    [Theory]
    [InlineData("BroadcastEnv", "BroadcastEnvChain BroadcastEnvUnicast")]
    [InlineData("BootNewEnv", "BootNewEnvClassical BootNewEnvHardReboot")]
    [InlineData("BootNewEnvHardReboot", "BootNewEnvHardReboot")]
    [InlineData("BootNewEnv:WaitReboot", "BootNewEnvClassical:WaitReboot BootNewEnvHardReboot:WaitReboot")]
    [InlineData("bootnewenv : reboot", "BootNewEnvHardReboot:Reboot")]
    [InlineData("BootNewEnvClassical:umount_deploy_part", "BootNewEnvClassical:UmountDeployPart")]
    public void Nodes_stop_before_what_is_named(string breakpoint, string expected) => Assert.Equal(expected, Stops(breakpoint));

    [Fact]
    public void Nodes_stop_before_what_was_put_in_front_of_the_micro_step()
    {
        _it.Request = _it.Request with { CustomOperations = [Operation("pre", CustomPlacement.Before), Operation("post", CustomPlacement.After)] };
        Assert.Equal("BroadcastEnvChain:custom_pre_pre BroadcastEnvUnicast:custom_pre_pre", Stops("BroadcastEnv:Sync"));
        Assert.Equal("BroadcastEnvChain:custom_post_post BroadcastEnvUnicast:custom_post_post", Stops("BroadcastEnv:custom_post_post"));
        _it.Request = _it.Request with { CustomOperations = [Operation("sub", CustomPlacement.Instead)] };
        Assert.Equal("BroadcastEnvChain:custom_sub_sub BroadcastEnvUnicast:custom_sub_sub", Stops("BroadcastEnv:Sync"));
    }

    [Theory]
    [InlineData("BrodcastEnv", "'BrodcastEnv' is neither a macro-step nor an instance; did you mean 'BroadcastEnv'?")]
    [InlineData("BroadcastEnv:Snyc", "'Snyc' is no micro-step; did you mean 'Sync'?")]
    [InlineData("BroadcastEnv:format_deploy_prt", "did you mean 'FormatDeployPart'?")]
    [InlineData("BroadcastEnv:", "'' is no micro-step; known are CheckKernelFiles, CheckNodes, ")]
    [InlineData("x", "'x' is neither a macro-step nor an instance; known are SetDeploymentEnv, BroadcastEnv, BootNewEnv, Verify")]
    [InlineData("BroadcastEnvTree", "it is not used on cluster a; used are SetDeploymentEnvUntrusted, BroadcastEnvChain")]
    [InlineData("BroadcastEnv:Reboot", "Reboot is not used on cluster a; used there are SendEnvironment, CheckKernelFiles, InstallBootloader, WriteMarker, Sync")]
    [InlineData("BroadcastEnv:custom_pre_x", "custom_pre_x is not used on cluster a")]
    [InlineData("BroadcastEnv:SendKey", "SendKey is left out on cluster a: no public key was given")]
    public void A_breakpoint_that_would_stop_nobody_is_refused(string breakpoint, string expected)
    {
        _it.Request = _it.Request with { Breakpoint = breakpoint };
        var problem = Assert.Single(_it.Problems());
        Assert.StartsWith($"breakpoint '{breakpoint}': ", problem, StringComparison.Ordinal);
        Assert.Contains(expected, problem, StringComparison.Ordinal);
    }

    private static CustomOperation Operation(string name, CustomPlacement placement) => new()
    {
        Name = name, Target = "BroadcastEnv", MicroStep = new("Sync"), Placement = placement, Action = CustomAction.Exec, Arguments = ["true"],
    };
}
