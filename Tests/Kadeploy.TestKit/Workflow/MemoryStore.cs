using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Kadeploy.TestKit.Workflow;

/// <summary>A store without a disk, which keeps what it is told as the real one does and can be told to fail.</summary>
internal sealed class MemoryStore : IStore
{
    private readonly Lock _gate = new();
    private readonly List<OperationEvent> _events = [];
    private readonly Dictionary<OperationId, Entry> _operations = [];
    private readonly Dictionary<NodeName, OperationId> _leases = [];
    private readonly Dictionary<EngineId, (DateTimeOffset Expires, bool Fenced)> _engines = [];

    /// <summary>Gets or sets what appending events throws, or null.</summary>
    public Exception? AppendFailure { get; set; }

    /// <summary>Gets or sets after how many events appending fails with <see cref="AppendFailure"/>.</summary>
    public int AppendFailureAfter { get; set; }

    /// <summary>Gets or sets what renewing leases throws, or null.</summary>
    public Exception? RenewFailure { get; set; }

    /// <summary>Gets a copy of the journal.</summary>
    public ImmutableArray<OperationEvent> Events
    {
        get
        {
            lock (_gate) return [.. _events];
        }
    }

    /// <summary>Says whether a node is leased.</summary>
    public bool IsLeased(NodeName node)
    {
        lock (_gate) return _leases.ContainsKey(node);
    }

    /// <summary>Makes an engine's leases expire, as a pause does.</summary>
    public void ExpireAll()
    {
        lock (_gate)
        {
            foreach (var engine in _engines.Keys.ToArray()) _engines[engine] = (DateTimeOffset.MinValue, _engines[engine].Fenced);
        }
    }

    /// <summary>Asks for nodes to be stopped, as a revocation does.</summary>
    public void Stop(OperationId operation, string by, params ReadOnlySpan<NodeName> nodes)
    {
        lock (_gate) _operations[operation].Stops.Add(new(operation, by) { Nodes = [.. nodes] });
    }

    public Task RegisterEngineAsync(EngineId engine, DateTimeOffset expires, CancellationToken cancellationToken)
    {
        lock (_gate) _engines.Add(engine, (expires, false));
        return Task.CompletedTask;
    }

