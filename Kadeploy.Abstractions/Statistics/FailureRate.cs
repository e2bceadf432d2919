namespace Kadeploy;

/// <summary>How often nodes of a group failed.</summary>
public sealed record FailureRate
{
    /// <summary>Gets the group.</summary>
    public required StatisticsGroup Group { get; init; }

    /// <summary>Gets how many ended well.</summary>
    public required long Ok { get; init; }

    /// <summary>Gets how many failed.</summary>
    public required long Failed { get; init; }

    /// <summary>Gets how many were stopped at a breakpoint, cancelled or discarded, which says nothing of the node and is in no rate.</summary>
    public required long Others { get; init; }

    /// <summary>Gets how many of them needed retries or fallbacks.</summary>
    public required long Retried { get; init; }

    /// <summary>Gets the share of those that failed, from 0 to 1.</summary>
    /// <value>0 when none ended well or failed.</value>
    public required double Rate { get; init; }

    /// <summary>Gets the bounds between which the true rate lies with 95 % confidence (Wilson 1927); wide when there are few.</summary>
    public required Interval Confidence { get; init; }

    /// <summary>Gets the latest failure.</summary>
    /// <value>Null when none failed.</value>
    public FailureReference? Last { get; init; }

    /// <summary>Gets the number on which the rate is based.</summary>
    public long Total => Ok + Failed;
}

/// <summary>Names a failure in the log.</summary>
/// <param name="Sequence">Its row.</param>
/// <param name="Operation">The operation.</param>
/// <param name="Start">When the node started.</param>
/// <param name="Fault">The fault's code; null when the journal has none.</param>
public sealed record FailureReference(long Sequence, OperationId Operation, DateTimeOffset Start, FaultCode? Fault);

/// <summary>Two bounds.</summary>
/// <param name="Low">The lower one.</param>
/// <param name="High">The higher one.</param>
public readonly record struct Interval(double Low, double High);
