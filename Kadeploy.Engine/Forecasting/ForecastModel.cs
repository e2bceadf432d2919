using System.Collections.Immutable;
using Kadeploy.Engine.Time;

namespace Kadeploy.Engine.Forecasting;

/// <summary>A discrete-event model of how nodes go through a plan.</summary>
/// <remarks>
/// <para>A node's failed attempt is followed by a pause and the same micro-step, while it has retries and the pause leaves the instance some time;
/// then by a pause and the instance's first micro-step, while that has retries; then by the next instance at once; then the node has failed. An
/// attempt may take its own limit, or what is left of the instance's, in which only attempts and pauses count. The <c>n</c> of limits is the
/// number of all the cluster's nodes, where the workflow counts those that are still on their way.</para>
/// <para>A step of node scope takes a slot of each of its resources and keeps those that the next step needs too. In front of a step of
/// set scope a node gives all of them back and waits, until nobody can still come or the deadline has passed since the first came; then the set
/// takes its slots, and those who come before it has them join.</para>
/// </remarks>
internal sealed class ForecastModel
{
    private readonly OperationPlan _plan;
    private readonly Func<ForecastAttempt, ForecastOutcome> _oracle;
    private readonly PriorityQueue<Action, (TimeSpan Due, long Order)> _events = new();
    private readonly Dictionary<ThrottledResource, SlotQueue> _slots = [];
    private readonly Dictionary<MacroStep, List<TimeSpan>> _left = [];
    private readonly List<NodeFlow> _flows;
    private TimeSpan _now;
    private long _order;

    /// <summary>Prepares a model.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="oracle">Says how attempts end.</param>
    public ForecastModel(OperationPlan plan, Func<ForecastAttempt, ForecastOutcome> oracle)
    {
        (_plan, _oracle) = (plan, oracle);
        foreach (var resource in Enum.GetValues<ThrottledResource>()) _slots[resource] = new(StepDefaults.Slots(resource));
        _flows = new(plan.NodeCount);
        foreach (var cluster in plan.Clusters)
        {
            var clusterFlow = new ClusterFlow(cluster);
            foreach (var node in cluster.Nodes) _flows.Add(new(clusterFlow, node.Name));
        }
    }

    /// <summary>Runs the model to its end.</summary>
    /// <returns>What it says.</returns>
    public PlanForecast Run()
    {
        foreach (var flow in _flows)
        {
            flow.Cluster.Come(flow.Position);
            At(TimeSpan.Zero, () => Enter(flow));
        }

        while (_events.TryDequeue(out var next, out var key))
        {
            _now = key.Due;
            next();
        }

        // Deadlines that no longer mattered are no part of the operation.
        foreach (var flow in _flows.Where(static flow => flow.End == NodeState.Running)) flow.EndedAt = _now;
        return new()
        {
            Duration = _flows.Count == 0 ? TimeSpan.Zero : _flows.Max(static flow => flow.EndedAt),
            Nodes = [.. _flows.Select(static flow => new NodeForecast(flow.Node, flow.End, flow.EndedAt))],
            MacroSteps = [.. _left.OrderBy(static pair => pair.Key).Select(static pair => Summary(pair.Key, pair.Value))],
        };
    }

    private static MacroStepForecast Summary(MacroStep macroStep, List<TimeSpan> times)
    {
        times.Sort();
        return new(macroStep, times.Count, times[(times.Count - 1) / 2], times[^1]);
    }

    private void At(TimeSpan delay, Action action) => _events.Enqueue(action, (_now + delay, ++_order));

    /// <summary>A node stands in front of the micro-step of its position.</summary>
    private void Enter(NodeFlow flow)
    {
        var step = flow.Step;
        if (step.Breakpoint || (flow.Position.Micro == 0 && flow.Instance.Breakpoint))
        {
            Finish(flow, NodeState.Stopped);
            return;
        }

        GiveBack(flow, step.Scope == StepScope.Node ? step.Resources : []);
        if (step.Scope == StepScope.Node) TakeSlots(flow.Held, step.Resources, 0, () => Attempt(flow));
        else Gather(flow);
    }

    private void TakeSlots(HashSet<ThrottledResource> held, ImmutableArray<ThrottledResource> resources, int index, Action then)
    {
        while (index < resources.Length && held.Contains(resources[index])) index++;
        if (index == resources.Length)
        {
            then();
            return;
        }

        _slots[resources[index]].Take(() =>
        {
            held.Add(resources[index]);
            TakeSlots(held, resources, index + 1, then);
        });
    }

    private void GiveBack(NodeFlow flow, ImmutableArray<ThrottledResource> except)
    {
        if (flow.Held.Count == 0) return;
        foreach (var resource in flow.Held.Order().ToArray())
        {
            if (except.Contains(resource)) continue;
            flow.Held.Remove(resource);
            _slots[resource].GiveBack();
        }
    }

    private void Attempt(NodeFlow flow) => Schedule(flow, 1);

