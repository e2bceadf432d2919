using System.Text;
using Kadeploy.Engine.Drivers.Fake;
using Xunit;

namespace Kadeploy.Engine.Tests.Drivers.Fake;

public class WorldFileTests
{
    private static readonly SimulationOptions Flapping = new() { Seed = 1, FaultRate = 1, Faults = [FaultKind.Flaps] };

    [Fact]
    public async Task A_world_cut_off_anywhere_opens_as_it_was_after_its_last_whole_line_and_can_be_deployed()
    {
        using var file = new TemporaryFile();
        var plan = SamplePlan.Default(2, Flapping);
        await DeployAsync(plan, file.Path);
        var whole = await File.ReadAllBytesAsync(file.Path, TestContext.Current.CancellationToken);
        var ends = whole.Select(static (value, index) => (value, index)).Where(static pair => pair.value == '\n').Select(static pair => pair.index + 1).ToList();
        Assert.True(ends.Count > 30);
        foreach (var cut in ends.SelectMany(static end => new[] { end - 5, end - 1, end }).Where(cut => cut <= whole.Length))
        {
            using var part = new TemporaryFile();
            await File.WriteAllBytesAsync(part.Path, whole[..cut], TestContext.Current.CancellationToken);
            var lines = ends.Count(end => end <= cut);
            Assert.Equal(Math.Max(lines - 1, 0), WorldFile.Read(part.Path).Events.Count);
            await DeployAsync(plan, part.Path); // ends well from wherever the nodes are
            Assert.StartsWith(
                Encoding.UTF8.GetString(whole, 0, lines == 0 ? 0 : ends[lines - 1]),
                await File.ReadAllTextAsync(part.Path, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Nodes_are_where_they_were_and_remember_what_they_did()
    {
        using var file = new TemporaryFile();
        var plan = SamplePlan.Default(1, new() { Latency = LatencyProfile.Realistic });
        RunningSystem before;
        using (var bench = new SimulationBench(plan, file.Path))
        {
            before = await bench.RunAsync(() => bench.EnterDeploymentEnvironmentAsync(1));
            await bench.RunAsync(() => bench.CommandAsync(1, MacroStep.SetDeploymentEnv, "CreatePartitionTable"));
        }

        using (var bench = new SimulationBench(plan, file.Path))
        {
            Assert.Equal(before, await bench.RunAsync(() => bench.Drivers.Channel.IdentifyAsync(bench[1], default)));
            await bench.RunAsync(() => bench.CommandAsync(1, MacroStep.SetDeploymentEnv, "CreatePartitionTable"));
            Assert.Single(SideEffectLedger.Read(file.Path), static effect => effect.Effect == "CreatePartitionTable");
            var statuses = await bench.RunAsync(() => bench.CommandsAsync(1, MacroStep.SetDeploymentEnv, "FormatDeployPart"));
            Assert.Equal([0], statuses);
        }
    }

    [Fact]
    public async Task A_boot_that_was_under_way_goes_on()
    {
        using var file = new TemporaryFile();
        var plan = SamplePlan.Default(1, new() { Latency = LatencyProfile.Realistic });
        using (var bench = new SimulationBench(plan, file.Path))
            await bench.RunAsync(async () =>
            {
                await bench.RebootAsync(1);
                bench.World.Dispose(); // before the loop can move the time
            });

        using (var bench = new SimulationBench(plan, file.Path))
        {
            var up = await bench.RunAsync(() => bench.Drivers.Channel.WaitForAsync(bench[1], SystemKind.Installed, "sim-1#0", default));
            Assert.Equal("sim-1#1", up.BootId);
            Assert.True(bench.Time.Elapsed > TimeSpan.FromSeconds(60));
        }
    }

    [Fact]
    public async Task Every_side_effect_is_in_the_ledger_once_with_its_attempt()
    {
        using var file = new TemporaryFile();
        var plan = SamplePlan.Default(3);
        await DeployAsync(plan, file.Path);
        var ledger = SideEffectLedger.Read(file.Path);
        Assert.Equal(ledger.Length, ledger.Distinct().Count());
        Assert.Equal(
            ["profile", "reboot", "CreatePartitionTable", "FormatDeployPart", "MountDeployPart", "FormatSwapPart", "receive", "CheckKernelFiles",
                "InstallBootloader", "Sync", "profile", "UmountDeployPart", "reboot"],
            ledger.Where(static effect => effect.Node == NodeName.Parse("sim-2")).Select(static effect => effect.Effect));
        var reboot = ledger.First(static effect => effect.Effect == "reboot");
        var attempt = plan.Attempt("sim-1", MacroStep.SetDeploymentEnv, "Reboot");
        Assert.Equal((attempt.Step.Ordinal, 1, 1), (reboot.StepOrdinal, reboot.InstanceAttempt, reboot.Attempt));
    }

    [Theory]
    [InlineData("something else\n", "is no file of a simulated cluster")]
    [InlineData("kadeploy simulated world 1\nsim-1 - up\n", "line 2")]
    [InlineData("kadeploy simulated world 1\nsim-1 1.1.1 reboot Nowhere 5\n", "line 2")]
    [InlineData("kadeploy simulated world 1\nsim-1 0.1.1 profile disk\nsim-7 0.1.1 profile disk\n", "line 3: node 'sim-7'")]
    [InlineData("kadeploy simulated world 1\nsim-1 x profile disk\n", "line 2")]
    public void A_file_that_is_no_world_of_this_operation_is_refused_and_left_alone(string content, string problem)
    {
        using var file = new TemporaryFile();
        File.WriteAllText(file.Path, content);
        var failure = Assert.Throws<StoreException>(() => SimulatedCluster.Open(new(), SamplePlan.Default(1), file.Path, TimeProvider.System));
        Assert.Contains(file.Path, failure.Message, StringComparison.Ordinal);
        Assert.Contains(problem, failure.Message, StringComparison.Ordinal);
        Assert.Equal(content, File.ReadAllText(file.Path));
    }

    [Fact]
    public void A_place_where_no_file_can_be_is_named()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName(), "world");
        var failure = Assert.Throws<StoreException>(() => SimulatedCluster.Open(new(), SamplePlan.Default(1), path, TimeProvider.System));
        Assert.Contains(path, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_custom_step_s_name_may_hold_anything()
    {
        using var file = new TemporaryFile();
        using (var world = WorldFile.Open(file.Path, static _ => { }))
            world.Append(new(WorldEventKind.Run, "sim-1", new(3, 1, 1), WorldEvent.CommandData("0f", "custom_pre_a b\nü" + new string('x', 2000))));
        Assert.Equal("custom_pre_a b\nü" + new string('x', 2000), Assert.Single(SideEffectLedger.Read(file.Path)).Effect);
    }

    private static async Task DeployAsync(OperationPlan plan, string path)
    {
        using var bench = new SimulationBench(plan, path);
        foreach (var node in plan.Clusters[0].Nodes)
            Assert.Equal(NodeState.Ok, await bench.RunAsync(() => new TinyWorkflow(plan, bench.Drivers, bench.Time).RunAsync(node)));
    }
}
