using System.Threading.Channels;

namespace Kadeploy.PowerShell.Bridge;

/// <summary>Queues what the work tells for the pipeline's thread.</summary>
/// <param name="target">The pipeline.</param>
/// <param name="actions">The queue.</param>
/// <param name="over">Fires when the pipeline listens no more.</param>
internal sealed class RelayStreams(ICmdletStreams target, ChannelWriter<Action> actions, CancellationToken over) : ICmdletStreams
{
    private readonly Lock _gate = new();
    private readonly List<string> _farewells = [];

    public ValueTask WriteAsync(object value) => QueueAsync(() => Take(target.WriteAsync(value)));

    public ValueTask WriteErrorAsync(ErrorReport error) => QueueAsync(() => Take(target.WriteErrorAsync(error)));

    public ValueTask WriteWarningAsync(string text) => QueueAsync(() => Take(target.WriteWarningAsync(text)));

    public ValueTask WriteVerboseAsync(string text) => QueueAsync(() => Take(target.WriteVerboseAsync(text)));

    public async ValueTask ShowAsync(string text)
    {
        var shown = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await QueueAsync(() =>
        {
            Take(target.ShowAsync(text));
            shown.SetResult();
        }).ConfigureAwait(false);
        await shown.Task.WaitAsync(over).ConfigureAwait(false);
    }

    public ValueTask WriteProgressAsync(ProgressReport progress) => QueueAsync(() => Take(target.WriteProgressAsync(progress)));

    public async ValueTask<Consent> AskAsync(string description, string question)
    {
        var answer = new TaskCompletionSource<Consent>(TaskCreationOptions.RunContinuationsAsynchronously);
        await QueueAsync(() =>
        {
            var asked = target.AskAsync(description, question);
            answer.SetResult(asked.IsCompletedSuccessfully ? asked.Result : asked.AsTask().GetAwaiter().GetResult());
        }).ConfigureAwait(false);
        return await answer.Task.WaitAsync(over).ConfigureAwait(false);
    }

    public ValueTask StartJobAsync(JobWork job) => QueueAsync(() => Take(target.StartJobAsync(job)));

    public void SayAtTheEnd(string text)
    {
        lock (_gate) _farewells.Add(text);
    }

    /// <summary>Tells what must be told, on the pipeline's thread, when the work has ended.</summary>
    public void Farewell()
    {
        lock (_gate)
        {
            foreach (var text in _farewells) target.SayAtTheEnd(text);
            _farewells.Clear();
        }
    }

    private ValueTask QueueAsync(Action action) => actions.WriteAsync(action, over);

    // A pipeline answers at once, on this thread.
    private static void Take(ValueTask told)
    {
        if (!told.IsCompletedSuccessfully) told.AsTask().GetAwaiter().GetResult();
    }
}
