namespace Kadeploy.Engine.Workflow;

/// <summary>Keeps this engine's leases alive and knows when they are lost.</summary>
/// <remarks>
/// <para>The store lets two engines never hold the same node: whoever takes over from a dead engine fences it off, and every append of a
/// fenced engine fails. Two gaps remain and are closed here. An engine that was paused (a stopped process, a suspended machine) for longer
/// than its leases hold asks the store before it acts again (<see cref="EnsureHeldAsync"/>). And an engine that cannot reach the store stops
/// acting when its leases have run out. What cannot be closed by any lease is a pause between that question and the command itself;
/// drivers narrow it by handing the attempt's identifier to the machine where the machine can tell repetitions.</para>
/// <para>Leases are measured on the real clock even when the workflow runs in virtual time, because other engines live there.</para>
/// </remarks>
internal sealed class Leases(EngineLoop loop, IStore store, EngineId engine, TimeProvider clock, TimeSpan duration)
{
    private DateTimeOffset _heldUntil;

    /// <summary>Occurs when somebody asked for an operation to be cancelled.</summary>
    public event Action<CancelRequest>? CancelRequested;

    /// <summary>Occurs when another engine has taken over, or may have: the leases have run out and cannot be renewed.</summary>
    public event Action<KadeployException>? Lost;

    /// <summary>Enters the engine.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task.</returns>
    public async Task RegisterAsync(CancellationToken cancellationToken)
    {
        var until = clock.GetUtcNow() + duration;
        await loop.HoldTimeAsync(store.RegisterEngineAsync(engine, until, cancellationToken));
        _heldUntil = until;
    }

    /// <summary>Renews the leases five times in their duration until told to end.</summary>
    /// <param name="cancellationToken">Ends the renewals.</param>
    /// <returns>A task that ends with the token, or when the leases are lost.</returns>
    public async Task KeepAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(duration / 5, clock, cancellationToken);
            try
            {
                await RenewAsync(cancellationToken);
            }
            catch (LeaseLostException)
            {
                return; // the engine was told
            }
            catch (StoreException) when (clock.GetUtcNow() < _heldUntil)
            {
                // The leases still hold: a store that is busy now may answer at the next turn.
            }
            catch (StoreException failure)
            {
                Lost?.Invoke(failure);
                return;
            }
        }
    }

    /// <summary>Makes sure, right before a side effect, that the leases hold.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends at once as long as the leases have not run out.</returns>
    /// <exception cref="LeaseLostException">Another engine has taken over.</exception>
    public Task EnsureHeldAsync(CancellationToken cancellationToken) =>
        clock.GetUtcNow() < _heldUntil ? Task.CompletedTask : loop.HoldTimeAsync(RenewAsync(cancellationToken));

    private async Task RenewAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        try
        {
            var requests = await store.RenewAsync(engine, now, now + duration, cancellationToken);
            _heldUntil = now + duration;
            foreach (var request in requests) CancelRequested?.Invoke(request);
        }
        catch (LeaseLostException lost)
        {
            Lost?.Invoke(lost);
            throw;
        }
    }
}
