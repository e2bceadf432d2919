using System.Collections.Immutable;
using Kadeploy.Engine.Workflow;
using Kadeploy.TestKit.Drivers;
using Kadeploy.TestKit.Workflow;
using Xunit;

namespace Kadeploy.Engine.Tests.Workflow;

public class EvidenceTests
{
    private const string Token = "Zm9vYmFyYmF6cXV4-Zm9vYmFyYmF6cXV4_Zm9vYmFyY";

    private static readonly Node Node = new() { Name = NodeName.Parse("n-1"), Cluster = "n" };

    [Fact]
    public void The_failing_commands_lines_come_first_then_the_consoles_under_a_heading() =>
        Assert.Equal(["tar: broken", "console:", "Kernel panic"], Of(["tar: broken"], "Kernel panic"));

    [Fact]
    public void A_console_that_says_nothing_has_no_heading() => Assert.Equal(["tar: broken"], Of(["tar: broken"]));

    [Fact]
    public void A_broken_console_costs_its_lines_only() =>
        Assert.Equal(["a"], Evidence.Of(["a"], new BrokenConsole(), Node));

    [Fact]
    public void Both_parts_are_bounded_in_lines_and_in_their_length()
    {
        var lines = Of([.. Enumerable.Range(0, 100).Select(static i => $"out {i}")], [.. Enumerable.Range(0, 100).Select(static i => new string('x', 2000) + i)]);
        Assert.Equal((2 * Evidence.MostLines) + 1, lines.Length);
        Assert.Equal("out 99", lines[Evidence.MostLines - 1]);
        Assert.All(lines, static line => Assert.InRange(line.Length, 1, Evidence.LongestLine + 1));
    }

    [Fact]
    public void A_token_on_a_kernel_command_line_is_not_shown() =>
        Assert.Equal(
            ["console:", "Kernel command line: quiet kadeploy.token=*** panic=1"],
            Of([], $"Kernel command line: quiet kadeploy.token={Token} panic=1"));

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(42)]
    public void A_token_that_a_terminal_has_broken_into_two_lines_is_not_shown(int where)
    {
        var lines = Of([], $"append kadeploy.token={Token[..where]}", $"{Token[where..]} panic=1");
        Assert.Equal(["console:", "append kadeploy.token=***", "*** panic=1"], lines);
    }

    [Fact]
    public void A_token_in_the_output_of_a_command_is_not_shown() =>
        Assert.Equal(["cmdline: kadeploy.token=***"], Of([$"cmdline: kadeploy.token={Token}"]));

    [Fact]
    public async Task A_command_that_its_limit_cuts_off_tells_its_last_lines()
    {
        var harness = new WorkflowHarness();
        var step = harness.Step("Long", async (_, token) =>
        {
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, harness.Time, token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                throw new CommandStoppedException(["70 % done"], token);
            }
        }, timeout: 10);
        var result = await harness.RunAsync(harness.Plan(("n", 1, new ScriptedPlan().Then(
            new ScriptedInstance("I", step)))));
        var fault = result.Nodes.Values.Single().Fault!;
        Assert.Equal(FaultCodes.StepTimeout, fault.Code);
        Assert.Equal(["70 % done"], fault.Evidence);
    }

    private static ImmutableArray<string> Of(ImmutableArray<string> output, params string[] console) =>
        Evidence.Of(output, new RecordingConsole { Lines = [.. console] }, Node);

    private sealed class BrokenConsole : IConsole
    {
        public string Missing => "";

        public ImmutableArray<string> LastLines(Node node) => throw new IOException("stale file handle");
    }
}
