using System.Collections.Immutable;

namespace Kadeploy.Cli.Progress;

/// <summary>Adds up what the time of each node of an operation went into.</summary>
internal sealed class TimeShares
{
    private readonly Dictionary<NodeName, TimeSpan[]> _spent = [];
    private readonly Dictionary<NodeName, DateTimeOffset> _free = [];
    private DateTimeOffset? _started;
    private OperationEvent.NodeFinished? _last;

    /// <summary>Counts an event; in the order of the journal.</summary>
    /// <param name="happened">The event.</param>
    public void Add(OperationEvent happened)
    {
        _started ??= happened.At;
        switch (happened)
        {
            case OperationEvent.StepStarted { Set: > 0 } together when _free.TryGetValue(together.Node, out var since):
                Count(together.Node, WorkKind.OtherNodes, together.At - since);
                break;
            case OperationEvent.StepStarted turn when WorkKinds.TakesTurns(turn.Step) && _free.TryGetValue(turn.Node, out var since):
                Count(turn.Node, WorkKind.Turn, turn.At - since);
                break;
            case OperationEvent.StepSucceeded step:
                Count(step, step.Duration);
                break;
            case OperationEvent.StepFailed step:
                Count(step, step.Duration);
                break;
            case OperationEvent.NodeFinished { State: NodeState.Ok } end:
                _last = end;
                break;
        }
    }

    /// <summary>Tells what the time of the node went into that was the last to be well: the one on which the operation's length depended.</summary>
    /// <returns>The shares; null while no node is well.</returns>
    public TimeShareReport? Report()
    {
        if (_last is null || _started is not { } started || !_spent.TryGetValue(_last.Node, out var spent)) return null;
        var total = _last.At - started;
        var work = spent.Aggregate(TimeSpan.Zero, static (sum, each) => sum + each);
        return new(_last.Node, total, [.. spent.Index().Select(static each => new TimeShare((WorkKind)each.Index, each.Item))], total - work);
    }

    private void Count(OperationEvent.StepEvent step, TimeSpan duration)
    {
        _free[step.Node] = step.At;
        if (WorkKinds.Of(step.Step) is { } kind) Count(step.Node, kind, duration);
    }

    private void Count(NodeName node, WorkKind kind, TimeSpan duration)
    {
        if (!_spent.TryGetValue(node, out var spent)) _spent.Add(node, spent = new TimeSpan[Enum.GetValues<WorkKind>().Length]);
        spent[(int)kind] += duration;
    }
}

/// <summary>What a kind of work took.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Time">How long.</param>
internal sealed record TimeShare(WorkKind Kind, TimeSpan Time);

/// <summary>What the time of a node went into.</summary>
/// <param name="Node">The node.</param>
/// <param name="Total">From the start of the operation to the node's end.</param>
/// <param name="Work">The kinds of work, each once.</param>
/// <param name="Engine">The rest: planning, journal, boot profiles, and waiting for the engine.</param>
internal sealed record TimeShareReport(NodeName Node, TimeSpan Total, ImmutableArray<TimeShare> Work, TimeSpan Engine);
