using System.Collections.Immutable;

namespace Kadeploy.Progress;

/// <summary>An operation's events, counted: what progress and results are drawn from.</summary>
/// <remarks>Safe for one thread that adds events and others that take snapshots. Events number millions: <see cref="Add"/> looks up one node,
/// changes a few numbers and keeps no event; only <see cref="Snapshot"/> goes through all nodes.</remarks>
internal sealed class ProgressModel
{
    private readonly Lock _gate = new();
    private readonly Dictionary<NodeName, NodeProgress> _nodes;
    private readonly Dictionary<(NodeState State, FaultCode Code), FaultGroup> _faults = [];
    private readonly MacroStepTally[] _macroSteps;
    private readonly HashSet<int> _lastSteps = [];
    private readonly int _total;
    private NodeCounts _results = new();
    private DateTimeOffset? _started;
    private DateTimeOffset _latest;
    private long _events;
    private int _completed;

    /// <summary>Begins to count.</summary>
    /// <param name="nodes">The number of nodes of the operation.</param>
    /// <param name="plan">Its plan; without one, a node is through a macro-step only when it begins the next.</param>
    public ProgressModel(int nodes, OperationPlan? plan)
    {
        _total = nodes;
        _nodes = new(nodes);
        _macroSteps = [.. MacroSteps(plan).ConvertAll(static macroStep => new MacroStepTally(macroStep))];
        if (plan is null) return;
        foreach (var cluster in plan.Clusters)
            foreach (var macroStep in cluster.MacroSteps)
                foreach (var instance in macroStep.Instances)
                    AddLastStep(instance);
    }

    /// <summary>Gets how many macro-steps, from the first on, no node will come through any more.</summary>
    public int CompletedMacroSteps => Volatile.Read(ref _completed);

    /// <summary>Counts an event.</summary>
    /// <param name="happened">The event; in the order of the journal.</param>
    public void Add(OperationEvent happened)
    {
        lock (_gate)
        {
            _events++;
            _started ??= happened.At;
            if (happened.At > _latest) _latest = happened.At;
            switch (happened)
            {
                case OperationEvent.Resumed:
                    _events = 1; // the pace is that of this run
                    break;
                case OperationEvent.StepStarted step:
                    Begin(NodeOf(step.Node), step);
                    break;
                case OperationEvent.StepSucceeded step:
                    Succeed(NodeOf(step.Node), step);
                    break;
                case OperationEvent.StepFailed step:
                    Fail(NodeOf(step.Node), step);
                    break;
                case OperationEvent.StepInterrupted step:
                    NodeOf(step.Node).Running = false;
                    break;
                case OperationEvent.NodeFinished end:
                    Finish(NodeOf(end.Node), end);
                    break;
            }
        }
    }

    /// <summary>Takes a picture.</summary>
    /// <param name="slowest">How many of the nodes that have been longest in one attempt to name.</param>
    /// <returns>The picture; it does not change.</returns>
    public ProgressSnapshot Snapshot(int slowest)
    {
        lock (_gate)
        {
            return new()
            {
                Total = _total,
                Results = _results,
                Started = _started,
                Latest = _latest,
                Events = _events,
                MacroSteps = [.. _macroSteps.Select(static tally => tally.Copy())],
                Slowest = [.. Slowest(slowest).Select(static node => new SlowNode(node.Name, node.Step!, node.Since, node.Attempt))],
            };
        }
    }

    /// <summary>Groups the nodes that have ended without success by their faults.</summary>
    /// <returns>The groups, largest first.</returns>
    public ImmutableArray<FaultGroup> FaultGroups()
    {
        lock (_gate)
            return [.. _faults.Values.OrderByDescending(static group => group.Nodes.Count).ThenBy(static group => group.Code.ToString())];
    }

    /// <summary>Says how a node ended.</summary>
    /// <param name="node">The node.</param>
    /// <returns>Its final state, or null while it has not ended.</returns>
    public NodeState? FinalState(NodeName node)
    {
        lock (_gate) return _nodes.TryGetValue(node, out var progress) ? progress.Final : null;
    }

    // Loops instead of queries: this runs at the start of a process, where each query costs a millisecond of compilation.
    private static List<MacroStep> MacroSteps(OperationPlan? plan)
    {
        if (plan is null) return [.. OperationPhases.OfDeployments];
        var macroSteps = new List<MacroStep>();
        foreach (var cluster in plan.Clusters)
            foreach (var macroStep in cluster.MacroSteps)
                if (!macroSteps.Contains(macroStep.MacroStep)) macroSteps.Add(macroStep.MacroStep);
        macroSteps.Sort();
        return macroSteps;
    }

    /// <summary>Notes the micro-step after which a node is through an instance; waiting for others at its end is no part of it.</summary>
    private void AddLastStep(InstancePlan instance)
    {
        for (var i = instance.MicroSteps.Length - 1; i >= 0; i--)
        {
            if (instance.MicroSteps[i].Scope is StepScope.Barrier) continue;
            _lastSteps.Add(instance.MicroSteps[i].Step.Ordinal);
            return;
        }
    }

    private NodeProgress NodeOf(NodeName name)
    {
        if (_nodes.TryGetValue(name, out var node)) return node;
        node = new(name);
        _nodes.Add(name, node);
        return node;
    }

