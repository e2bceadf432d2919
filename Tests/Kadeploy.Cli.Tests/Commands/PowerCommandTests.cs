using Kadeploy.Cli.Tests.Fakes;
using Xunit;

namespace Kadeploy.Cli.Tests.Commands;

public sealed class PowerCommandTests : IDisposable
{
    private readonly SiteFolder _site = new();
    private readonly FakeConsole _console = new();
    private readonly FakeEngines _engines = new();

    public PowerCommandTests() => _console.Variables["KADEPLOY_CONFIG"] = _site["kadeploy.yml"];

    public void Dispose() => _site.Dispose();

    [Theory]
    [InlineData("on", PowerAction.On)]
    [InlineData("off", PowerAction.Off)]
    [InlineData("cycle", PowerAction.Cycle)]
    [InlineData("status", PowerAction.Status)]
    public async Task Each_word_is_a_request(string word, PowerAction action)
    {
        _engines.End(_engines.Script.Ended(new(Ok: 2)));
        var level = action == PowerAction.Status ? Array.Empty<string>() : ["-l", "hard"];
        Assert.Equal(ExitCode.Ok, await RunAsync([word, "-m", "node-[1-2]", .. level]));
        var request = Assert.IsType<PowerRequest>(Assert.Single(_engines.Requests));
        Assert.Equal((action, level.Length > 0 ? PowerLevel.Hard : PowerLevel.Soft, 2), (request.Action, request.Level, request.Nodes.Length));
    }

    [Fact]
    public async Task States_are_written_as_they_come_and_nothing_else_is()
    {
        var fault = Script.Fault(FaultCodes.PowerTimeout, null);
        _engines.Script.Started().Ends(1, NodeState.Ok, power: PowerState.On).Ends(2, NodeState.Ok, power: PowerState.Off).Ends(3, NodeState.Ko, fault);
        _engines.End(_engines.Script.Ended(new(Ok: 2, Ko: 1)));
        Assert.Equal(ExitCode.SomeFailed, await RunAsync("status", "-m", "node-[1-2]"));
        Assert.Equal(["sim-1: on", "sim-2: off", $"sim-3: unknown ({FaultCodes.PowerTimeout}: it broke)"], _console.OutputLines);
    }

    [Fact]
    public async Task Programs_find_states_among_the_events()
    {
        _engines.Script.Started().Ends(1, NodeState.Ok, power: PowerState.Off);
        _engines.End(_engines.Script.Ended(new(Ok: 1)));
        Assert.Equal(ExitCode.Ok, await RunAsync("status", "-m", "node-1", "--json"));
        Assert.Contains(_console.OutputLines, static line => line.Contains("\"kind\":\"nodeFinished\"", StringComparison.Ordinal) && line.Contains("\"power\":\"off\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_word_is_needed_and_a_question_has_no_level()
    {
        Assert.Equal(ExitCode.Usage, await RunAsync("status", "-m", "node-1", "-l", "hard"));
        Assert.Equal(ExitCode.Usage, await RunAsync("sideways", "-m", "node-1"));
        Assert.Equal(ExitCode.Usage, await RunAsync());
        Assert.Empty(_engines.Requests);
    }

    private Task<ExitCode> RunAsync(params string[] arguments) =>
        KadeployCommand.RunAsync(["power", .. arguments], _console, _engines, TestContext.Current.CancellationToken);
}
