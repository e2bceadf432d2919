using Kadeploy.PowerShell.Bridge;
using Kadeploy.PowerShell.Progress;
using Kadeploy.PowerShell.Tests.Fakes;
using Kadeploy.TestKit;
using Xunit;

namespace Kadeploy.PowerShell.Tests.Progress;

public class DeploymentProgressTests
{
    private readonly OperationPlan _plan = SamplePlans.Small(2);
    private readonly RecordingStreams _streams = new();

    [Fact]
    public async Task One_line_stands_for_all_nodes_and_one_under_it_for_each_slow_one()
    {
        var progress = Progress(TimeSpan.FromMinutes(10), 60);
        progress.Add(new OperationEvent.Started { Operation = _plan.Operation, At = _plan.PlannedAt });
        progress.Add(SampleEvents.StepStarted(_plan, _plan.Clusters[0].Nodes[0].Name, 0) with { At = _plan.PlannedAt });
        progress.Add(SampleEvents.StepStarted(_plan, _plan.Clusters[0].Nodes[1].Name, 0) with { At = _plan.PlannedAt.AddSeconds(30) });
        await progress.ShowAsync();
        var lines = _streams.Told.Cast<ProgressReport>().ToList();
        Assert.Equal([7, 8, 9], lines.Select(static line => line.Id));
        Assert.Equal([null, 7, 7], lines.Select(static line => line.Parent));
        Assert.Equal("0 ok, 0 failed, 2 to go: 2 in SetDeploymentEnv", lines[0].Status);
        Assert.Equal((0, 9), (lines[0].Percent, lines[0].SecondsLeft));
        Assert.Equal("node-1: SetDeploymentEnvUntrusted:SwitchPxe", lines[1].Activity);
        Assert.Contains("30 s", lines[1].Status, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lines_of_nodes_that_are_done_go_and_at_the_end_all_do()
    {
        var progress = Progress(null, null);
        foreach (var happened in SampleEvents.OfEveryKind(_plan).Take(3)) progress.Add(happened);
        await progress.ShowAsync();
        foreach (var happened in SampleEvents.OfEveryKind(_plan).Skip(3)) progress.Add(happened);
        await progress.ShowAsync();
        await progress.CompleteAsync();
        var last = _streams.Told.Cast<ProgressReport>().GroupBy(static line => line.Id).Select(static line => line.Last()).ToList();
        Assert.True(last.Count >= 2);
        Assert.All(last, static line => Assert.True(line.Completed));
        Assert.Contains(_streams.Told.Cast<ProgressReport>(), static line => line is { Percent: 100, Completed: false });
        Assert.All(_streams.Told.Cast<ProgressReport>(), static line => Assert.Equal(-1, line.SecondsLeft));
    }

    [Fact]
    public async Task A_broadcast_under_way_has_a_line_with_how_much_its_nodes_have_and_how_fast_it_comes()
    {
        var (first, second) = (_plan.Clusters[0].Nodes[0].Name, _plan.Clusters[0].Nodes[1].Name);
        var (progress, step) = (Progress(null, null), SampleEvents.Steps(_plan)[1]);
        progress.Add(new OperationEvent.BroadcastProgressed
        {
            Operation = _plan.Operation, At = _plan.PlannedAt, Step = step, Set = 1,
            Progress = new(1 << 30, [new(first, 512 << 20, 100 << 20, 1, TransferState.Receiving), new(second, 256 << 20, 100 << 20, 2, TransferState.Receiving)]),
        });
        await progress.ShowAsync();
        var line = Assert.Single(_streams.Told.Cast<ProgressReport>(), static line => line.Activity == "Broadcast");
        Assert.Equal(("2 of 2 nodes at 25 to 50 % of 1.0 GiB, 100 MiB/s", 37, 7), (line.Status, line.Percent, line.Parent));
        Assert.InRange(line.Id, 8, 7 + DeploymentProgress.Lines - 1);
        progress.Add(new OperationEvent.BroadcastFinished { Operation = _plan.Operation, At = _plan.PlannedAt, Step = step, Set = 1, Summary = new(1 << 30, 2, TimeSpan.FromSeconds(9)) });
        await progress.ShowAsync();
        Assert.True(_streams.Told.Cast<ProgressReport>().Last(each => each.Id == line.Id).Completed);
    }

    [Fact]
    public async Task What_was_never_shown_is_not_taken_away()
    {
        var progress = Progress(null, null);
        foreach (var happened in SampleEvents.OfEveryKind(_plan)) progress.Add(happened);
        await progress.CompleteAsync();
        Assert.Empty(_streams.Told);
    }

    private DeploymentProgress Progress(TimeSpan? forecast, double? speed) => new(_streams, new FakeSession(_plan).Operation, _plan, forecast, speed, 7);
}
