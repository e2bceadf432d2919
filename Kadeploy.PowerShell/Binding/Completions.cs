using System.Collections.Concurrent;
using Kadeploy.PowerShell.Loading;

namespace Kadeploy.PowerShell.Binding;

/// <summary>Remembers what may be completed, for a few seconds: a key press must not wait for a disk.</summary>
internal static class Completions
{
    /// <summary>How long a key press waits at most; what comes later is there at the next one.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(80);

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    private static readonly ConcurrentDictionary<(string What, KaSession Session), Entry> Known = new();

    /// <summary>Gives what is known.</summary>
    /// <param name="what">The kind of words.</param>
    /// <param name="settings">The session to ask.</param>
    /// <param name="load">Asks it.</param>
    /// <returns>The words; those of an earlier time, or none, when the session does not answer in time or cannot.</returns>
    public static IReadOnlyList<Completion> Get(string what, KaSession settings, Func<ISession, CancellationToken, Task<IReadOnlyList<Completion>>> load)
    {
        var entry = Known.GetOrAdd((what, settings), static _ => new());
        var loading = entry.Refresh(() => LoadAsync(settings, load));
        try
        {
            loading.Wait(Patience);
        }
        catch (AggregateException)
        {
            // Completion has nobody to tell; the cmdlet itself will say what is wrong.
        }

        return entry.Latest;
    }

    private static async Task<IReadOnlyList<Completion>> LoadAsync(KaSession settings, Func<ISession, CancellationToken, Task<IReadOnlyList<Completion>>> load)
    {
        var session = EngineLoader.Sessions.Open(settings);
        await using (session.ConfigureAwait(false)) return await load(session, CancellationToken.None).ConfigureAwait(false);
    }

    private sealed class Entry
    {
        private readonly Lock _gate = new();
        private Task _loading = Task.CompletedTask;
        private long? _loaded;
        private IReadOnlyList<Completion> _latest = [];

        public IReadOnlyList<Completion> Latest
        {
            get
            {
                lock (_gate) return _latest;
            }
        }

        public Task Refresh(Func<Task<IReadOnlyList<Completion>>> load)
        {
            lock (_gate)
            {
                if (!_loading.IsCompleted || (_loaded is { } loaded && TimeProvider.System.GetElapsedTime(loaded) < Fresh)) return _loading;
                return _loading = Task.Run(async () =>
                {
                    var found = await load().ConfigureAwait(false);
                    lock (_gate) (_latest, _loaded) = (found, TimeProvider.System.GetTimestamp());
                });
            }
        }
    }
}

/// <summary>A word that may be completed.</summary>
/// <param name="Word">The word.</param>
/// <param name="Description">What it is, for those who look.</param>
internal sealed record Completion(string Word, string Description)
{
    /// <summary>Gets the name of what it belongs to.</summary>
    /// <value>Empty when it belongs to nothing.</value>
    public string Of { get; init; } = "";
}
