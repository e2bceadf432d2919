using Xunit;

namespace Kadeploy.Engine.Tests.MicroSteps;

public class PowerStepTests
{
    private readonly StepRun _run = new();

    public PowerStepTests() => _run.Asked = Ask(PowerLevel.Soft);

    private IEnumerable<(PowerState State, PowerLevel Level)> Switched => _run.Drivers.Power.Switched.Select(static each => (each.State, each.Level));

    [Fact]
    public async Task Who_is_what_he_is_to_be_is_left_alone()
    {
        Assert.Equal(PowerState.On, (await _run.RunAsync("Power", "On"))?.Power);
        Assert.Empty(Switched);
    }

    [Fact]
    public async Task Switching_ends_with_the_state_that_the_controller_reports()
    {
        Assert.Equal(PowerState.Off, (await _run.RunAsync("Power", "Off"))?.Power);
        Assert.Equal([(PowerState.Off, PowerLevel.Soft)], Switched);
    }

    [Fact]
    public async Task Refused_and_ignored_levels_are_followed_by_harder_ones()
    {
        _run.Drivers.Power.Ignored.Add(PowerLevel.Soft);
        _run.Drivers.Power.Refused.Add(PowerLevel.Hard);
        Assert.Equal(PowerState.Off, (await _run.RunAsync("Power", "Off"))?.Power);
        Assert.Equal([(PowerState.Off, PowerLevel.Soft), (PowerState.Off, PowerLevel.Hard), (PowerState.Off, PowerLevel.VeryHard)], Switched);
    }

    [Fact]
    public async Task The_level_that_is_asked_for_is_the_first()
    {
        _run.Asked = Ask(PowerLevel.Hard);
        await _run.RunAsync("Power", "Off");
        Assert.Equal([(PowerState.Off, PowerLevel.Hard)], Switched);
    }

    [Fact]
    public async Task When_nothing_helps_the_fault_names_every_level()
    {
        _run.Drivers.Power.Ignored.UnionWith([PowerLevel.Soft, PowerLevel.Hard]);
        _run.Drivers.Power.Refused.Add(PowerLevel.VeryHard);
        var failure = await _run.FailAsync("Power", "Off");
        Assert.Equal("node a-1: no power off at any level (Soft, Hard: still On; VeryHard: no VeryHard)", failure.Message);
    }

    [Fact]
    public async Task Where_states_cannot_be_told_the_command_counts()
    {
        _run.Drivers.Power.State = null;
        Assert.Equal(PowerState.On, (await _run.RunAsync("Power", "On"))?.Power);
        Assert.Equal([(PowerState.On, PowerLevel.Soft)], Switched);
    }

    [Theory]
    [InlineData(PowerState.On)]
    [InlineData(PowerState.Off)]
    public async Task Asking_changes_nothing(PowerState state)
    {
        _run.Drivers.Power.State = state;
        Assert.Equal(state, (await _run.RunAsync("PowerStatus"))?.Power);
        Assert.Empty(Switched);
        Assert.Empty(_run.Drivers.Power.Reboots);
    }

    [Fact]
    public async Task A_question_that_no_driver_can_answer_is_told()
    {
        _run.Drivers.Power.State = null;
        var failure = await Assert.ThrowsAsync<DriverUnusableException>(() => _run.RunAsync("PowerStatus"));
        Assert.Contains("node a-1: nothing is configured that asks for its state", failure.Message, StringComparison.Ordinal);
    }

    private static PowerRequest Ask(PowerLevel level) => new() { Nodes = [NodeName.Parse("a-1")], User = "jane", Action = PowerAction.Cycle, Level = level };
}
