using Kadeploy.Engine.Drivers;
using Kadeploy.Engine.Rights;

namespace Kadeploy.Engine.Workflow;

/// <summary>One operation as this engine runs it.</summary>
/// <remarks>Runs on the engine's loop.</remarks>
internal sealed class OperationRun : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource<Operation> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IDisposable? _driverOwner;
    private readonly List<Task> _owned = [];
    private readonly Dictionary<NodeName, NodeFlow> _flows = [];
    private Operation _operation;
    private int _sets;

    /// <summary>Makes a run.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="operation">The operation as it stands.</param>
    /// <param name="drivers">The drivers.</param>
    /// <param name="driverOwner">What must be disposed when the operation has ended, or null.</param>
    /// <param name="services">What all operations share.</param>
    /// <param name="rights">What is asked for the user's rights.</param>
    public OperationRun(
        OperationPlan plan, Operation operation, DriverSet drivers, IDisposable? driverOwner, EngineServices services, IRightsCheck rights)
    {
        Rights = new(this, rights);
        Plan = plan;
        Drivers = drivers;
        Services = services;
        _driverOwner = driverOwner;
        _operation = operation;
    }

    /// <summary>Gets the operation.</summary>
    public OperationId Id => Plan.Operation;

    /// <summary>Gets the plan.</summary>
    public OperationPlan Plan { get; }

    /// <summary>Gets the drivers.</summary>
    public DriverSet Drivers { get; }

    /// <summary>Gets what all operations share.</summary>
    public EngineServices Services { get; }

    /// <summary>Gets the user's rights.</summary>
    public RightsGate Rights { get; }

    /// <summary>Gets the token that fires when the operation is cancelled or the engine stops.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>Gets who cancelled the operation, or null; then a stop means that the operation will be resumed.</summary>
    public string? CancelledBy { get; private set; }

    /// <summary>Gets a task that ends with the operation.</summary>
    public Task<Operation> Ended => _ended.Task;

    /// <summary>Gets the operation as it stands.</summary>
    public Operation Current => _operation;

    /// <summary>Begins with nodes that have not been touched.</summary>
    /// <param name="busy">Nodes that another operation holds.</param>
    public void Begin(IReadOnlyCollection<BusyNode> busy)
    {
        Services.Journal.Append(new OperationEvent.Started { Operation = Id, At = Services.Time.GetUtcNow() });
        var holders = busy.ToDictionary(static node => node.Node);
        var flows = new List<NodeFlow>();
        foreach (var cluster in Plan.Clusters)
        {
            var run = new ClusterRun(this, cluster);
            foreach (var node in cluster.Nodes)
            {
                if (holders.TryGetValue(node.Name, out var holder)) Discard(node, holder);
                else flows.Add(new(run, node, NodePosition.Start, NodeFacts.None));
            }
        }

        foreach (var flow in flows)
            Services.Journal.Append(new OperationEvent.NodeLeased { Operation = Id, At = Services.Time.GetUtcNow(), Node = flow.Node.Name });
        Run(flows);
    }

    /// <summary>Goes on where the journal ends.</summary>
    /// <param name="history">What the journal says.</param>
    /// <param name="busy">Nodes that were never leased and that another operation holds.</param>
    /// <param name="cancelledBy">Who asked for it to be cancelled meanwhile, or null.</param>
    public void Resume(OperationHistory history, IReadOnlyCollection<BusyNode> busy, string? cancelledBy)
    {
        Services.Journal.Append(new OperationEvent.Resumed { Operation = Id, At = Services.Time.GetUtcNow() });
        _operation = _operation with { Results = history.Results };
        _sets = history.Sets;
        if (history.CancelledBy is { } user) RequestCancel(user, journal: false);
        else if (cancelledBy is not null) RequestCancel(cancelledBy);
        var holders = busy.ToDictionary(static node => node.Node);
        var flows = new List<NodeFlow>();
        foreach (var cluster in Plan.Clusters)
        {
            var run = new ClusterRun(this, cluster);
            foreach (var node in cluster.Nodes)
            {
                var past = history.Of(node.Name);
                if (past.IsFinal) continue;
                if (holders.TryGetValue(node.Name, out var holder))
                {
                    Discard(node, holder);
                    continue;
                }

                if (past.Interrupted is { } attempt)
                {
                    Services.Journal.Append(new OperationEvent.StepInterrupted
                    {
                        Operation = Id, At = Services.Time.GetUtcNow(), Node = node.Name, Step = attempt.Step,
                        InstanceAttempt = attempt.InstanceAttempt, Attempt = attempt.Attempt,
                    });
                }

                flows.Add(new(run, node, past.ResumeAt, past.Facts));
            }
        }

        Run(flows);
    }

    /// <summary>Cancels the operation.</summary>
    /// <param name="user">Who asked.</param>
    /// <param name="journal">Whether the request is new.</param>
    public void RequestCancel(string user, bool journal = true)
    {
        if (CancelledBy is not null || _ended.Task.IsCompleted || _stopping.IsCancellationRequested) return;
        CancelledBy = user;
        if (journal)
            Services.Journal.Append(new OperationEvent.CancelRequested { Operation = Id, At = Services.Time.GetUtcNow(), User = user });
        Services.Loop.Outside(_stopping.Cancel);
    }

    /// <summary>Stops nodes on which the user has no right left.</summary>
    /// <param name="nodes">The nodes; those that have ended stay as they are.</param>
    /// <param name="user">Who took the right away.</param>
    public void StopNodes(IEnumerable<NodeName> nodes, string user)
    {
        foreach (var node in nodes)
            if (_flows.TryGetValue(node, out var flow)) flow.Stop(new RightLoss.Revoked(Plan.User, user));
    }

    /// <summary>Stops at once and leaves the operation to be resumed.</summary>
    /// <param name="reason">Why, or null when the engine was asked to.</param>
    /// <returns>A task that ends when nothing of the operation runs any more.</returns>
    public async Task AbandonAsync(KadeployException? reason)
    {
        if (!_stopping.IsCancellationRequested) Services.Loop.Outside(_stopping.Cancel);
        await Task.WhenAll(_owned);
        if (reason is null) _ended.TrySetCanceled(CancellationToken.None);
        else _ended.TrySetException(reason);
        _ = _ended.Task.Exception; // nobody need be waiting
    }

    /// <summary>Stops at once because something cannot be saved; an attempt that comes upon that ends here, and so do all others.</summary>
    /// <param name="reason">Why.</param>
    /// <returns>The outcome of the attempt that came upon it.</returns>
    public StepOutcome Abandon(StoreException reason)
    {
        _ = AbandonAsync(reason);
        return StepOutcome.Abandoned.Instance;
    }

    /// <summary>Counts a node that has ended.</summary>
    /// <param name="state">How.</param>
    public void Count(NodeState state) => _operation = _operation with { Results = _operation.Results.Add(state) };

    /// <summary>Numbers the next set.</summary>
    /// <returns>From 1.</returns>
    public int NextSet() => ++_sets;

    /// <summary>Takes care that a task's end is waited for before the operation ends.</summary>
    /// <param name="task">The task; it does not fail.</param>
    public void Own(Task task) => _owned.Add(task);

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopping.Dispose();
        Close();
    }

    private void Run(List<NodeFlow> flows)
    {
        foreach (var flow in flows) _flows.Add(flow.Node.Name, flow);
        foreach (var flow in flows) Own(flow.RunAsync());
        Own(FinishAsync([.. _owned]));
    }

    private async Task FinishAsync(Task[] flows)
    {
        await Task.WhenAll(flows);
        var results = _operation.Results;
        if (results.Total < Plan.NodeCount) return; // abandoned: not all nodes have ended
        var now = Services.Time.GetUtcNow();
        try
        {
            await Services.Journal.AppendAsync(new OperationEvent.Finished { Operation = Id, At = now, Results = results });
        }
        catch (KadeployException)
        {
            return; // the journal has told the engine
        }

        _operation = _operation with
        {
            State = CancelledBy is null ? OperationState.Finished : OperationState.Cancelled,
            FinishedAt = now,
        };
        Close();
        _ended.TrySetResult(_operation);
    }

    /// <summary>Lets go of what only a running operation needs; an engine may live long.</summary>
    private void Close()
    {
        _owned.Clear();
        _flows.Clear();
        _driverOwner?.Dispose();
        _driverOwner = null;
    }

    private void Discard(Node node, BusyNode holder)
    {
        var state = NodeStateMachine.After(NodeState.Planned, NodeTrigger.Refused);
        Services.Journal.Append(new OperationEvent.NodeFinished
        {
            Operation = Id, At = Services.Time.GetUtcNow(), Node = node.Name, State = state, Fault = FaultFactory.OfBusyNode(holder),
        });
        Count(state);
    }
}
