using System.Threading.Channels;

namespace Kadeploy.PowerShell.Bridge;

/// <summary>Lets asynchronous work speak to a pipeline, which listens on one thread only.</summary>
/// <remarks>The only place that blocks on a task. Whatever the pipeline throws — stopping one is an exception — comes out as it was thrown.</remarks>
internal static class PipelineBridge
{
    /// <summary>Few: whoever produces faster than the pipeline takes must wait, or a stopped pipeline would have been told too much.</summary>
    private const int Ahead = 16;

    /// <summary>Runs work to its end, telling the pipeline on the calling thread what the work tells, in the same order.</summary>
    /// <param name="target">The pipeline.</param>
    /// <param name="work">The work. It runs on the thread pool and observes its token.</param>
    /// <param name="stop">Fires when the pipeline is stopped; then the work is cancelled, awaited, and its cancellation is no error.</param>
    public static void Run(ICmdletStreams target, Func<ICmdletStreams, CancellationToken, Task> work, CancellationToken stop)
    {
        var actions = Channel.CreateBounded<Action>(new BoundedChannelOptions(Ahead) { SingleReader = true });
        // The pipeline was stopped, or it threw while it was told something.
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var relay = new RelayStreams(target, actions.Writer, over.Token);
        var running = Task.Run(() => WorkAsync(relay, actions.Writer, work, over.Token), CancellationToken.None);
        try
        {
            Replay(actions.Reader, over.Token);
        }
        catch
        {
            over.Cancel();
            Await(running);
            relay.Farewell();
            throw;
        }

        Await(running);
        relay.Farewell();
        // Cancelled without having been told to: that is the work's own failure. Stopped: nobody listens any more, and nothing is to be said.
        if (!stop.IsCancellationRequested) running.GetAwaiter().GetResult();
    }

    private static async Task WorkAsync(
        ICmdletStreams relay, ChannelWriter<Action> actions, Func<ICmdletStreams, CancellationToken, Task> work, CancellationToken over)
    {
        try
        {
            await work(relay, over).ConfigureAwait(false);
        }
        finally
        {
            actions.Complete();
        }
    }

    private static void Replay(ChannelReader<Action> actions, CancellationToken over)
    {
        try
        {
            while (actions.WaitToReadAsync(over).AsTask().GetAwaiter().GetResult())
            {
                while (!over.IsCancellationRequested && actions.TryRead(out var action)) action();
                if (over.IsCancellationRequested) return;
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // Stopped: what is still queued is not told.
        }
    }

    private static void Await(Task running) => ((Task)running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing).GetAwaiter().GetResult();
}
