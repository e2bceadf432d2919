using System.Threading.Channels;

namespace Kadeploy.PowerShell.Bridge;

/// <summary>Shows what work says about itself, on any thread and without waiting, as a line of progress and in the verbose stream.</summary>
internal static class Narration
{
    /// <summary>Runs work.</summary>
    /// <typeparam name="T">What it gives.</typeparam>
    /// <param name="streams">Where it is shown.</param>
    /// <param name="activity">What is under way.</param>
    /// <param name="work">The work; it is given what to call with a few words.</param>
    /// <returns>What the work gave.</returns>
    public static async Task<T> RunAsync<T>(ICmdletStreams streams, string activity, Func<Action<string>, Task<T>> work)
    {
        var words = Channel.CreateUnbounded<string>(new() { SingleReader = true });
        var telling = TellAsync(streams, activity, words.Reader);
        try
        {
            return await work(text => words.Writer.TryWrite(text)).ConfigureAwait(false);
        }
        finally
        {
            words.Writer.Complete();
            // A pipeline that was stopped takes no words; that is said by the work.
            await telling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task TellAsync(ICmdletStreams streams, string activity, ChannelReader<string> words)
    {
        await foreach (var text in words.ReadAllAsync().ConfigureAwait(false))
        {
            await streams.WriteVerboseAsync(text).ConfigureAwait(false);
            await streams.WriteProgressAsync(new(0, activity, text)).ConfigureAwait(false);
        }

        await streams.WriteProgressAsync(new(0, activity, activity) { Completed = true }).ConfigureAwait(false);
    }
}
