using System.Collections.Immutable;

namespace Kadeploy.Engine.Json;

/// <summary>An event as the command line prints it: flat, with names that never change. Members that an event has not are left out.</summary>
internal sealed record EventLine
{
    public required string Kind { get; init; }

    public required long Sequence { get; init; }

    public required OperationId Operation { get; init; }

    /// <summary>Gets the time in UTC, written with a Z at its end.</summary>
    public required DateTime At { get; init; }

    public NodeName? Node { get; init; }

    public NodeState? State { get; init; }

    public string? Cluster { get; init; }

    public MacroStep? MacroStep { get; init; }

    public InstanceName? Instance { get; init; }

    public MicroStepName? MicroStep { get; init; }

    public int? InstanceAttempt { get; init; }

    public int? Attempt { get; init; }

    public int? Set { get; init; }

    public int? Nodes { get; init; }

    public double? DurationSeconds { get; init; }

    public FailureConsequence? Consequence { get; init; }

    public FaultLine? Fault { get; init; }

    public string? BootId { get; init; }

    public string? ImageDigest { get; init; }

    public string? Disk { get; init; }

    public string? DiskSerial { get; init; }

    public string? DiskWwn { get; init; }

    public long? DiskBytes { get; init; }

    public string? FileSystemId { get; init; }

    public PowerState? Power { get; init; }

    public string? User { get; init; }

    public NodeCounts? Results { get; init; }
}

/// <summary>A fault in an <see cref="EventLine"/>; where it happened stands in the line itself.</summary>
internal sealed record FaultLine(FaultCode Code, string Message, ImmutableArray<string> Evidence, string SuggestedAction);
