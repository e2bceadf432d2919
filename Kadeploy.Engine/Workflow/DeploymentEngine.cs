using System.Collections.Immutable;
using Kadeploy.Engine.Drivers;
using Kadeploy.Engine.Drivers.Refusing;
using Kadeploy.Engine.Rights;
using Kadeploy.Engine.Time;

namespace Kadeploy.Engine.Workflow;

/// <summary>The engine: runs operations on its loop and answers its callers from any thread.</summary>
internal sealed class DeploymentEngine : IDeploymentEngine
{
    private readonly EngineSetup _setup;
    private readonly EngineLoop _loop;
    private readonly EngineServices _services;
    private readonly EventFeed _feed;
    private readonly EngineId _id = new(Guid.NewGuid());
    private readonly CancellationTokenSource _closing = new();
    private readonly Dictionary<OperationId, OperationRun> _runs = [];
    private Task _keepingLeases = Task.CompletedTask;
    private KadeployException? _failure;
    private bool _closed;

    private DeploymentEngine(EngineSetup setup)
    {
        _setup = setup;
        _loop = new(setup.Time);
        var journal = new Journal(_loop, setup.Store, _id);
        var leases = new Leases(_loop, setup.Store, _id, setup.LeaseClock, setup.LeaseDuration);
        _services = new(_loop, setup.Time, journal, leases, new(setup.Slots), setup.FindStep);
        _feed = new(setup.Store);
        journal.Committed += _feed.Publish;
        journal.Failed += Fail;
        leases.Lost += Fail;
        leases.CancelRequested += Cancel;
    }

    /// <inheritdoc/>
    public ICatalogs Catalogs => _setup.Catalogs ?? throw new InvalidOperationException("this engine has no catalogues");

    /// <summary>Gets the loop, on which callers in this assembly may hold virtual time while they prepare.</summary>
    internal EngineLoop Loop => _loop;