    /// <summary>Asks how an attempt ends, and lets it, within the limits.</summary>
    /// <returns>After what time; null for never.</returns>
    private TimeSpan? Schedule(NodeFlow flow, int setSize)
    {
        var (step, instance, nodes) = (flow.Step, flow.Instance, flow.Cluster.Plan.Nodes.Length);
        var left = instance.Timeout.Evaluate(nodes) is { } most ? most - flow.Spent : TimeSpan.MaxValue;
        var own = step.Timeout.Evaluate(nodes) ?? TimeSpan.MaxValue;
        var limit = left < own ? left : own;
        var outcome = limit <= TimeSpan.Zero
            ? new(ForecastEnd.Never)
            : _oracle(new(
                flow.Cluster.Plan, flow.Position.Instance, instance, step, flow.Attempt(_plan.Operation), setSize, _now - flow.NodeStepEndedAt));
        var timesOut = outcome.End == ForecastEnd.Never || outcome.Duration > limit;
        if (timesOut && limit == TimeSpan.MaxValue) return null;
        var duration = timesOut ? (limit > TimeSpan.Zero ? limit : TimeSpan.Zero) : outcome.Duration;
        At(duration, () =>
        {
            flow.Spent += duration;
            if (timesOut) Fail(flow, instanceIsOver: left < own, unusable: false);
            else if (outcome.End == ForecastEnd.Succeeds) Advance(flow);
            else Fail(flow, instanceIsOver: false, outcome.End == ForecastEnd.Unusable);
        });
        return duration;
    }

    private void Fail(NodeFlow flow, bool instanceIsOver, bool unusable)
    {
        GiveBack(flow, []);
        var attempt = flow.Attempt(_plan.Operation);
        var pause = RetryPause.For(attempt);
        if (!unusable && !instanceIsOver && flow.AttemptNumber <= flow.Step.Retries && HasTimeAfter(flow, pause))
        {
            flow.AttemptNumber++;
            flow.Spent += pause;
            At(pause, () => Enter(flow));
        }
        else if (!unusable && flow.InstanceAttempt <= flow.Instance.Retries)
        {
            pause = RetryPause.For(attempt with { Attempt = attempt.InstanceAttempt });
            flow.BeginRun(flow.InstanceAttempt + 1);
            Move(flow, flow.Position with { Micro = 0 });
            At(pause, () => Enter(flow));
        }
        else if (flow.Position.Instance + 1 < flow.Cluster.Plan.MacroSteps[flow.Position.Macro].Instances.Length)
        {
            flow.BeginRun(1);
            Move(flow, flow.Position with { Instance = flow.Position.Instance + 1, Micro = 0 });
            Enter(flow);
        }
        else
        {
            Finish(flow, NodeState.Ko);
        }
    }

    private static bool HasTimeAfter(NodeFlow flow, TimeSpan pause) =>
        flow.Instance.Timeout.Evaluate(flow.Cluster.Plan.Nodes.Length) is not { } limit || flow.Spent + pause < limit;

    private void Advance(NodeFlow flow)
    {
        var position = flow.Position;
        if (flow.Step.Scope == StepScope.Node) flow.NodeStepEndedAt = _now;
        if (position.Micro + 1 < flow.Instance.MicroSteps.Length)
        {
            flow.AttemptNumber = 1;
            Move(flow, position with { Micro = position.Micro + 1 });
            Enter(flow);
            return;
        }

        var macroStep = flow.Cluster.Plan.MacroSteps[position.Macro].MacroStep;
        if (!_left.TryGetValue(macroStep, out var times)) _left[macroStep] = times = [];
        times.Add(_now);
        if (position.Macro + 1 == flow.Cluster.Plan.MacroSteps.Length)
        {
            Finish(flow, NodeState.Ok);
            return;
        }

        flow.BeginRun(1);
        Move(flow, new(position.Macro + 1, 0, 0));
        Enter(flow);
    }

    private void Finish(NodeFlow flow, NodeState end)
    {
        GiveBack(flow, []);
        (flow.End, flow.EndedAt) = (end, _now);
        flow.Cluster.Go(flow.Position);
        CheckGatherings(flow.Cluster);
    }

    private void Move(NodeFlow flow, PlanPosition to)
    {
        flow.Cluster.Go(flow.Position);
        flow.Cluster.Come(to);
        flow.Position = to;
        CheckGatherings(flow.Cluster);
    }

    private void Gather(NodeFlow flow)
    {
        var gathering = flow.Cluster.GatheringAt(flow.Position);
        gathering.Members.Add(flow);
        if (gathering.IsReleased) return;
        if (gathering.Members.Count == 1 && flow.Step.Scope == StepScope.Set) At(StepDefaults.GatherDeadline, () => Release(gathering));
        CheckGatherings(flow.Cluster);
    }

    private void CheckGatherings(ClusterFlow cluster)
    {
        foreach (var gathering in cluster.Gatherings)
            if (!gathering.IsReleased && gathering.Members.Count > 0 && cluster.Expected(gathering.Position) == 0) Release(gathering);
    }

    private void Release(Gathering gathering)
    {
        if (gathering.IsReleased) return;
        gathering.IsReleased = true;
        var step = gathering.Members[0].Step;

        // Not at once: the node that was waited for may be about to arrive itself, in this very instant.
        At(TimeSpan.Zero, () =>
        {
            if (step.Scope == StepScope.Set)
            {
                TakeSlots([], step.Resources, 0, () => RunSet(gathering, step));
                return;
            }

            gathering.Cluster.Close(gathering);
            foreach (var flow in gathering.Members) Advance(flow);
        });
    }

    private void RunSet(Gathering gathering, MicroStepPlan step)
    {
        gathering.Cluster.Close(gathering);
        TimeSpan? longest = TimeSpan.Zero;
        foreach (var flow in gathering.Members)
        {
            var duration = Schedule(flow, gathering.Members.Count);
            longest = longest is null || duration is null ? null : TimeSpan.FromTicks(Math.Max(longest.Value.Ticks, duration.Value.Ticks));
        }

        if (longest is { } end)
            At(end, () =>
            {
                foreach (var resource in step.Resources) _slots[resource].GiveBack();
            });
    }
}
