using Kadeploy.Engine.Time;

namespace Kadeploy.Engine.Workflow;

/// <summary>What the journal says of an operation: where each of its nodes stands.</summary>
internal sealed class OperationHistory
{
    private readonly Dictionary<NodeName, NodeHistory> _nodes = [];
    private readonly Dictionary<int, (ClusterPlan Plan, NodePosition Position)> _steps = [];

    private OperationHistory(OperationPlan plan)
    {
        foreach (var cluster in plan.Clusters)
        {
            for (var macro = 0; macro < cluster.MacroSteps.Length; macro++)
            for (var instance = 0; instance < cluster.MacroSteps[macro].Instances.Length; instance++)
            {
                var steps = cluster.MacroSteps[macro].Instances[instance].MicroSteps;
                for (var micro = 0; micro < steps.Length; micro++)
                    _steps[steps[micro].Step.Ordinal] =
                        (cluster, NodePosition.Start with { MacroStep = macro, Instance = instance, MicroStep = micro });
            }
        }
    }

    /// <summary>Gets how many nodes have ended how.</summary>
    public NodeCounts Results { get; private set; } = new();

    /// <summary>Gets the number of the last set.</summary>
    public int Sets { get; private set; }

    /// <summary>Gets who cancelled the operation, or null.</summary>
    public string? CancelledBy { get; private set; }

    /// <summary>Gets a value indicating whether an engine had begun with the operation, and had opened its drivers by then.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>Gets the time of the last event.</summary>
    public DateTimeOffset LastAt { get; private set; }

    /// <summary>Reads the events of an operation.</summary>
    /// <param name="plan">Its plan.</param>
    /// <param name="events">Its events, all, in their order.</param>
    /// <returns>Where it stands.</returns>
    public static async Task<OperationHistory> ReadAsync(OperationPlan plan, IAsyncEnumerable<OperationEvent> events)
    {
        var history = new OperationHistory(plan);
        await foreach (var occurrence in events) history.Apply(occurrence);
        return history;
    }

    /// <summary>Gives the history of a node.</summary>
    /// <param name="node">The node.</param>
    /// <returns>Its history; that of an untouched node when the journal does not know it.</returns>
    public NodeHistory Of(NodeName node) => _nodes.GetValueOrDefault(node) ?? NodeHistory.Untouched;

    private void Apply(OperationEvent occurrence)
    {
        HasBegun = true;
        LastAt = occurrence.At;
        switch (occurrence)
        {
            case OperationEvent.CancelRequested cancelled:
                CancelledBy = cancelled.User;
                break;
            case OperationEvent.SetFormed formed:
                Sets = formed.Set;
                break;
            case OperationEvent.NodeFinished finished:
                _nodes[finished.Node] = Of(finished.Node) with { IsFinal = true, InFlight = null };
                Results = Results.Add(finished.State);
                break;
            case OperationEvent.StepEvent step:
                _nodes[step.Node] = Apply(Of(step.Node), step);
                break;
        }
    }

    private NodeHistory Apply(NodeHistory node, OperationEvent.StepEvent occurrence)
    {
        var (plan, place) = _steps[occurrence.Step.Ordinal];
        var here = node.Position with
        {
            MacroStep = place.MacroStep, Instance = place.Instance, MicroStep = place.MicroStep,
            InstanceAttempt = occurrence.InstanceAttempt, Attempt = occurrence.Attempt,
        };
        var attempt = new AttemptId(occurrence.Operation, occurrence.Node, occurrence.Step, occurrence.InstanceAttempt, occurrence.Attempt);
        return occurrence switch
        {
            OperationEvent.StepStarted => node with
            {
                Position = here, InFlight = attempt, MayRepeat = here.StepIn(plan).Repeatable,
            },
            OperationEvent.StepSucceeded succeeded => node with
            {
                Position = here.AfterSuccess(plan, succeeded.Duration) ?? here, Facts = node.Facts.With(succeeded.Facts), InFlight = null,
            },
            OperationEvent.StepFailed failed => node with
            {
                Position = here.AfterFailure(failed.Consequence, failed.Duration, RetryPause.After(attempt, failed.Consequence)) ?? here,
                InFlight = null,
            },
            OperationEvent.StepInterrupted => node with { Position = here.AfterInterruption(), InFlight = null },
            _ => node,
        };
    }
}

/// <summary>Where a node stands according to the journal.</summary>
/// <param name="Position">Its position: that of the attempt in flight, or of the next one.</param>
/// <param name="Facts">What is known of it.</param>
internal sealed record NodeHistory(NodePosition Position, NodeFacts Facts)
{
    /// <summary>Gets the history of a node that was not touched.</summary>
    public static NodeHistory Untouched { get; } = new(NodePosition.Start, NodeFacts.None);

    /// <summary>Gets a value indicating whether the node has ended.</summary>
    public bool IsFinal { get; init; }

    /// <summary>Gets the attempt whose intent is journaled and whose end is not.</summary>
    public AttemptId? InFlight { get; init; }

    /// <summary>Gets a value indicating whether the attempt in flight may simply be made again.</summary>
    public bool MayRepeat { get; init; }

    /// <summary>Gets the attempt that was cut off and must not be made again, or null.</summary>
    public AttemptId? Interrupted => MayRepeat ? null : InFlight;

    /// <summary>Gets where the node goes on.</summary>
    public NodePosition ResumeAt => Interrupted is null ? Position : Position.AfterInterruption();
}