    /// <summary>Starts an engine; it takes up nothing until it is told to.</summary>
    /// <param name="setup">What it is made of.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The engine.</returns>
    public static async Task<DeploymentEngine> StartAsync(EngineSetup setup, CancellationToken cancellationToken)
    {
        var engine = new DeploymentEngine(setup);
        try
        {
            return await engine._loop.InvokeAsync(async () =>
            {
                await engine._services.Leases.RegisterAsync(cancellationToken);
                engine._keepingLeases = engine._services.Leases.KeepAsync(engine._closing.Token);
                return engine;
            }).ConfigureAwait(false);
        }
        catch
        {
            engine._loop.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public Task<OperationPlan> PlanAsync(OperationRequest request, CancellationToken cancellationToken) =>
        _setup.Plan(request, cancellationToken);

    /// <inheritdoc/>
    public Task<Operation> StartAsync(OperationPlan plan, CancellationToken cancellationToken) => _loop.InvokeAsync(async () =>
    {
        ThrowIfUnusable();
        // Once more: what is allowed may have changed since the plan was made.
        if (plan.Simulation is null) await _loop.HoldTimeAsync(_setup.Rights.RequireAsync(RightsDemand.Of(plan), cancellationToken));
        ThrowIfUnusable();
        if (_runs.ContainsKey(plan.Operation)) throw new InvalidOperationException($"operation {plan.Operation} was started already; a plan is started once only");
        // Before anything is recorded: drivers that cannot be had must not leave an operation behind.
        var run = Prepare(plan, await _loop.HoldTimeAsync(_setup.Drivers(plan, false, cancellationToken)));
        try
        {
            ThrowIfUnusable();
            var now = _setup.LeaseClock.GetUtcNow();
            var busy = await _loop.HoldTimeAsync(_setup.Store.CreateOperationAsync(plan, _id, now, cancellationToken));
            ThrowIfUnusable();
            _runs.Add(plan.Operation, run);
            run.Begin(busy);
            return run.Current;
        }
        catch
        {
            if (!_runs.ContainsKey(plan.Operation)) run.Dispose();
            throw;
        }
    });

    /// <inheritdoc/>
    public Task<ImmutableArray<Operation>> ResumeAsync(CancellationToken cancellationToken) => _loop.InvokeAsync(async () =>
    {
        ThrowIfUnusable();
        var now = _setup.LeaseClock.GetUtcNow();
        var found = await _loop.HoldTimeAsync(
            _setup.Store.TakeOverAsync(_id, _setup.Simulated, now, cancellationToken));
        var resumed = ImmutableArray.CreateBuilder<Operation>();
        foreach (var (plan, busy, cancelledBy) in found)
        {
            var events = _setup.Store.ReadEventsAsync(plan.Operation, 0, cancellationToken);
            var history = await _loop.HoldTimeAsync(OperationHistory.ReadAsync(plan, events));
            ThrowIfUnusable();
            (_setup.Time as VirtualTime)?.SkipTo(history.LastAt);
            (_setup.Time as PacedTime)?.SkipTo(history.LastAt);
            resumed.Add((await ResumeAsync(plan, history, busy, cancelledBy, cancellationToken)).Current);
        }

        return resumed.ToImmutable();
    });

    /// <inheritdoc/>
    public async Task<Operation> WaitAsync(OperationId id, CancellationToken cancellationToken)
    {
        var run = await _loop.InvokeAsync(() => Task.FromResult(_runs.GetValueOrDefault(id))).ConfigureAwait(false)
            ?? throw new ConfigurationException($"this engine does not run operation {id}; 'kadeploy operations' lists what there is");
        return await run.Ended.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<IConsoleSession?> OpenConsoleAsync(OperationId id, CancellationToken cancellationToken)
    {
        var run = await _loop.InvokeAsync(() => Task.FromResult(_runs.GetValueOrDefault(id))).ConfigureAwait(false);
        if (run is not { Plan.Kind: OperationKind.Console }) throw new ConfigurationException($"this engine runs no console operation {id}; 'kadeploy operations' lists what there is");
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken); // cancelled, or one of the two has come
        var found = _setup.Consoles.FindAsync(id, over.Token);
        var first = await Task.WhenAny(found, run.Ended).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        if (first == found) return await found.ConfigureAwait(false);
        _setup.Consoles.Forget(id);
        return null;
    }

    /// <inheritdoc/>
    public async Task CancelAsync(OperationId id, string user, CancellationToken cancellationToken)
    {
        await Operations.RequestCancelAsync(_setup.Store, _setup.Policy, _setup.Audit, id, user, cancellationToken).ConfigureAwait(false);
        await _loop.InvokeAsync(() =>
        {
            _runs.GetValueOrDefault(id)?.RequestCancel(user);
            return Task.FromResult(true);
        }).ConfigureAwait(false);
    }

    /// <summary>Stops nodes whose users have no right left there; other engines learn of theirs from the store.</summary>
    /// <param name="nodes">The nodes.</param>
    /// <param name="by">Who took the right away.</param>
    public void Stop(ImmutableArray<StoppedNode> nodes, string by) => _loop.Post(
        _ =>
        {
            foreach (var group in nodes.GroupBy(static each => each.Operation))
                Cancel(new(group.Key, by) { Nodes = [.. group.Select(static each => each.Node)] });
        },
        null);

    /// <inheritdoc/>
    public IAsyncEnumerable<OperationEvent> ReadEventsAsync(
        OperationId? operation, long from, bool follow, CancellationToken cancellationToken) => follow
            ? _feed.FollowAsync(operation, from, cancellationToken)
            : _setup.Store.ReadEventsAsync(operation, from, cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<Operation>> ListOperationsAsync(int limit, CancellationToken cancellationToken) =>
        _setup.Store.ListOperationsAsync(limit, cancellationToken);

    /// <summary>Stops at once; unfinished operations can be resumed by another engine.</summary>
    /// <returns>A task that ends when nothing runs any more.</returns>
    public async ValueTask DisposeAsync()
    {
        if (_closed) return;
        _closed = true;
        await _loop.InvokeAsync(async () =>
        {
            await AbandonAllAsync(null);
            _feed.Close();
            await _closing.CancelAsync();
            try
            {
                await _keepingLeases;
            }
            catch (OperationCanceledException)
            {
                // as it was told
            }

            try
            {
                await _setup.Store.RetireEngineAsync(_id, CancellationToken.None);
            }
            catch (KadeployException)
            {
                // The leases lapse by themselves.
            }

            return true;
        }).ConfigureAwait(false);
        _loop.Dispose();
        foreach (var run in _runs.Values) run.Dispose();
        _closing.Dispose();
    }

    /// <summary>Takes up an operation; one whose machines cannot be reached from here fails by itself and does not keep the others from going on.</summary>
    private async Task<OperationRun> ResumeAsync(
        OperationPlan plan, OperationHistory history, ImmutableArray<BusyNode> busy, string? cancelledBy, CancellationToken cancellationToken)
    {
        var (drivers, owner) = (RefusingDrivers.All, (IDisposable?)null);
        KadeployException? unusable = null;
        try
        {
            // What was cancelled while nobody ran it touches nothing any more, and can be ended even if its machines are gone.
            if ((history.CancelledBy ?? cancelledBy) is null)
                (drivers, owner) = await _loop.HoldTimeAsync(_setup.Drivers(plan, history.HasBegun, cancellationToken));
        }
        catch (KadeployException failure)
        {
            unusable = failure;
        }

        var run = Prepare(plan, (drivers, owner));
        if (_closed || _failure is not null)
        {
            run.Dispose();
            ThrowIfUnusable();
        }

        _runs.Add(plan.Operation, run);
        if (unusable is null) run.Resume(history, busy, cancelledBy);
        else _ = run.AbandonAsync(unusable);
        return run;
    }

    private OperationRun Prepare(OperationPlan plan, (DriverSet Drivers, IDisposable? Owner) drivers) =>
        new(plan, Operations.Of(plan), drivers.Drivers, drivers.Owner, _services, plan.Simulation is null ? _setup.Rights : OpenRights.Instance);

    private void Cancel(CancelRequest request)
    {
        if (_runs.GetValueOrDefault(request.Operation) is not { } run) return;
        if (request.Nodes.IsEmpty) run.RequestCancel(request.User);
        else run.StopNodes(request.Nodes, request.User);
    }

    /// <summary>Stops all operations because state cannot be saved or another engine has taken over; side effects under way are told to end.</summary>
    private void Fail(KadeployException failure)
    {
        if (_failure is not null) return;
        _failure = failure;
        _feed.Close();
        _ = AbandonAllAsync(failure);
    }

    private Task AbandonAllAsync(KadeployException? reason) => Task.WhenAll(_runs.Values.Select(run => run.AbandonAsync(reason)));

    private void ThrowIfUnusable()
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        switch (_failure)
        {
            case null: return;
            case LeaseLostException: throw new LeaseLostException(_failure.Message);
            default: throw new StoreException(_failure.Message, _failure);
        }
    }
}
