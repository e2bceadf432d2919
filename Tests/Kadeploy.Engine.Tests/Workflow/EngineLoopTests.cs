using Kadeploy.Engine.Time;
using Kadeploy.Engine.Workflow;
using Xunit;

namespace Kadeploy.Engine.Tests.Workflow;

public class EngineLoopTests
{
    private readonly VirtualTime _time = new(DateTimeOffset.UnixEpoch);

    [Fact]
    public async Task Work_comes_back_to_the_loop_after_each_await()
    {
        using var loop = new EngineLoop(_time);
        Assert.False(loop.IsCurrent);
        Assert.True(await loop.InvokeAsync(async () =>
        {
            await Task.Yield();
            await Task.Run(() => Assert.False(loop.IsCurrent));
            return loop.IsCurrent;
        }));
    }

    [Fact]
    public async Task Virtual_time_passes_only_while_nothing_can_be_done()
    {
        using var loop = new EngineLoop(_time);
        var order = await loop.InvokeAsync(async () =>
        {
            var seen = new List<double>();
            var long1 = Wait(100, seen);
            var short1 = Wait(1, seen);
            await Task.WhenAll(long1, short1);
            return seen;
        });
        Assert.Equal([1d, 100d], order);
    }

    [Fact]
    public async Task Virtual_time_stands_still_while_real_work_is_waited_for()
    {
        using var loop = new EngineLoop(_time);
        var work = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var seen = await loop.InvokeAsync(async () =>
        {
            var timer = Task.Delay(TimeSpan.FromSeconds(5), _time, CancellationToken.None);
            loop.Post(_ => work.SetResult(), null);
            await loop.HoldTimeAsync(work.Task);
            var before = _time.Elapsed;
            await timer;
            return (before, _time.Elapsed);
        });
        Assert.Equal((TimeSpan.Zero, TimeSpan.FromSeconds(5)), seen);
    }

    [Fact]
    public async Task A_drivers_continuation_runs_inside_the_timer_and_never_on_another_thread()
    {
        using var loop = new EngineLoop(_time);
        Assert.True(await loop.InvokeAsync(async () =>
        {
            var onLoop = await DriverAsync();
            return onLoop && loop.IsCurrent;
        }));

        async Task<bool> DriverAsync()
        {
            await Task.Delay(TimeSpan.FromSeconds(1), _time, CancellationToken.None).ConfigureAwait(false);
            var first = loop.IsCurrent;
            await Task.Delay(TimeSpan.FromSeconds(1), _time, CancellationToken.None).ConfigureAwait(false);
            return first && loop.IsCurrent;
        }
    }

    [Fact]
    public async Task An_exception_reaches_the_caller()
    {
        using var loop = new EngineLoop(_time);
        await Assert.ThrowsAsync<InvalidDataException>(() => loop.InvokeAsync<int>(() => throw new InvalidDataException()));
    }

    [Fact]
    public void Nobody_may_block_on_the_loop()
    {
        using var loop = new EngineLoop(_time);
        Assert.Throws<NotSupportedException>(() => loop.Send(_ => { }, null));
    }

    private async Task Wait(double seconds, List<double> seen)
    {
        await Task.Delay(TimeSpan.FromSeconds(seconds), _time, CancellationToken.None);
        seen.Add(_time.Elapsed.TotalSeconds);
    }
}
