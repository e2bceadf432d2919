using Kadeploy.Engine.Workflow;
using Xunit;

namespace Kadeploy.Engine.Tests.Workflow;

public class NodeStateMachineTests
{
    [Fact]
    public void The_diagram_in_the_architecture_page_is_the_table_in_the_code()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "ARCHITECTURE.md"));
        var drawn = Between(page, "```mermaid\nstateDiagram-v2\n", "```");
        Assert.Equal(Draw(), drawn);
    }

    [Fact]
    public void No_row_leads_out_of_a_final_state_and_every_state_is_reached() =>
        Assert.All(Enum.GetValues<NodeState>(), state =>
        {
            Assert.Equal(NodeStateMachine.IsFinal(state), NodeStateMachine.Table().All(row => row.From != state));
            Assert.True(state == NodeState.Planned || NodeStateMachine.Table().Any(row => row.To == state));
        });

    [Fact]
    public void What_the_table_does_not_know_is_a_defect() =>
        Assert.Throws<InvalidOperationException>(() => NodeStateMachine.After(NodeState.Ok, NodeTrigger.Started));

    private static string Draw()
    {
        var rows = NodeStateMachine.Table().Select(row => $"    {row.From} --> {row.To}: {row.Trigger}\n");
        var ends = Enum.GetValues<NodeState>().Where(NodeStateMachine.IsFinal).Select(state => $"    {state} --> [*]\n");
        return "    [*] --> Planned\n" + string.Concat(rows) + string.Concat(ends);
    }

    private static string Between(string text, string start, string end)
    {
        var from = text.IndexOf(start, StringComparison.Ordinal);
        Assert.True(from >= 0, $"ARCHITECTURE.md has no state diagram; it should read:\n{start}{Draw()}{end}");
        from += start.Length;
        return text[from..text.IndexOf(end, from, StringComparison.Ordinal)];
    }
}
