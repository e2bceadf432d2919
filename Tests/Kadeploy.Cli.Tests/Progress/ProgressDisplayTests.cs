using Kadeploy.Cli.Progress;
using Kadeploy.Cli.Tests.Fakes;
using Kadeploy.Progress;
using Spectre.Console;
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
        var text = new StringWriter();
        var console = AnsiConsole.Create(new() { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(text) });
        console.Profile.Width = 100;
        console.Write(view.Draw(model.Snapshot(slowest)));
        return string.Join('\n', text.ToString().ReplaceLineEndings("\n").Split('\n').Select(static line => line.TrimEnd()));
    }
}
