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
    public async Task What_was_never_shown_is_not_taken_away()
    {
        var progress = Progress(null, null);
        foreach (var happened in SampleEvents.OfEveryKind(_plan)) progress.Add(happened);
        await progress.CompleteAsync();
        Assert.Empty(_streams.Told);
    }

    private DeploymentProgress Progress(TimeSpan? forecast, double? speed) => new(_streams, new FakeSession(_plan).Operation, _plan, forecast, speed, 7);
}
