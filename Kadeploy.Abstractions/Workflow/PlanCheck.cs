namespace Kadeploy;

/// <summary>One thing that was asked before a deployment, and the answer.</summary>
public sealed record PlanCheck
{
    /// <summary>Gets what was asked.</summary>
    public required PlanCheckKind Check { get; init; }

    /// <summary>Gets what was asked about: a node, a file, an instance of a macro-step, the whole plan.</summary>
    public required string Subject { get; init; }

    /// <summary>Gets the answer.</summary>
    public required PlanCheckOutcome Outcome { get; init; }

    /// <summary>Gets the answer in a sentence.</summary>
    public required string Message { get; init; }

    /// <summary>Gets the code of what would go wrong.</summary>
    /// <value>Null when nothing would.</value>
    public FaultCode? Code { get; init; }
}

/// <summary>What is asked before a deployment.</summary>
public enum PlanCheckKind
{
    /// <summary>Whether the request can be carried out at all: nodes, environment, workflow, limits, and the files that are named.</summary>
    Plan,

    /// <summary>Whether an operation holds the node now.</summary>
    Lease,

    /// <summary>Whether the node's management controller answers.</summary>
    Power,

    /// <summary>Whether the image is there, and is the one that was recorded.</summary>
    Image,

    /// <summary>How long it will take.</summary>
    Duration,
}

/// <summary>An answer.</summary>
public enum PlanCheckOutcome
{
    /// <summary>Yes.</summary>
    Passed,

    /// <summary>No: the deployment would fail there.</summary>
    Failed,

    /// <summary>It could not be found out.</summary>
    Unknown,
}
