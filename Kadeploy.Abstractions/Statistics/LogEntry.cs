using System.Collections.Immutable;

namespace Kadeploy;

/// <summary>A row of the log: what became of one node in one operation.</summary>
public sealed record LogEntry
{
    /// <summary>Gets the place in the journal of the event with which the node ended; unique.</summary>
    public required long Sequence { get; init; }

    /// <summary>Gets the operation.</summary>
    public required OperationId Operation { get; init; }

    /// <summary>Gets its kind.</summary>
    public required OperationKind Kind { get; init; }

    /// <summary>Gets a value indicating whether its nodes were simulated.</summary>
    public bool Simulated { get; init; }

    /// <summary>Gets who asked for it.</summary>
    public required string User { get; init; }

    /// <summary>Gets the node.</summary>
    public required NodeName Node { get; init; }

    /// <summary>Gets the node's cluster.</summary>
    /// <value>Empty when it is not known.</value>
    public required string Cluster { get; init; }

    /// <summary>Gets the environment as <c>name:version</c>.</summary>
    /// <value>Empty when the operation installs none.</value>
    public required string Environment { get; init; }

    /// <summary>Gets when the operation got the node, or refused it.</summary>
    public required DateTimeOffset Start { get; init; }

    /// <summary>Gets the time from then until the node ended, waits included.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Gets how the node ended.</summary>
    public required NodeState State { get; init; }

    /// <summary>Gets the macro-steps that the node began, each at its place in the operation, from 0; at most <see cref="MostSteps"/>.</summary>
    public required ImmutableArray<LogStep?> Steps { get; init; }

    /// <summary>Gets the code of the fault with which the node ended.</summary>
    /// <value>Null when all went well.</value>
    public FaultCode? Fault { get; init; }

    /// <summary>Gets where and why it failed, as <c>Instance-MicroStep: message</c>.</summary>
    /// <value>Null when all went well.</value>
    public string? Error { get; init; }

    /// <summary>Gets the SHA-256 of what the node wrote, as 64 lower-case hexadecimal digits.</summary>
    /// <value>Null when nothing was written.</value>
    public string? ImageDigest { get; init; }

    /// <summary>Gets the largest number of macro-steps that a row holds; those of an operation that has more are not kept.</summary>
    public static int MostSteps => 4;

    /// <summary>Gets the number of retries and fallbacks in all macro-steps.</summary>
    public int Retries => Steps.Sum(static step => step?.Retries ?? 0);
}

/// <summary>A macro-step of a node.</summary>
/// <param name="MacroStep">Which.</param>
/// <param name="Instance">The instance that ran last.</param>
/// <param name="Limit">The limit of one run of that instance; null for none.</param>
/// <param name="Retries">The number of retries and fallbacks.</param>
/// <param name="Duration">From the first attempt's beginning to the last one's end, pauses and waits between them included; null when no attempt
/// came to an end.</param>
public sealed record LogStep(MacroStep MacroStep, InstanceName Instance, TimeSpan? Limit, int Retries, TimeSpan? Duration);
