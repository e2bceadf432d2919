using Kadeploy.Engine.Drivers.Fake;
using Xunit;

namespace Kadeploy.Engine.Tests.Drivers.Fake;

public class SimulatedClusterTests
{
    private static readonly string[] DiskSteps = ["CreatePartitionTable", "FormatDeployPart", "MountDeployPart", "FormatSwapPart"];
    private static readonly string[] ImageSteps = ["CheckKernelFiles", "InstallBootloader", "Sync"];

    private readonly CancellationToken _token = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_whole_deployment_ends_in_the_new_system()
    {
        using var bench = Realistic();
        await bench.RunAsync(async () =>
        {
            var environment = await bench.EnterDeploymentEnvironmentAsync(1);
            await InstallAsync(bench, DiskSteps, ImageSteps);
            var system = await BootAsync(bench, environment.BootId);
            Assert.Equal(SamplePlan.Operation, system.DeployedBy);
            Assert.Equal("/dev/sda3", system.RootDevice);
            Assert.NotEqual(environment.BootId, system.BootId);
        });
        Assert.True(bench.Time.Elapsed > TimeSpan.FromSeconds(150));
    }

    [Theory]
    [InlineData("CreatePartitionTable")]
    [InlineData("FormatDeployPart")]
    [InlineData("MountDeployPart")]
    public async Task A_disk_on_which_a_step_was_left_out_takes_no_image(string left)
    {
        using var bench = Realistic();
        await bench.RunAsync(async () =>
        {
            await bench.EnterDeploymentEnvironmentAsync(1);
            await bench.CommandsAsync(1, MacroStep.SetDeploymentEnv, [.. DiskSteps.Where(step => step != left)]);
            var result = Assert.Single(await bench.BroadcastAsync([1]));
            Assert.Equal(FaultCodes.Broadcast, result.Failure?.Code);
            Assert.Null(result.Digest);
        });
    }

