using System.Collections.Immutable;

namespace Kadeploy.Engine.Forecasting;

/// <summary>A place in a cluster's plan.</summary>
internal readonly record struct PlanPosition(int Macro, int Instance, int Micro);

/// <summary>Where a node of the model stands.</summary>
internal sealed class NodeFlow(ClusterFlow cluster, NodeName node)
{
    public ClusterFlow Cluster { get; } = cluster;

    public NodeName Node { get; } = node;

    public PlanPosition Position { get; set; }

    /// <summary>Gets which run of the instance this is, from 1.</summary>
    public int InstanceAttempt { get; private set; } = 1;

    /// <summary>Gets or sets which attempt at the micro-step is made next or now, from 1.</summary>
    public int AttemptNumber { get; set; } = 1;

    /// <summary>Gets or sets the time that attempts and pauses have taken in this run of the instance.</summary>
    public TimeSpan Spent { get; set; }

    /// <summary>Gets or sets when the last step of node scope succeeded.</summary>
    public TimeSpan NodeStepEndedAt { get; set; }

    public HashSet<ThrottledResource> Held { get; } = new(0);

    public NodeState End { get; set; } = NodeState.Running;

    public TimeSpan EndedAt { get; set; }

    public InstancePlan Instance => Cluster.Plan.MacroSteps[Position.Macro].Instances[Position.Instance];

    public MicroStepPlan Step => Instance.MicroSteps[Position.Micro];

    public void BeginRun(int instanceAttempt) => (InstanceAttempt, AttemptNumber, Spent) = (instanceAttempt, 1, TimeSpan.Zero);

    public AttemptId Attempt(OperationId operation) => new(operation, Node, Step.Step, InstanceAttempt, AttemptNumber);
}

/// <summary>The nodes of a cluster by the place at which they stand, and those that gather.</summary>
internal sealed class ClusterFlow(ClusterPlan plan)
{
    private readonly int[][][] _standing =
    [
        .. plan.MacroSteps.Select(static macro => macro.Instances.Select(static instance => new int[instance.MicroSteps.Length]).ToArray()),
    ];

    public ClusterPlan Plan { get; } = plan;

    public ImmutableList<Gathering> Gatherings { get; private set; } = [];

    public void Come(PlanPosition at) => _standing[at.Macro][at.Instance][at.Micro]++;

    public void Go(PlanPosition from) => _standing[from.Macro][from.Instance][from.Micro]--;

    /// <summary>Counts who can still come to a place: those before it in the same instance and, in a first instance, in earlier macro-steps.</summary>
    public int Expected(PlanPosition at)
    {
        var expected = _standing[at.Macro][at.Instance].AsSpan(0, at.Micro).ToArray().Sum();
        if (at.Instance > 0) return expected;
        for (var macro = 0; macro < at.Macro; macro++) expected += _standing[macro].Sum(static instance => instance.Sum());
        return expected;
    }

    /// <summary>Gives the gathering at a place that nodes can still join.</summary>
    public Gathering GatheringAt(PlanPosition position)
    {
        if (Gatherings.Find(gathering => gathering.Position == position) is { } open) return open;
        var begun = new Gathering(this, position);
        Gatherings = Gatherings.Add(begun);
        return begun;
    }

    /// <summary>Lets nobody join any more.</summary>
    public void Close(Gathering gathering) => Gatherings = Gatherings.Remove(gathering);
}

/// <summary>Nodes in front of a step that they go through together.</summary>
internal sealed class Gathering(ClusterFlow cluster, PlanPosition position)
{
    public ClusterFlow Cluster { get; } = cluster;

    public PlanPosition Position { get; } = position;

    public List<NodeFlow> Members { get; } = [];

    /// <summary>Gets or sets a value indicating whether nobody is waited for any more; those who come may still join.</summary>
    public bool IsReleased { get; set; }
}

/// <summary>The slots of a resource, given to those who ask in their order.</summary>
/// <remarks>The workflow shares slots fairly between operations; within one, which is all that a forecast knows, first come is first served.</remarks>
internal sealed class SlotQueue(int slots)
{
    private readonly Queue<Action> _waiting = new();
    private int _free = slots;

    public void Take(Action then)
    {
        if (_free == 0)
        {
            _waiting.Enqueue(then);
            return;
        }

        _free--;
        then();
    }

    public void GiveBack()
    {
        if (_waiting.TryDequeue(out var next)) next();
        else _free++;
    }
}
