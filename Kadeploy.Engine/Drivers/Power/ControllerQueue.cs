using System.Collections.Concurrent;

namespace Kadeploy.Engine.Drivers.Power;

/// <summary>Lets one caller at a time talk to a management controller, and no sooner than a pause after the last one.</summary>
/// <remarks>Many controllers know few sessions and lose their wits when they are hurried; different controllers do not wait for each other.</remarks>
/// <param name="pause">The pause.</param>
/// <param name="time">The clock.</param>
internal sealed class ControllerQueue(TimeSpan pause, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Line> _lines = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Does something when it is the caller's turn.</summary>
    /// <typeparam name="T">What comes of it.</typeparam>
    /// <param name="controller">Which controller.</param>
    /// <param name="work">What to do.</param>
    /// <param name="cancellationToken">Ends the wait for the turn; nothing was done then.</param>
    /// <returns>What came of it.</returns>
    public async Task<T> RunAsync<T>(string controller, Func<Task<T>> work, CancellationToken cancellationToken)
    {
        var line = _lines.GetOrAdd(controller, static _ => new());
        await line.Turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (line.Last is { } last && pause - time.GetElapsedTime(last) is { Ticks: > 0 } rest)
                await Task.Delay(rest, time, cancellationToken).ConfigureAwait(false);
            try
            {
                return await work().ConfigureAwait(false);
            }
            finally
            {
                line.Last = time.GetTimestamp();
            }
        }
        finally
        {
            line.Turn.Release();
        }
    }

    private sealed class Line
    {
        // Lives as long as the driver; it holds no handle as long as nobody asks for one.
        public SemaphoreSlim Turn { get; } = new(1, 1);

        public long? Last { get; set; }
    }
}
