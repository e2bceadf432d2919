using Kadeploy.Engine.Stores;

namespace Kadeploy.Engine.Drivers.Files;

/// <summary>Compares the cache's files with their digests while no operation runs: one after the other, slowly.</summary>
/// <param name="cache">The cache.</param>
/// <param name="files">Compares one.</param>
/// <param name="idle">Knows when there is nothing else to do.</param>
/// <param name="after">How long ago a file may have been compared; zero for as long as you like.</param>
/// <param name="time">The clock.</param>
internal sealed class CacheUpkeep(FileCache cache, CachedFiles files, IdleTime idle, TimeSpan after, TimeProvider time)
{
    private const long BytesPerSecond = 100_000_000; // a disk has more, and others want some of it

    private static readonly TimeSpan First = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    /// <summary>Looks after the cache until it is told to end.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>A task; it never fails.</returns>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (after <= TimeSpan.Zero) return;
        try
        {
            await Task.Delay(First, time, cancellationToken).ConfigureAwait(false);
            while (true)
            {
                await RunOnceAsync(cancellationToken).ConfigureAwait(false);
                await Task.Delay(Every, time, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or KadeployException)
        {
            // As it was told; or the state directory cannot be used, which whoever needs it is told.
        }
    }

    /// <summary>Compares the files that are due, as long as nothing else is to be done.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What was found.</returns>
    public async Task<IReadOnlyList<CacheCheck>> RunOnceAsync(CancellationToken cancellationToken)
    {
        var found = new List<CacheCheck>();
        var due = (await cache.Store.ListCachedAsync(cancellationToken).ConfigureAwait(false))
            .Where(entry => entry.State == CacheState.Present && entry.VerifiedAt + after <= time.GetUtcNow()).OrderBy(static entry => entry.VerifiedAt);
        foreach (var entry in due)
        {
            // Fires for: the end of all; the beginning of an operation.
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, idle.Busy);
            if (idle.Busy.IsCancellationRequested) break;
            try
            {
                if (await files.VerifyAsync(entry, BytesPerSecond, either.Token).ConfigureAwait(false) is { } check) found.Add(check);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                break; // it is due again next time
            }
            catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
            {
                // Whoever needs it is told; the others are compared all the same.
            }
        }

        return found;
    }
}

/// <summary>Knows whether work is under way.</summary>
internal sealed class IdleTime : IDisposable
{
    private readonly Lock _gate = new();
    private CancellationTokenSource _busy = new();
    private int _running;

    /// <summary>Gets a token that fires, or has fired, when work begins.</summary>
    public CancellationToken Busy
    {
        get
        {
            lock (_gate) return _busy.Token;
        }
    }

    /// <summary>Notes that work begins.</summary>
    public void Begin()
    {
        CancellationTokenSource busy;
        lock (_gate)
        {
            if (_running++ > 0) return;
            busy = _busy;
        }

        busy.Cancel();
    }

    /// <summary>Notes that work has ended.</summary>
    public void End()
    {
        lock (_gate)
        {
            if (--_running > 0) return;
            _busy = new(); // the one that has fired holds nothing any more
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _busy.Dispose();
}