    private int IndexOf(MacroStep macroStep)
    {
        for (var i = 0; i < _macroSteps.Length; i++)
            if (_macroSteps[i].MacroStep == macroStep) return i;
        return _macroSteps.Length - 1;
    }

    private void Begin(NodeProgress node, OperationEvent.StepStarted step)
    {
        var index = IndexOf(step.Step.MacroStep);
        if (index > node.Inside && index >= node.Passed)
        {
            Pass(node, index, step.At);
            node.Inside = index;
            node.InsideSince = step.At;
            _macroSteps[index].Inside++;
            _macroSteps[index].Begin ??= step.At;
        }

        node.Running = true;
        node.Step = step.Step;
        node.Since = step.At;
        node.Attempt = step.Attempt;
    }

    private void Succeed(NodeProgress node, OperationEvent.StepSucceeded step)
    {
        node.Running = false;
        if (_lastSteps.Contains(step.Step.Ordinal)) Pass(node, IndexOf(step.Step.MacroStep) + 1, step.At);
    }

    private void Fail(NodeProgress node, OperationEvent.StepFailed step)
    {
        node.Running = false;
        var tally = _macroSteps[IndexOf(step.Step.MacroStep)];
        if (step.Consequence is FailureConsequence.Retry or FailureConsequence.RestartInstance) tally.Retries++;
        if (step.Consequence is FailureConsequence.Fallback) tally.Fallbacks++;
    }

    private void Finish(NodeProgress node, OperationEvent.NodeFinished end)
    {
        if (node.Final is not null) return;
        node.Running = false;
        node.Final = end.State;
        _results = end.State switch
        {
            NodeState.Ok => _results with { Ok = _results.Ok + 1 },
            NodeState.Stopped => _results with { Stopped = _results.Stopped + 1 },
            NodeState.Cancelled => _results with { Cancelled = _results.Cancelled + 1 },
            NodeState.Discarded => _results with { Discarded = _results.Discarded + 1 },
            _ => _results with { Ko = _results.Ko + 1 },
        };
        if (end.State is NodeState.Ok) Pass(node, _macroSteps.Length, end.At);
        else EndEarly(node, end);
        if (end.Fault is { } fault) GroupOf(end.State, fault).Nodes.Add(node.Name);
        Complete();
    }

    private void EndEarly(NodeProgress node, OperationEvent.NodeFinished end)
    {
        var where = end.Step ?? end.Fault?.Step;
        var index = Math.Max(where is null ? 0 : IndexOf(where.MacroStep), Math.Min(node.Passed, _macroSteps.Length - 1));
        Pass(node, index, end.At);
        Leave(node);
        if (end.State is NodeState.Stopped) _macroSteps[index].Stopped++;
        else _macroSteps[index].Failed++;
    }

    /// <summary>Takes a node out of all macro-steps before an index.</summary>
    private void Pass(NodeProgress node, int index, DateTimeOffset at)
    {
        if (node.Passed >= index) return;
        for (; node.Passed < index; node.Passed++)
        {
            var tally = _macroSteps[node.Passed];
            tally.Passed++;
            tally.End = at;
            if (node.Inside != node.Passed) continue; // it was never seen inside
            var spent = at - node.InsideSince;
            tally.Spent += spent;
            if (spent >= tally.Longest) (tally.Longest, tally.LongestNode) = (spent, node.Name);
            Leave(node);
        }

        Complete();
    }

    private void Leave(NodeProgress node)
    {
        if (node.Inside < 0 || node.Left == node.Inside) return;
        node.Left = node.Inside;
        _macroSteps[node.Inside].Inside--;
    }

    private void Complete()
    {
        var ended = 0;
        for (var i = 0; i < _macroSteps.Length; i++)
        {
            var tally = _macroSteps[i];
            ended += tally.Failed + tally.Stopped;
            if (tally.Passed + ended < _total) return;
            if (i == _completed) Volatile.Write(ref _completed, i + 1);
        }
    }

    private FaultGroup GroupOf(NodeState state, Fault fault)
    {
        if (_faults.TryGetValue((state, fault.Code), out var group)) return group;
        return _faults[(state, fault.Code)] = new(state, fault);
    }

    private List<NodeProgress> Slowest(int count)
    {
        var slowest = new List<NodeProgress>(count + 1);
        foreach (var node in _nodes.Values)
        {
            if (!node.Running || (slowest.Count == count && (count == 0 || node.Since >= slowest[^1].Since))) continue;
            var place = slowest.FindIndex(other => node.Since < other.Since);
            slowest.Insert(place < 0 ? slowest.Count : place, node);
            if (slowest.Count > count) slowest.RemoveAt(count);
        }

        return slowest;
    }

    private sealed class NodeProgress(NodeName name)
    {
        public NodeName Name => name;

        /// <summary>The number of macro-steps that the node is through.</summary>
        public int Passed;

        /// <summary>The macro-step that it entered last, and the one that it left last; -1 before the first.</summary>
        public int Inside = -1;

        public int Left = -1;

        public DateTimeOffset InsideSince;

        /// <summary>The attempt under way, or the last one.</summary>
        public StepReference? Step;

        public DateTimeOffset Since;

        public int Attempt;

        public bool Running;

        public NodeState? Final;
    }
}
