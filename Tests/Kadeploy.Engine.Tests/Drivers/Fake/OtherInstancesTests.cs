using Kadeploy.Engine.Drivers.Fake;
using Xunit;

namespace Kadeploy.Engine.Tests.Drivers.Fake;

/// <summary>Ways into the deployment environment, and out of it, other than through the firmware.</summary>
public class OtherInstancesTests
{
    private readonly CancellationToken _token = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Kexec_leads_from_the_old_system_to_the_deployment_environment_without_the_firmware()
    {
        using var bench = Bench("SetDeploymentEnvKexec", "SendDeploymentKernel", "Sync", "Kexec", "WaitReboot");
        await bench.RunAsync(async () =>
        {
            Assert.Equal(1, (await bench.CommandAsync(1, MacroStep.SetDeploymentEnv, "Kexec")).ExitStatus); // no kernel was sent
            Assert.DoesNotContain(1, await bench.CommandsAsync(1, MacroStep.SetDeploymentEnv, "SendDeploymentKernel", "Sync"));
            Assert.Equal(0, (await bench.CommandAsync(1, MacroStep.SetDeploymentEnv, "Kexec", attempt: 2)).ExitStatus);
            Assert.Null(await bench.Drivers.Channel.IdentifyAsync(bench[1], _token));
            var system = await bench.Drivers.Channel.WaitForAsync(bench[1], SystemKind.DeploymentEnvironment, "sim-1#0", _token);
            Assert.Equal("sim-1#1", system.BootId);
        });
        Assert.True(bench.Time.Elapsed < TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task The_production_system_can_serve_as_deployment_environment_until_it_goes_down()
    {
        using var file = new TemporaryFile();
        using var bench = Bench("SetDeploymentEnvProd", file.Path, ["CheckNodes", "Reboot", "FormatDeployPart", "MountDeployPart"]);
        await bench.RunAsync(async () =>
        {
            Assert.DoesNotContain(1, await bench.CommandsAsync(1, MacroStep.SetDeploymentEnv, "FormatDeployPart", "MountDeployPart"));
            using (var again = SimulatedCluster.Open(bench.Plan.Simulation!, bench.Plan, file.Path, bench.Time))
                Assert.True(again.Find(bench[1].Name).TakesCommands);
            Assert.NotNull(Assert.Single(await bench.BroadcastAsync([1])).Digest);
            await bench.RebootAsync(1);
            await Assert.ThrowsAsync<ChannelLostException>(() => bench.CommandAsync(1, MacroStep.BroadcastEnv, "Sync", cancellationToken: _token));
        });
    }

    [Fact]
    public async Task Kexec_out_of_the_deployment_environment_leads_to_the_image()
    {
        using var bench = Bench("BootNewEnvKexec");
        await bench.RunAsync(async () =>
        {
            await bench.EnterDeploymentEnvironmentAsync(1);
            Assert.Equal(1, (await bench.CommandAsync(1, MacroStep.BootNewEnv, "Kexec")).ExitStatus); // no image, so no kernel
            await bench.BroadcastAsync([1]);
            await bench.CommandsAsync(1, MacroStep.BroadcastEnv, "Sync");
            Assert.Equal(0, (await bench.CommandAsync(1, MacroStep.BootNewEnv, "Kexec", attempt: 2)).ExitStatus);
            var system = await bench.Drivers.Channel.WaitForAsync(bench[1], SystemKind.Installed, null, _token);
            Assert.Equal(SamplePlan.Operation, system.DeployedBy);
        });
    }

    [Fact]
    public async Task Nodes_move_between_networks_together()
    {
        using var file = new TemporaryFile();
        var plan = SamplePlan.Default(3);
        using (var bench = new SimulationBench(plan, file.Path))
            await bench.RunAsync(() => bench.Drivers.Vlan.MoveAsync([bench[1], bench[3]], "private 7", _token));

        using var world = SimulatedCluster.Open(plan.Simulation!, plan, file.Path, TimeProvider.System);
        Assert.Equal(["private 7", "DEFAULT", "private 7"], plan.Clusters[0].Nodes.Select(node => world.Find(node.Name).Vlan));
    }

    private static SimulationBench Bench(string instance, params string[] steps) => Bench(instance, null, steps);

    private static SimulationBench Bench(string instance, string? worldFile, string[] steps)
    {
        var boots = instance == "BootNewEnvKexec";
        return new(
            SamplePlan.Of(
                SimulationNodes.Create(1), new() { Latency = LatencyProfile.Realistic },
                SamplePlan.Macro(
                    MacroStep.SetDeploymentEnv, Instance(boots ? "SetDeploymentEnvUntrusted" : instance, boots ? ["SwitchPxe", "Reboot"] : steps)),
                SamplePlan.Macro(MacroStep.BroadcastEnv, Instance("BroadcastEnvChain", "SendEnvironment", "Sync")),
                SamplePlan.Macro(MacroStep.BootNewEnv, Instance(boots ? instance : "BootNewEnvClassical", "SwitchPxe", "Kexec"))),
            worldFile);
    }

    private static InstancePlan Instance(string name, params string[] steps) =>
        SamplePlan.Instance(name, 0, 0, [.. steps.Select(static step => SamplePlan.Step(step))]);
}
