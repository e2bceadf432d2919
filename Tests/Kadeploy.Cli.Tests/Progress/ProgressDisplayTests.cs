using Kadeploy.Cli.Progress;
using Kadeploy.Cli.Tests.Fakes;
using Kadeploy.Progress;
using Spectre.Console;
using Spectre.Console.Rendering;
using Xunit;

namespace Kadeploy.Cli.Tests.Progress;

public class ProgressDisplayTests
{
    private readonly Script _script = new();

    [Fact]
    public async Task Plain_progress_writes_a_line_for_each_macro_step_that_is_done()
    {
        var model = new ProgressModel(1, _script.Plan);
        var error = new StringWriter { NewLine = "\n" };
        await using var display = new PlainProgress(error, model, "title");
        foreach (var happened in _script.Started().Deployed(1).Events)
        {
            model.Add(happened);
            display.Changed();
        }

        Assert.Equal(
            [
                "title", "SetDeploymentEnv done after 2 s: 1 node through, 0 failed", "BroadcastEnv done after 4 s: 1 node through, 0 failed",
                "BootNewEnv done after 6 s: 1 node through, 0 failed", "Verify done after 8 s: 1 node through, 0 failed",
            ],
            error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task A_broadcast_is_shown_while_it_lasts_and_has_its_line_at_the_end()
    {
        var model = new ProgressModel(1, _script.Plan);
        var error = new StringWriter { NewLine = "\n" };
        await using var display = new PlainProgress(error, model, "title");
        var step = Script.Step(MacroStep.BroadcastEnv, 0);
        var view = new ProgressView("title", null, null, 80, unicode: false);
        Tell(new OperationEvent.BroadcastProgressed
        {
            Operation = _script.Plan.Operation, At = _script.Plan.PlannedAt, Step = step, Set = 1,
            Progress = new(1000, [new(NodeName.Parse("sim-1"), 300, 100, 1, TransferState.Receiving)]),
        });
        Assert.Contains("broadcast: 1 of 1 node at 30 % of 1.0 KiB, 100 B/s", Text(view.Draw(model.Snapshot(0))), StringComparison.Ordinal);
        Assert.Equal("title\n", error.ToString());
        Tell(new OperationEvent.BroadcastFinished
        {
            Operation = _script.Plan.Operation, At = _script.Plan.PlannedAt, Step = step, Set = 1, Summary = new(1000, 1, TimeSpan.FromSeconds(2)) { BytesPerSecond = 500, ServerBytes = 1000 },
        });
        Assert.Equal("title\nbroadcast: 1.0 KiB to 1 node in 2 s, 500 B/s each; sent by this server 1.0 KiB, in vain 0 B\n", error.ToString());
        Assert.DoesNotContain("at 30 %", Text(view.Draw(model.Snapshot(0))), StringComparison.Ordinal);

        void Tell(OperationEvent happened)
        {
            model.Add(happened);
            display.Changed();
        }
    }

    [Fact]
    public void The_picture_has_a_bar_for_each_macro_step_the_clock_the_time_left_and_the_slowest_nodes()
    {
        _script.Started().Through(1, MacroStep.SetDeploymentEnv).Begins(2, MacroStep.SetDeploymentEnv, 0);
        var picture = Draw(new ProgressView("title", new(TimeSpan.FromSeconds(12), "the plan predicts"), null, 80, unicode: false), slowest: 3);
        Assert.StartsWith("title\n", picture, StringComparison.Ordinal);
        Assert.Matches(@"SetDeploymentEnv +#+-* +1/2 +1 under way", picture);
        Assert.Matches(@"Verify +-+ +0/2", picture);
        Assert.Contains("Virtual clock 2 s, about 10 s left of the 12 s that the plan", picture, StringComparison.Ordinal);
        Assert.Matches(@"Slowest +sim-2 +SetDeploymentEnvTest:First +0 s", picture);
    }

    [Fact]
    public void A_bar_is_full_only_when_all_nodes_are_through_and_never_empty_when_one_is()
    {
        _script.Nodes = 1000;
        _script.Started().Through(1, MacroStep.SetDeploymentEnv);
        var bar = Draw(new ProgressView("title", null, null, 80, unicode: false), slowest: 0).Split('\n')[1];
        Assert.Equal(1, bar.Count(static c => c == '#'));
    }

    [Fact]
    public void A_region_is_drawn_over_what_it_drew_before_and_leaves_nothing()
    {
        var screen = new StringWriter();
        var draftText = new StringWriter();
        var draft = AnsiConsole.Create(new() { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(draftText) });
        var region = new LiveRegion(screen, draft, draftText);
        region.Draw(new Rows(new Text("one"), new Text("two")));
        region.Draw(new Text("three"));
        region.Clear();
        region.Clear();
        Assert.Equal("one\ntwo\n\e[2F\e[Jthree\n\e[1F\e[J", screen.ToString().ReplaceLineEndings("\n"));
    }

    private string Draw(ProgressView view, int slowest)
    {
        var model = new ProgressModel(_script.Nodes, _script.Plan);
        foreach (var happened in _script.Events) model.Add(happened);
        return Text(view.Draw(model.Snapshot(slowest)));
    }

    private static string Text(IRenderable picture)
    {
        var text = new StringWriter();
        var console = AnsiConsole.Create(new() { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(text) });
        console.Profile.Width = 100;
        console.Write(picture);
        return string.Join('\n', text.ToString().ReplaceLineEndings("\n").Split('\n').Select(static line => line.TrimEnd()));
    }
}