    [Theory]
    [InlineData("InstallBootloader")]
    [InlineData("Sync")]
    public async Task An_image_on_which_a_step_was_left_out_does_not_boot(string left)
    {
        using var bench = Realistic();
        using var giveUp = new CancellationTokenSource(TimeSpan.FromHours(1), bench.Time);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bench.RunAsync(async () =>
        {
            await bench.EnterDeploymentEnvironmentAsync(1);
            await InstallAsync(bench, DiskSteps, [.. ImageSteps.Where(step => step != left)]);
            await BootAsync(bench, null, giveUp.Token);
        }));
    }

    [Fact]
    public async Task A_node_whose_disk_was_not_touched_boots_its_old_system()
    {
        using var bench = Realistic();
        await bench.RunAsync(async () =>
        {
            var before = await bench.Drivers.Channel.IdentifyAsync(bench[1], _token);
            await bench.RebootAsync(1);
            Assert.Null(await bench.Drivers.Channel.IdentifyAsync(bench[1], _token));
            var after = await bench.Drivers.Channel.WaitForAsync(bench[1], SystemKind.Installed, before!.BootId, _token);
            Assert.NotEqual(before.BootId, after.BootId);
            Assert.Equal((null, "/dev/sda2"), (after.DeployedBy, after.RootDevice));
        });
    }

    [Fact]
    public async Task Waiting_never_returns_the_system_that_was_there_before()
    {
        using var bench = Realistic();
        await bench.RunAsync(async () =>
        {
            var old = await bench.Drivers.Channel.IdentifyAsync(bench[1], _token);
            var wait = bench.Drivers.Channel.WaitForAsync(bench[1], SystemKind.Installed, old!.BootId, _token);
            await Task.Delay(TimeSpan.FromHours(1), bench.Time, CancellationToken.None);
            Assert.False(wait.IsCompleted);
            await bench.RebootAsync(1);
            Assert.NotEqual(old.BootId, (await wait).BootId);
        });
    }

    [Fact]
    public async Task Waiting_is_told_at_the_very_moment_of_the_first_sign_of_life()
    {
        using var bench = Realistic();
        var expected = bench.World.Latencies.Boot(
            bench.Plan.Attempt("sim-1", MacroStep.SetDeploymentEnv, "Reboot"), FaultPlan.Healthy, kexec: false, overNetwork: true);
        await bench.RunAsync(async () =>
        {
            await bench.PrepareAsync(1, new BootEntry.DeploymentEnvironment());
            await bench.RebootAsync(1);
            var ordered = bench.Time.Elapsed;
            await bench.Drivers.Channel.WaitForAsync(bench[1], SystemKind.DeploymentEnvironment, null, _token);
            Assert.Equal(expected, bench.Time.Elapsed - ordered);
        });
    }

    [Fact]
    public async Task Waiting_for_one_system_when_the_other_comes_up_is_a_failure()
    {
        using var bench = Realistic();
        var failure = await Assert.ThrowsAsync<OperationFailedException>(() => bench.RunAsync(async () =>
        {
            await bench.RebootAsync(1);
            await bench.Drivers.Channel.WaitForAsync(bench[1], SystemKind.DeploymentEnvironment, "sim-1#0", _token);
        }));
        Assert.Equal(FaultCodes.WrongSystem, failure.Code);
    }

    [Fact]
    public async Task A_wait_that_is_given_up_leaves_the_boot_alone()
    {
        using var bench = Realistic();
        await bench.RunAsync(async () =>
        {
            await bench.RebootAsync(1);
            using var giveUp = new CancellationTokenSource(TimeSpan.FromSeconds(10), bench.Time);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(
                () => bench.Drivers.Channel.WaitForAsync(bench[1], SystemKind.Installed, null, giveUp.Token));
            Assert.NotNull(await bench.Drivers.Channel.WaitForAsync(bench[1], SystemKind.Installed, null, _token));
        });
    }

    [Fact]
    public async Task Another_reset_takes_the_place_of_the_boot_that_was_under_way()
    {
        using var bench = Realistic();
        await bench.RunAsync(async () =>
        {
            await bench.RebootAsync(1);
            await bench.RebootAsync(1, attempt: 2);
            var up = await bench.Drivers.Channel.WaitForAsync(bench[1], SystemKind.Installed, null, _token);
            Assert.Equal("sim-1#2", up.BootId);
            await Task.Delay(TimeSpan.FromHours(1), bench.Time, CancellationToken.None);
            Assert.Equal(up, await bench.Drivers.Channel.IdentifyAsync(bench[1], _token));
        });
    }

    [Fact]
    public async Task A_node_that_is_off_does_not_answer_until_it_is_switched_on()
    {
        using var bench = Realistic();
        var attempt = bench.Plan.Attempt("sim-1", MacroStep.SetDeploymentEnv, "Reboot");
        await bench.RunAsync(async () =>
        {
            await bench.EnterDeploymentEnvironmentAsync(1);
            await bench.Drivers.Power.SetStateAsync(bench[1], PowerState.Off, PowerLevel.Hard, attempt, _token);
            Assert.Equal(PowerState.Off, await bench.Drivers.Power.GetStateAsync(bench[1], _token));
            Assert.Null(await bench.Drivers.Channel.IdentifyAsync(bench[1], _token));
            await Assert.ThrowsAsync<ChannelLostException>(() => bench.CommandAsync(1, MacroStep.SetDeploymentEnv, "CreatePartitionTable", cancellationToken: _token));
            Assert.NotNull(Assert.Single(await bench.BroadcastAsync([1])).Failure);
            await bench.Drivers.Power.SetStateAsync(bench[1], PowerState.On, PowerLevel.Hard, attempt, _token);
            Assert.NotNull(await bench.Drivers.Channel.WaitForAsync(bench[1], SystemKind.DeploymentEnvironment, null, _token));
        });
    }

    [Fact]
    public async Task Commands_run_in_the_deployment_environment_only()
    {
        using var bench = Realistic();
        await Assert.ThrowsAsync<ChannelLostException>(
            () => bench.RunAsync(() => bench.CommandAsync(1, MacroStep.SetDeploymentEnv, "CreatePartitionTable")));
    }

    [Fact]
    public async Task A_command_is_lost_when_its_node_is_reset()
    {
        using var bench = Realistic();
        await bench.RunAsync(async () =>
        {
            await bench.EnterDeploymentEnvironmentAsync(1);
            var command = bench.CommandAsync(1, MacroStep.SetDeploymentEnv, "CreatePartitionTable");
            await bench.RebootAsync(1, attempt: 2);
            await Assert.ThrowsAsync<ChannelLostException>(() => command);
        });
    }

    [Fact]
    public async Task A_cancelled_command_has_not_run_and_a_command_of_a_known_attempt_is_not_run_twice()
    {
        using var file = new TemporaryFile();
        using var bench = Realistic(file.Path);
        await bench.RunAsync(async () =>
        {
            await bench.EnterDeploymentEnvironmentAsync(1);
            using var giveUp = new CancellationTokenSource(TimeSpan.FromSeconds(0.5), bench.Time);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(
                () => bench.CommandAsync(1, MacroStep.SetDeploymentEnv, "CreatePartitionTable", cancellationToken: giveUp.Token));
            Assert.DoesNotContain(SideEffectLedger.Read(file.Path), static effect => effect.Effect == "CreatePartitionTable");
            for (var i = 0; i < 3; i++) await bench.CommandAsync(1, MacroStep.SetDeploymentEnv, "CreatePartitionTable");
            Assert.Single(SideEffectLedger.Read(file.Path), static effect => effect.Effect == "CreatePartitionTable");
            await bench.CommandAsync(1, MacroStep.SetDeploymentEnv, "CreatePartitionTable", attempt: 2);
            await bench.CommandAsync(1, MacroStep.SetDeploymentEnv, "FormatSwapPart");
            await bench.CommandAsync(1, MacroStep.SetDeploymentEnv, "FormatSwapPart", ordinal: 1); // the same command again in one attempt
            Assert.Equal(2, SideEffectLedger.Read(file.Path).Count(static effect => effect.Effect == "FormatSwapPart"));
            Assert.Equal(
                [1, 2], SideEffectLedger.Read(file.Path).Where(static effect => effect.Effect == "CreatePartitionTable").Select(static effect => effect.Attempt));
        });
    }

    [Fact]
    public async Task A_cancelled_broadcast_leaves_half_written_disks()
    {
        using var bench = Realistic();
        await bench.RunAsync(async () =>
        {
            await bench.EnterDeploymentEnvironmentAsync(1);
            await bench.CommandsAsync(1, MacroStep.SetDeploymentEnv, DiskSteps);
            await bench.BroadcastAsync([1]);
            using var giveUp = new CancellationTokenSource(TimeSpan.FromSeconds(5), bench.Time);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bench.BroadcastAsync([1], 2, giveUp.Token));
            Assert.Equal(1, (await bench.CommandAsync(1, MacroStep.BroadcastEnv, "CheckKernelFiles")).ExitStatus);
        });
    }

    [Fact]
    public async Task A_broadcast_tells_each_node_s_digest_as_the_node_ends()
    {
        using var bench = new SimulationBench(SamplePlan.Default(20, new() { Latency = LatencyProfile.Realistic }));
        await bench.RunAsync(async () =>
        {
            await Task.WhenAll(Enumerable.Range(1, 20).Select(async node =>
            {
                await bench.EnterDeploymentEnvironmentAsync(node);
                await bench.CommandsAsync(node, MacroStep.SetDeploymentEnv, DiskSteps);
            }));
            var results = await bench.BroadcastAsync([.. Enumerable.Range(1, 20)]);
            Assert.All(results, static result => Assert.Equal(SimulationNodes.Environment.Image.Sha256, result.Digest));
            Assert.Equal(20, results.Select(static result => result.Node).Distinct().Count());
            Assert.NotEqual(results.Select(static result => result.Node).Order(), results.Select(static result => result.Node));
        });
    }

    [Fact]
    public async Task Without_latencies_every_call_has_ended_when_it_returns()
    {
        using var world = SimulatedCluster.Open(new(), SamplePlan.Default(1), null, TimeProvider.System);
        var (plan, node) = (SamplePlan.Default(1), SimulationNodes.Create(1)[0]);
        var prepare = world.Drivers.NetBoot.PrepareAsync(
            node, new BootEntry.DeploymentEnvironment(), plan.Attempt("sim-1", MacroStep.SetDeploymentEnv, "SwitchPxe"), _token);
        var reboot = world.Drivers.Power.RebootAsync(
            node, PowerLevel.Soft, plan.Attempt("sim-1", MacroStep.SetDeploymentEnv, "Reboot"), _token);
        var wait = world.Drivers.Channel.WaitForAsync(node, SystemKind.DeploymentEnvironment, "sim-1#0", _token);
        var command = world.Drivers.Channel.RunAsync(
            node, new(plan.Attempt("sim-1", MacroStep.SetDeploymentEnv, "CreatePartitionTable"), "program", []), _token);
        Assert.True(prepare.IsCompletedSuccessfully && reboot.IsCompletedSuccessfully && wait.IsCompletedSuccessfully && command.IsCompletedSuccessfully);
        Assert.Equal(0, (await command).ExitStatus);
    }

    [Fact]
    public async Task A_node_of_another_cluster_is_refused()
    {
        using var bench = Realistic();
        var stranger = bench[1] with { Name = NodeName.Parse("stranger") };
        await Assert.ThrowsAsync<DriverUnusableException>(
            () => bench.RunAsync(() => bench.Drivers.Channel.IdentifyAsync(stranger, _token)));
    }

    private static SimulationBench Realistic(string? worldFile = null) =>
        new(SamplePlan.Default(1, new() { Latency = LatencyProfile.Realistic }), worldFile);

    private static async Task InstallAsync(SimulationBench bench, string[] diskSteps, string[] imageSteps)
    {
        Assert.All(await bench.CommandsAsync(1, MacroStep.SetDeploymentEnv, diskSteps), static status => Assert.Equal(0, status));
        Assert.NotNull(Assert.Single(await bench.BroadcastAsync([1])).Digest);
        Assert.All(await bench.CommandsAsync(1, MacroStep.BroadcastEnv, imageSteps), static status => Assert.Equal(0, status));
    }

    private static async Task<RunningSystem> BootAsync(SimulationBench bench, string? previousBootId, CancellationToken cancellationToken = default)
    {
        await bench.PrepareAsync(1, new BootEntry.LocalDisk("/dev/sda", 3), MacroStep.BootNewEnv);
        await bench.CommandAsync(1, MacroStep.BootNewEnv, "RebootFromDeployEnv", cancellationToken: cancellationToken);
        return await bench.Drivers.Channel.WaitForAsync(bench[1], SystemKind.Installed, previousBootId, cancellationToken);
    }
}
