using Kadeploy.PowerShell.Bridge;
using Kadeploy.PowerShell.Running;
using Kadeploy.PowerShell.Tests.Fakes;
using Kadeploy.TestKit;
using Xunit;

namespace Kadeploy.PowerShell.Tests.Running;

public sealed class FollowingTests : IAsyncDisposable
{
    private readonly OperationPlan _plan = SamplePlans.Small(2);
    private readonly RecordingStreams _streams = new();
    private readonly ManualClock _clock = new();
    private readonly FakeSession _session;
    private readonly CancellationTokenSource _stop = new();

    public FollowingTests() => _session = new(_plan);

    public async ValueTask DisposeAsync()
    {
        _stop.Dispose();
        await _session.DisposeAsync();
    }

    [Fact]
    public async Task Each_node_is_a_result_and_one_that_failed_an_error_too()
    {
        _session.Happens(SampleEvents.OfEveryKind(_plan));
        _session.Ends();
        var ended = await FollowAsync(new() { Results = true, Errors = true, RunsHere = static _ => true });
        Assert.Equal(OperationState.Finished, ended!.State);
        var results = _streams.Told.OfType<NodeResult>().ToList();
        Assert.Equal([("node-1", NodeState.Ok), ("node-2", NodeState.Ko)], results.Select(static result => (result.Node.Value, result.State)));
        var error = Assert.Single(_streams.Told.OfType<ErrorReport>());
        Assert.Equal((FaultCodes.NoBoot, results[1]), (error.Code, error.Target));
        Assert.Equal("node-2: 'no' sign of life — 400 s after the reboot", error.Message);
        // The object comes first: whoever stops at the first error has it.
        Assert.Equal<object>([results[1], error], _streams.Told.Where(told => Equals(told, results[1]) || told is ErrorReport));
    }

    [Fact]
    public async Task How_a_broadcast_went_is_a_line_for_those_who_want_to_know()
    {
        _session.Happens(SampleEvents.OfEveryKind(_plan));
        _session.Ends();
        await FollowAsync(new() { RunsHere = static _ => true });
        var line = Assert.Single(_streams.Told.OfType<string>());
        Assert.StartsWith("verbose: broadcast: 1.0 KiB to 2 nodes in 1.23 s, 90 B/s each (50 % of the link)", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Results_that_are_not_wanted_are_neither_objects_nor_errors()
    {
        _session.Happens(SampleEvents.OfEveryKind(_plan));
        _session.Ends();
        await FollowAsync(new() { Results = true, Errors = true, Wants = static result => result.State == NodeState.Ok, RunsHere = static _ => true });
        Assert.Equal(["node-1"], _streams.Told.OfType<NodeResult>().Select(static result => result.Node.Value));
        Assert.Empty(_streams.Told.OfType<ErrorReport>());
    }

    [Fact]
    public async Task Who_stops_is_told_that_the_operation_goes_on_and_how_to_follow_or_stop_it()
    {
        var following = FollowAsync(new() { Results = true, RunsHere = static _ => true });
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => following);
        Assert.Empty(_session.Cancelled);
        var said = Assert.Single(_streams.Farewells);
        Assert.Contains($"Watch-KaDeployment {_plan.Operation}", said, StringComparison.Ordinal);
        Assert.Contains($"Stop-KaDeployment {_plan.Operation}", said, StringComparison.Ordinal);
        Assert.Contains("Resume-KaDeployment", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_stops_with_StopOnBreak_cancels()
    {
        var following = FollowAsync(new() { StopOnBreak = true, RunsHere = static _ => true });
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => following);
        Assert.Equal(["ada"], _session.Cancelled);
        Assert.Contains("cancelled", Assert.Single(_streams.Farewells), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_operation_that_nobody_runs_is_not_waited_for()
    {
        _session.IsRun = false;
        Assert.Null(await FollowAsync(new() { RunsHere = static _ => false }));
        Assert.Contains("Resume-KaDeployment", Assert.IsType<string>(Assert.Single(_streams.Told)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_the_events_end_before_the_operation_does_whoever_ran_it_says_why()
    {
        _session.Failure = new StoreException("no space left");
        _session.Ends(state: null);
        var failure = await Assert.ThrowsAsync<StoreException>(() => FollowAsync(new() { RunsHere = static _ => true }));
        Assert.Equal("no space left", failure.Message);
    }

    [Fact]
    public async Task Progress_is_shown_when_its_time_has_come_and_taken_away_at_the_end()
    {
        var shown = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _streams.OnTold = told =>
        {
            if (told is ProgressReport) shown.TrySetResult();
        };
        _session.Happens(SampleEvents.OfEveryKind(_plan).Take(2));
        var following = FollowAsync(new() { RunsHere = static _ => true });
        await _clock.TimerMade.Task;
        Assert.Empty(_streams.Told.OfType<ProgressReport>());
        _clock.Tick();
        await shown.Task;
        _session.Happens(SampleEvents.OfEveryKind(_plan).Skip(2));
        _session.Ends();
        await following;
        var lines = _streams.Told.OfType<ProgressReport>().ToList();
        Assert.Contains("sample version 1", lines[0].Activity, StringComparison.Ordinal);
        Assert.True(lines[^1].Completed);
    }

    private Task<Operation?> FollowAsync(FollowOptions options) => new Following(_session, _streams, options, _clock).FollowAsync(_session.Operation, null, _stop.Token);
}
