using Kadeploy.PowerShell.Bridge;
using Kadeploy.PowerShell.Tests.Fakes;
using Xunit;

namespace Kadeploy.PowerShell.Tests.Bridge;

public sealed class PipelineBridgeTests : IDisposable
{
    private readonly RecordingStreams _pipeline = new();
    private readonly CancellationTokenSource _stop = new();

    public void Dispose() => _stop.Dispose();

    [Fact]
    public void What_is_told_comes_in_order_and_on_the_calling_thread()
    {
        Run(async (streams, _) =>
        {
            for (var i = 0; i < 500; i++)
            {
                await streams.WriteAsync(i);
                if (i % 7 == 0) await Task.Yield();
            }
        });
        Assert.Equal(Enumerable.Range(0, 500).Cast<object>(), _pipeline.Told);
        Assert.Equal([Environment.CurrentManagedThreadId], _pipeline.Threads.Distinct());
    }

    [Fact]
    public void What_is_shown_was_seen_before_the_work_goes_on()
    {
        var seen = 0;
        Run(async (streams, _) =>
        {
            for (var i = 1; i <= 50; i++)
            {
                await streams.ShowAsync($"{i}");
                seen += _pipeline.Told.Count == i ? 1 : 0;
            }
        });
        Assert.Equal(50, seen);
        Assert.Equal([Environment.CurrentManagedThreadId], _pipeline.Threads.Distinct());
    }

    [Fact]
    public void Many_producers_lose_nothing()
    {
        Run((streams, _) => Task.WhenAll(Enumerable.Range(0, 8).Select(producer => Task.Run(async () =>
        {
            for (var i = 0; i < 100; i++) await streams.WriteAsync((producer, i));
        }))));
        Assert.Equal(800, _pipeline.Told.Distinct().Count());
        Assert.All(_pipeline.Told.Cast<(int Producer, int Number)>().GroupBy(static told => told.Producer), static group => Assert.Equal(group.Select(static each => each.Number).Order(), group.Select(static each => each.Number)));
    }

    [Fact]
    public void What_the_pipeline_throws_cancels_the_work_awaits_it_and_comes_out_as_it_is()
    {
        var thrown = new InvalidOperationException("the pipeline has enough");
        var ended = false;
        _pipeline.OnTold = told =>
        {
            if (told is 3) throw thrown;
        };
        var caught = Assert.Throws<InvalidOperationException>(() => Run(async (streams, token) =>
        {
            try
            {
                for (var i = 0; ; i++) await streams.WriteAsync(i);
            }
            finally
            {
                Assert.True(token.IsCancellationRequested);
                await Task.Yield();
                ended = true;
            }
        }));
        Assert.Same(thrown, caught);
        Assert.True(ended);
        Assert.Equal([0, 1, 2, 3], _pipeline.Told);
    }

    [Fact]
    public void A_stop_ends_a_silent_wait_quietly()
    {
        var ended = false;
        Run(async (streams, token) =>
        {
            await streams.WriteAsync(1);
            _stop.Cancel();
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
            }
            finally
            {
                ended = true;
            }
        });
        Assert.True(ended);
    }

    [Fact]
    public void After_a_stop_nothing_more_is_told()
    {
        _pipeline.OnTold = told =>
        {
            if (told is 2) _stop.Cancel();
        };
        Run(async (streams, _) =>
        {
            for (var i = 0; i < 100; i++) await streams.WriteAsync(i);
        });
        Assert.Equal([0, 1, 2], _pipeline.Told);
    }

    [Fact]
    public void A_failure_comes_after_what_was_told_before_it()
    {
        var failure = new ConfigurationException("no such node");
        var caught = Assert.Throws<ConfigurationException>(() => Run(async (streams, _) =>
        {
            await streams.WriteAsync("before");
            throw failure;
        }));
        Assert.Same(failure, caught);
        Assert.Equal(["before"], _pipeline.Told);
    }

    [Fact]
    public void A_failure_before_anything_was_told_comes_out() =>
        Assert.Throws<StoreException>(() => Run(static (_, _) => throw new StoreException("no space")));

    [Fact]
    public void A_cancellation_that_nobody_asked_for_is_no_silence() =>
        Assert.ThrowsAny<OperationCanceledException>(() => Run(static (_, _) => Task.FromException(new OperationCanceledException("the engine went away"))));

    [Theory]
    [InlineData((int)Consent.Given)]
    [InlineData((int)Consent.Refused)]
    [InlineData((int)Consent.WhatIf)]
    public void A_question_gets_the_pipelines_answer(int answer)
    {
        _pipeline.Answer = (Consent)answer;
        Consent? heard = null;
        Run(async (streams, _) => heard = await streams.AskAsync("all of it", "really?"));
        Assert.Equal((Consent)answer, heard);
        Assert.Equal([("ask", "all of it", "really?")], _pipeline.Told);
    }

    [Fact]
    public void What_the_question_throws_comes_out_and_the_work_ends()
    {
        _pipeline.OnTold = static _ => throw new InvalidOperationException("nobody is there to answer");
        Assert.Throws<InvalidOperationException>(() => Run(static async (streams, _) => await streams.AskAsync("all of it", "really?")));
    }

    [Fact]
    public void What_must_be_said_is_said_at_the_end_on_the_calling_thread_also_after_a_stop()
    {
        Run(async (streams, token) =>
        {
            try
            {
                await _stop.CancelAsync();
                token.ThrowIfCancellationRequested();
            }
            finally
            {
                streams.SayAtTheEnd("it goes on");
            }
        });
        Assert.Equal(["it goes on"], _pipeline.Farewells);
        Assert.Equal([Environment.CurrentManagedThreadId], _pipeline.Threads.Distinct());
    }

    private void Run(Func<ICmdletStreams, CancellationToken, Task> work) => PipelineBridge.Run(_pipeline, work, _stop.Token);
}
