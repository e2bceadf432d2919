namespace Kadeploy;

/// <summary>Where a node stands in an operation. The transitions are drawn in ARCHITECTURE.md.</summary>
public enum NodeState
{
    /// <summary>In the plan; not yet leased, not touched.</summary>
    Planned,

    /// <summary>Leased; its next micro-step is due and waits for a slot.</summary>
    Ready,

    /// <summary>Waits in front of a set-scope micro-step for the others of its set.</summary>
    Gathering,

    /// <summary>An attempt at a micro-step is journaled and may be changing the machine.</summary>
    Running,

    /// <summary>An attempt failed; the pause before the next one runs.</summary>
    Pausing,

    /// <summary>Everything succeeded.</summary>
    Ok,

    /// <summary>No retry and no alternative is left; a fault says why.</summary>
    Ko,

    /// <summary>Stands in front of a breakpoint.</summary>
    Stopped,

    /// <summary>The operation was cancelled before this node ended.</summary>
    Cancelled,

    /// <summary>Was busy with another operation; not touched.</summary>
    Discarded,
}
