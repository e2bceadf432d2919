using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Kadeploy.Engine.Sessions;

/// <summary>The operations of a session: starts an engine when something is to be planned or run here, and reads the state for everything else.</summary>
/// <param name="settings">What the session works with.</param>
/// <param name="engines">The engines of this process.</param>
internal sealed class LocalOperations(KaSession settings, SharedEngines engines) : IOperations, IAsyncDisposable
{
    private readonly SemaphoreSlim _opening = new(1, 1);
    private SharedEngines.Shared? _mine;
    private IOperationReader? _reader;

    public async Task<OperationPlan> PlanAsync(OperationRequest request, CancellationToken cancellationToken) =>
        await (await MineAsync(cancellationToken).ConfigureAwait(false)).PlanAsync(request, cancellationToken).ConfigureAwait(false);

    public async Task<Operation> StartAsync(OperationPlan plan, CancellationToken cancellationToken)
    {
        var started = await (await MineAsync(cancellationToken).ConfigureAwait(false)).StartAsync(plan, cancellationToken).ConfigureAwait(false);
        await engines.KeepAsync(settings, started.Id).ConfigureAwait(false);
        return started;
    }

    public async Task<ImmutableArray<Operation>> ResumeAsync(CancellationToken cancellationToken)
    {
        // With nothing to resume no engine need be started, and so no configuration be there.
        var all = await ListOperationsAsync(int.MaxValue, cancellationToken).ConfigureAwait(false);
        var simulated = settings.Simulation is not null;
        if (!all.Any(operation => operation.State is OperationState.Running && operation.Simulated == simulated && !engines.Runs(operation.Id))) return [];
        var resumed = await (await MineAsync(cancellationToken).ConfigureAwait(false)).ResumeAsync(cancellationToken).ConfigureAwait(false);
        foreach (var operation in resumed) await engines.KeepAsync(settings, operation.Id).ConfigureAwait(false);
        return resumed;
    }

    public async Task<Operation> WaitAsync(OperationId id, CancellationToken cancellationToken)
    {
        if (await engines.AcquireAsync(id, cancellationToken).ConfigureAwait(false) is { } here)
        {
            try
            {
                return await here.Host.Engine.WaitAsync(id, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                await engines.ReleaseAsync(here).ConfigureAwait(false);
            }
        }

        if (engines.FailureOf(id) is { } failure) throw failure;
        await foreach (var _ in ReadEventsAsync(id, 0, follow: true, cancellationToken).ConfigureAwait(false))
        {
            // Only the end matters.
        }

        return await FindAsync(id, cancellationToken).ConfigureAwait(false);
    }

    public async Task<IConsoleSession?> OpenConsoleAsync(OperationId id, CancellationToken cancellationToken)
    {
        var here = await engines.AcquireAsync(id, cancellationToken).ConfigureAwait(false)
            ?? throw new ConfigurationException($"this process runs no console operation {id}; its user has it where it was opened");
        try
        {
            // The operation that holds the console keeps the engine for as long as it runs.
            return await here.Host.Engine.OpenConsoleAsync(id, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await engines.ReleaseAsync(here).ConfigureAwait(false);
        }
    }

    public async Task CancelAsync(OperationId id, string user, CancellationToken cancellationToken)
    {
        if (await engines.AcquireAsync(id, cancellationToken).ConfigureAwait(false) is { } here)
        {
            try
            {
                await here.Host.Engine.CancelAsync(id, user, cancellationToken).ConfigureAwait(false);
                return;
            }
            finally
            {
                await engines.ReleaseAsync(here).ConfigureAwait(false);
            }
        }

        await FindAsync(id, cancellationToken).ConfigureAwait(false);
        await _reader!.CancelAsync(id, user, LocalSite.Administrators(settings), cancellationToken).ConfigureAwait(false);
    }

    public async IAsyncEnumerable<OperationEvent> ReadEventsAsync(
        OperationId? operation, long from, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (follow && operation is { } id && await engines.AcquireAsync(id, cancellationToken).ConfigureAwait(false) is { } here)
        {
            try
            {
                await foreach (var happened in here.Host.Engine.ReadEventsAsync(operation, from, follow, cancellationToken).ConfigureAwait(false))
                    yield return happened;
                yield break;
            }
            finally
            {
                await engines.ReleaseAsync(here).ConfigureAwait(false);
            }
        }

        if (await ReaderAsync(cancellationToken).ConfigureAwait(false) is not { } reader) yield break;
        await foreach (var happened in reader.ReadEventsAsync(operation, from, follow, cancellationToken).ConfigureAwait(false)) yield return happened;
    }

    public async Task<ImmutableArray<Operation>> ListOperationsAsync(int limit, CancellationToken cancellationToken) =>
        await ReaderAsync(cancellationToken).ConfigureAwait(false) is { } reader
            ? [.. await reader.ListOperationsAsync(limit, cancellationToken).ConfigureAwait(false)]
            : [];

    public async ValueTask DisposeAsync()
    {
        if (_reader is not null) await _reader.DisposeAsync().ConfigureAwait(false);
        if (_mine is not null) await engines.ReleaseAsync(_mine).ConfigureAwait(false);
        _opening.Dispose();
    }

    /// <summary>Opens the state for reading.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The reader, which belongs to the session; null while there is no state.</returns>
    internal async Task<IOperationReader?> ReaderAsync(CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_reader is null && File.Exists(Path.Combine(settings.StateDirectory!, "kadeploy.db")))
                _reader = await EngineHost.OpenReadOnlyAsync(settings.StateDirectory!, cancellationToken).ConfigureAwait(false);
            return _reader;
        }
        finally
        {
            _opening.Release();
        }
    }

    private async Task<IDeploymentEngine> MineAsync(CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _mine ??= await engines.AcquireAsync(settings, cancellationToken).ConfigureAwait(false);
            return _mine.Host.Engine;
        }
        finally
        {
            _opening.Release();
        }
    }

    private async Task<Operation> FindAsync(OperationId id, CancellationToken cancellationToken) =>
        (await ReaderAsync(cancellationToken).ConfigureAwait(false) is { } reader
            ? await reader.FindOperationAsync(id, cancellationToken).ConfigureAwait(false)
            : null)
        ?? throw new ConfigurationException($"there is no operation {id} in the state directory {settings.StateDirectory}");
}
