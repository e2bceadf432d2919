using Kadeploy.Cli.Output;

namespace Kadeploy.Cli.Running;

/// <summary>Reads events as they come.</summary>
internal static class EventReading
{
    /// <summary>Hands on each event, and what is buffered whenever none has come yet: whoever watches sees all there is, without a flush for
    /// each line.</summary>
    /// <param name="source">Opens the events; the token ends the reading.</param>
    /// <param name="output">Where they are written.</param>
    /// <param name="take">Takes an event.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>A task that ends with the events.</returns>
    public static async Task ForEachAsync(
        Func<CancellationToken, IAsyncEnumerable<OperationEvent>> source, IOutput output, Action<OperationEvent> take, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var events = source(over.Token).GetAsyncEnumerator(over.Token);
        while (true)
        {
            var next = events.MoveNextAsync();
            if (next.IsCompleted)
            {
                if (!await next) return;
            }
            else
            {
                var coming = next.AsTask();
                try
                {
                    output.Flush();
                    if (!await coming) return;
                }
                finally
                {
                    // What is still under way cannot be disposed.
                    if (!coming.IsCompleted) await over.CancelAsync();
                    await ((Task)coming).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            }

            take(events.Current);
        }
    }
}