    public Task<ImmutableArray<CancelRequest>> RenewAsync(
        EngineId engine, DateTimeOffset now, DateTimeOffset expires, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            ThrowIfFenced(engine);
            if (RenewFailure is not null) return Task.FromException<ImmutableArray<CancelRequest>>(RenewFailure);
            _engines[engine] = (expires, false);
            return Task.FromResult<ImmutableArray<CancelRequest>>(
            [
                .. _operations.Values.Where(entry => entry.Engine == engine && entry.CancelledBy is not null
                    && entry.Operation.State == OperationState.Running).Select(entry => new CancelRequest(entry.Operation.Id, entry.CancelledBy!)),
                .. _operations.Values.Where(entry => entry.Engine == engine && entry.Operation.State == OperationState.Running).SelectMany(static entry => entry.Stops),
            ]);
        }
    }

    public Task RetireEngineAsync(EngineId engine, CancellationToken cancellationToken)
    {
        lock (_gate) _engines.Remove(engine);
        return Task.CompletedTask;
    }

    public Task<ImmutableArray<BusyNode>> CreateOperationAsync(
        OperationPlan plan, EngineId engine, DateTimeOffset now, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            ThrowIfFenced(engine);
            _operations.Add(plan.Operation, new(plan, Describe(plan)) { Engine = engine });
            return Task.FromResult(Lease(plan, plan.Clusters.SelectMany(static cluster => cluster.Nodes)));
        }
    }

    public Task<ImmutableArray<TakenOver>> TakeOverAsync(
        EngineId engine, bool simulated, DateTimeOffset now, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            ThrowIfFenced(engine);
            var taken = ImmutableArray.CreateBuilder<TakenOver>();
            foreach (var entry in _operations.Values)
            {
                if (entry.Operation.State != OperationState.Running || (entry.Plan.Simulation is not null) != simulated) continue;
                if (entry.Engine == engine) continue;
                if (_engines.TryGetValue(entry.Engine, out var holder))
                {
                    if (holder.Expires > now) continue;
                    _engines[entry.Engine] = (holder.Expires, true);
                }

                entry.Engine = engine;
                var open = entry.Plan.Clusters.SelectMany(static cluster => cluster.Nodes).Where(node => !entry.Ended.Contains(node.Name));
                taken.Add(new(entry.Plan, Lease(entry.Plan, open), entry.CancelledBy));
            }

            return Task.FromResult(taken.ToImmutable());
        }
    }

    public async Task<long> AppendAsync(EngineId engine, IReadOnlyList<OperationEvent> events, CancellationToken cancellationToken)
    {
        await Task.Yield(); // a real store answers from another thread
        lock (_gate)
        {
            ThrowIfFenced(engine);
            if (AppendFailure is not null && _events.Count >= AppendFailureAfter) throw AppendFailure;
            var first = _events.Count + 1L;
            foreach (var occurrence in events)
            {
                _events.Add(occurrence with { Sequence = _events.Count + 1 });
                var entry = _operations[occurrence.Operation];
                switch (occurrence)
                {
                    case OperationEvent.NodeFinished finished:
                        entry.Ended.Add(finished.Node);
                        if (_leases.GetValueOrDefault(finished.Node) == finished.Operation) _leases.Remove(finished.Node);
                        break;
                    case OperationEvent.Finished finished:
                        entry.Operation = entry.Operation with
                        {
                            State = OperationState.Finished, FinishedAt = finished.At, Results = finished.Results,
                        };
                        break;
                }
            }

            return first;
        }
    }

    public async IAsyncEnumerable<OperationEvent> ReadEventsAsync(
        OperationId? operation, long from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var occurrence in Events.Where(e => e.Sequence >= from && (operation is null || e.Operation == operation)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return occurrence;
        }

        await Task.CompletedTask;
    }

    public Task<ImmutableArray<Operation>> ListOperationsAsync(int limit, CancellationToken cancellationToken)
    {
        lock (_gate) return Task.FromResult<ImmutableArray<Operation>>([.. _operations.Values.Select(static entry => entry.Operation).Reverse().Take(limit)]);
    }

    public Task<Operation?> FindOperationAsync(OperationId id, CancellationToken cancellationToken)
    {
        lock (_gate) return Task.FromResult(_operations.GetValueOrDefault(id)?.Operation);
    }

    public Task<OperationPlan?> FindPlanAsync(OperationId id, CancellationToken cancellationToken)
    {
        lock (_gate) return Task.FromResult(_operations.GetValueOrDefault(id)?.Plan);
    }

    public Task<bool> RequestCancelAsync(OperationId id, string user, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (!_operations.TryGetValue(id, out var entry) || entry.Operation.State != OperationState.Running) return Task.FromResult(false);
            entry.CancelledBy = user;
            return Task.FromResult(true);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static Operation Describe(OperationPlan plan) => new()
    {
        Id = plan.Operation, Kind = plan.Kind, User = plan.User, Environment = plan.EnvironmentText, Nodes = plan.NodeCount,
        Simulated = plan.Simulation is not null, State = OperationState.Running, PlannedAt = plan.PlannedAt,
    };

    private ImmutableArray<BusyNode> Lease(OperationPlan plan, IEnumerable<Node> nodes)
    {
        if (!plan.HoldsNodes) return [];
        var busy = ImmutableArray.CreateBuilder<BusyNode>();
        foreach (var node in nodes)
        {
            if (_leases.TryAdd(node.Name, plan.Operation) || _leases[node.Name] == plan.Operation) continue;
            busy.Add(new(node.Name, _leases[node.Name], _operations[_leases[node.Name]].Operation.User));
        }

        return busy.ToImmutable();
    }

    private void ThrowIfFenced(EngineId engine)
    {
        if (!_engines.TryGetValue(engine, out var state) || state.Fenced)
            throw new LeaseLostException("another engine has taken over this engine's operations");
    }

    private sealed class Entry(OperationPlan plan, Operation operation)
    {
        public OperationPlan Plan { get; } = plan;

        public Operation Operation { get; set; } = operation;

        public EngineId Engine { get; set; }

        public string? CancelledBy { get; set; }

        public HashSet<NodeName> Ended { get; } = [];

        public List<CancelRequest> Stops { get; } = [];
    }
}
