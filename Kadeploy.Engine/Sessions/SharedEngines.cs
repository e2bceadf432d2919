using System.Collections.Immutable;

namespace Kadeploy.Engine.Sessions;

/// <summary>The engines of this process: one for equal settings, which lives as long as a session uses it or an operation runs on it.</summary>
/// <remarks>So a front end that only reads holds neither lease nor port, and one that has begun something may close its session.</remarks>
internal sealed class SharedEngines : IAsyncDisposable
{
    private readonly SemaphoreSlim _opening = new(1, 1);
    private readonly Lock _gate = new();
    private readonly Dictionary<KaSession, Shared> _engines = [];
    private readonly Dictionary<OperationId, (Shared Engine, Task Kept)> _running = [];
    private readonly Dictionary<OperationId, KadeployException> _failures = [];
    private bool _closed;

    /// <summary>Gets the operations that run here.</summary>
    public ImmutableArray<OperationId> Running
    {
        get
        {
            lock (_gate) return [.. _running.Keys];
        }
    }

    /// <summary>Gets an engine, started when it is not there.</summary>
    /// <param name="settings">What to work with.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The engine; release it.</returns>
    public async Task<Shared> AcquireAsync(KaSession settings, CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            if (!_engines.TryGetValue(settings, out var shared))
                _engines.Add(settings, shared = new(settings, await EngineHost.OpenAsync(OptionsOf(settings), cancellationToken).ConfigureAwait(false)));
            shared.Users++;
            return shared;
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>Gives an engine back; the last one who does ends it.</summary>
    /// <param name="shared">The engine.</param>
    /// <returns>A task.</returns>
    public async Task ReleaseAsync(Shared shared)
    {
        await _opening.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            if (--shared.Users > 0 || _closed) return;
            _engines.Remove(shared.Settings);
            await shared.Host.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>Keeps an engine until an operation has ended.</summary>
    /// <param name="settings">The engine's settings.</param>
    /// <param name="operation">An operation that it runs.</param>
    /// <returns>A task that ends when it is kept.</returns>
    public async Task KeepAsync(KaSession settings, OperationId operation)
    {
        var shared = await AcquireAsync(settings, CancellationToken.None).ConfigureAwait(false);
        var begin = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _failures.Remove(operation);
            _running.Add(operation, (shared, KeptAsync(shared, operation, begin.Task)));
        }

        begin.SetResult();
    }

    /// <summary>Says whether an operation runs here.</summary>
    /// <param name="operation">The operation.</param>
    /// <returns>Whether it does.</returns>
    public bool Runs(OperationId operation)
    {
        lock (_gate) return _running.ContainsKey(operation);
    }

    /// <summary>Finds what kept an operation from going on here.</summary>
    /// <param name="operation">The operation.</param>
    /// <returns>The failure; null when it did not run here, runs, or has ended.</returns>
    public KadeployException? FailureOf(OperationId operation)
    {
        lock (_gate) return _failures.GetValueOrDefault(operation);
    }

    /// <summary>Gets the engine that runs an operation here.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The engine, which stays until it is released; null when no engine of this process runs the operation.</returns>
    public async Task<Shared?> AcquireAsync(OperationId operation, CancellationToken cancellationToken)
    {
        if (!Runs(operation)) return null;
        await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            lock (_gate)
            {
                if (_closed || !_running.TryGetValue(operation, out var running)) return null;
                running.Engine.Users++;
                return running.Engine;
            }
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>Suspends everything; it can be resumed.</summary>
    /// <returns>A task that ends when nothing runs any more.</returns>
    public async ValueTask DisposeAsync()
    {
        Shared[] engines;
        await _opening.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            if (_closed) return;
            _closed = true;
            engines = [.. _engines.Values];
        }
        finally
        {
            _opening.Release();
        }

        foreach (var engine in engines) await engine.Host.DisposeAsync().ConfigureAwait(false);
        Task[] kept;
        lock (_gate) kept = [.. _running.Values.Select(static running => running.Kept)];
        await Task.WhenAll(kept).ConfigureAwait(false);
    }

    private async Task KeptAsync(Shared shared, OperationId operation, Task begin)
    {
        await begin.ConfigureAwait(false);
        KadeployException? failure = null;
        try
        {
            await shared.Host.Engine.WaitAsync(operation, CancellationToken.None).ConfigureAwait(false);
        }
        catch (KadeployException unable)
        {
            failure = unable;
        }
        catch (Exception stopped) when (stopped is OperationCanceledException or ObjectDisposedException)
        {
            failure = new LeaseLostException($"the engine that ran {operation} was stopped; the operation can be resumed");
        }

        lock (_gate)
        {
            _running.Remove(operation);
            if (failure is not null) _failures[operation] = failure;
        }

        await ReleaseAsync(shared).ConfigureAwait(false);
    }

    private static EngineOptions OptionsOf(KaSession settings)
    {
        var options = new EngineOptions
        {
            StateDirectory = settings.StateDirectory!,
            Simulated = settings.Simulation is not null,
            Simulation = settings.Simulation ?? new(),
            SimulationSpeed = settings.SimulationSpeed,
        };
        return options.Simulated ? options : options with { Site = LocalSite.Read(settings) };
    }

    /// <summary>An engine and how many use it.</summary>
    /// <param name="settings">Its settings.</param>
    /// <param name="host">The engine.</param>
    internal sealed class Shared(KaSession settings, EngineHost host)
    {
        public KaSession Settings => settings;

        public EngineHost Host => host;

        public int Users { get; set; }
    }
}
