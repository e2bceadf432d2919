using System.Collections.Frozen;

namespace Kadeploy.Engine.Workflow;

/// <summary>What can happen to a node.</summary>
internal enum NodeTrigger
{
    /// <summary>The operation has the node.</summary>
    Leased,

    /// <summary>Another operation has it.</summary>
    Refused,

    /// <summary>It stands in front of a set-scope step.</summary>
    Joined,

    /// <summary>An attempt's intent is journaled.</summary>
    Started,

    /// <summary>The attempt succeeded and another step follows.</summary>
    Succeeded,

    /// <summary>The attempt succeeded and was the last.</summary>
    Completed,

    /// <summary>The attempt failed; a retry, a restart of the instance or the next instance follows.</summary>
    Failed,

    /// <summary>The pause before the next attempt is over.</summary>
    Rested,

    /// <summary>The attempt failed and nothing is left.</summary>
    GaveUp,

    /// <summary>The engine died during an attempt that must not be repeated.</summary>
    Interrupted,

    /// <summary>It stands in front of a breakpoint.</summary>
    BrokeOff,

    /// <summary>The operation was cancelled.</summary>
    Cancelled,
}

/// <summary>The one table of (state, trigger, next state); nothing else changes a node's state, unless the engine itself is at fault.</summary>
/// <remarks>ARCHITECTURE.md draws it; a test compares the two.</remarks>
internal static class NodeStateMachine
{
    private static readonly FrozenDictionary<(NodeState, NodeTrigger), NodeState> Next =
        Table().ToFrozenDictionary(static row => (row.From, row.Trigger), static row => row.To);

    /// <summary>Gives the rows in the order of a node's life.</summary>
    /// <returns>The rows.</returns>
    public static IEnumerable<(NodeState From, NodeTrigger Trigger, NodeState To)> Table() =>
    [
        (NodeState.Planned, NodeTrigger.Leased, NodeState.Ready),
        (NodeState.Planned, NodeTrigger.Refused, NodeState.Discarded),
        (NodeState.Planned, NodeTrigger.Cancelled, NodeState.Cancelled),
        (NodeState.Ready, NodeTrigger.Joined, NodeState.Gathering),
        (NodeState.Ready, NodeTrigger.Started, NodeState.Running),
        (NodeState.Ready, NodeTrigger.BrokeOff, NodeState.Stopped),
        (NodeState.Ready, NodeTrigger.Cancelled, NodeState.Cancelled),
        (NodeState.Gathering, NodeTrigger.Started, NodeState.Running),
        (NodeState.Gathering, NodeTrigger.Cancelled, NodeState.Cancelled),
        (NodeState.Running, NodeTrigger.Succeeded, NodeState.Ready),
        (NodeState.Running, NodeTrigger.Completed, NodeState.Ok),
        (NodeState.Running, NodeTrigger.Failed, NodeState.Pausing),
        (NodeState.Running, NodeTrigger.GaveUp, NodeState.Ko),
        (NodeState.Running, NodeTrigger.Interrupted, NodeState.Ready),
        (NodeState.Running, NodeTrigger.Cancelled, NodeState.Cancelled),
        (NodeState.Pausing, NodeTrigger.Rested, NodeState.Ready),
        (NodeState.Pausing, NodeTrigger.Cancelled, NodeState.Cancelled),
    ];

    /// <summary>Gives the next state.</summary>
    /// <param name="state">The state.</param>
    /// <param name="trigger">What happens.</param>
    /// <returns>The state after it.</returns>
    /// <exception cref="InvalidOperationException">The table has no such row: a defect of the engine.</exception>
    public static NodeState After(NodeState state, NodeTrigger trigger) => Next.TryGetValue((state, trigger), out var next)
        ? next
        : throw new InvalidOperationException($"a node that is {state} cannot be {trigger}");

    /// <summary>Says whether a node in this state has ended.</summary>
    /// <param name="state">The state.</param>
    /// <returns>Whether no row leads out of it.</returns>
    public static bool IsFinal(NodeState state) => state >= NodeState.Ok;
}
