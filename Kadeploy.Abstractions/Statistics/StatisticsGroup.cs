namespace Kadeploy;

/// <summary>By what rows of the log are put together.</summary>
[Flags]
public enum StatisticsKeys
{
    /// <summary>All together.</summary>
    None = 0,

    /// <summary>By cluster.</summary>
    Cluster = 1,

    /// <summary>By node.</summary>
    Node = 2,

    /// <summary>By environment and version.</summary>
    Environment = 4,

    /// <summary>By user.</summary>
    User = 8,

    /// <summary>By kind of operation.</summary>
    Kind = 16,

    /// <summary>By the day, in universal time, on which the node started.</summary>
    Day = 32,
}

/// <summary>What the rows of a group have in common; null for what they were not put together by.</summary>
public sealed record StatisticsGroup
{
    /// <summary>Gets the day, in universal time.</summary>
    public DateOnly? Day { get; init; }

    /// <summary>Gets the kind of operation.</summary>
    public OperationKind? Kind { get; init; }

    /// <summary>Gets the cluster.</summary>
    /// <value>Empty for nodes of which no cluster is known.</value>
    public string? Cluster { get; init; }

    /// <summary>Gets the node.</summary>
    public NodeName? Node { get; init; }

    /// <summary>Gets the environment as <c>name:version</c>.</summary>
    /// <value>Empty for operations that install none.</value>
    public string? Environment { get; init; }

    /// <summary>Gets the user.</summary>
    public string? User { get; init; }
}
