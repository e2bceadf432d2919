using Xunit;

namespace Kadeploy.Engine.Tests.Drivers.Power;

/// <summary>What every power driver promises (see <see cref="IPowerController"/>).</summary>
public abstract class PowerControllerContractTests
{
    public static TheoryData<PowerLevel> Levels() => [.. Enum.GetValues<PowerLevel>()];

    [Fact]
    public Task Capabilities_name_the_levels_softest_first() => WithAsync(static bench =>
    {
        var capabilities = bench.Controller.Capabilities;
        Assert.NotEmpty(capabilities.Levels);
        Assert.Equal(capabilities.Levels.Order(), capabilities.Levels);
        Assert.Empty(capabilities.Missing);
        return Task.CompletedTask;
    });

    [Fact]
    public Task A_machine_is_what_it_was_switched_to() => WithAsync(static async bench =>
    {
        foreach (var state in new[] { PowerState.On, PowerState.Off, PowerState.On })
        {
            await SetAsync(bench, state);
            Assert.Equal(state, await StateAsync(bench));
        }
    });

    [Fact]
    public Task Switching_to_what_a_machine_is_already_changes_nothing() => WithAsync(static async bench =>
    {
        foreach (var state in new[] { PowerState.Off, PowerState.Off, PowerState.On })
        {
            await SetAsync(bench, state);
            Assert.Equal(state, await StateAsync(bench));
        }

        var starts = bench.Starts;
        await SetAsync(bench, PowerState.On);
        Assert.Equal(PowerState.On, await StateAsync(bench));
        Assert.Equal(starts, bench.Starts);
    });

    [Theory]
    [MemberData(nameof(Levels))]
    public Task A_reboot_starts_a_machine_that_was_off(PowerLevel level) => WithAsync(async bench =>
    {
        Assert.SkipUnless(bench.Controller.Capabilities.Levels.Contains(level), $"this driver has no level {level}");
        await SetAsync(bench, PowerState.Off);
        await bench.Controller.RebootAsync(bench.Node, level, bench.Attempt(1), TestContext.Current.CancellationToken);
        Assert.Equal(PowerState.On, await StateAsync(bench));
    });

    [Theory]
    [MemberData(nameof(Levels))]
    public Task A_reboot_starts_a_machine_that_was_on_again_and_once(PowerLevel level) => WithAsync(async bench =>
    {
        Assert.SkipUnless(bench.Controller.Capabilities.Levels.Contains(level), $"this driver has no level {level}");
        await SetAsync(bench, PowerState.On);
        var starts = bench.Starts;
        await bench.Controller.RebootAsync(bench.Node, level, bench.Attempt(1), TestContext.Current.CancellationToken);
        Assert.Equal(PowerState.On, await StateAsync(bench));
        Assert.Equal(starts + 1, bench.Starts);
    });

    [Fact]
    public Task Nothing_happens_when_the_call_was_cancelled_before() => WithAsync(static async bench =>
    {
        await SetAsync(bench, PowerState.Off);
        var cancelled = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bench.Controller.GetStateAsync(bench.Node, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => bench.Controller.SetStateAsync(bench.Node, PowerState.On, PowerLevel.Hard, bench.Attempt(1), cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => bench.Controller.RebootAsync(bench.Node, PowerLevel.Hard, bench.Attempt(2), cancelled));
        Assert.Equal(PowerState.Off, await StateAsync(bench));
    });

    [Fact]
    public Task Many_callers_are_served_at_once() => WithAsync(static async bench =>
    {
        await SetAsync(bench, PowerState.On);
        var states = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => StateAsync(bench)));
        Assert.All(states, static state => Assert.Equal(PowerState.On, state));
    });

    [Fact]
    public Task Nothing_can_be_switched_to_unknown() => WithAsync(static async bench =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => bench.Controller.SetStateAsync(
            bench.Node, PowerState.Unknown, PowerLevel.Hard, bench.Attempt(1), TestContext.Current.CancellationToken)));

    private protected abstract PowerBench Open();

    private static Task SetAsync(PowerBench bench, PowerState state) =>
        bench.Controller.SetStateAsync(bench.Node, state, PowerLevel.Hard, bench.Attempt(1), TestContext.Current.CancellationToken);

    private static Task<PowerState> StateAsync(PowerBench bench) =>
        bench.Controller.GetStateAsync(bench.Node, TestContext.Current.CancellationToken);

    private async Task WithAsync(Func<PowerBench, Task> test)
    {
        using var bench = Open();
        await bench.RunAsync(() => test(bench));
    }
}
