using System.Collections.Immutable;

namespace Kadeploy;

/// <summary>Says why a node failed, for people and for programs.</summary>
public sealed record Fault
{
    /// <summary>Gets the stable code; <see cref="FaultCodes"/> has the table.</summary>
    public required FaultCode Code { get; init; }

    /// <summary>Gets the micro-step, with its macro-step and instance.</summary>
    /// <value>Null when the node failed outside of any, for example because it was busy.</value>
    public StepReference? Step { get; init; }

    /// <summary>Gets which run of the instance, from 1; 0 outside of any.</summary>
    public int InstanceAttempt { get; init; }

    /// <summary>Gets which attempt at the micro-step, from 1; 0 outside of any.</summary>
    public int Attempt { get; init; }

    /// <summary>Gets what happened, in one sentence that names the node, what was tried and the limit that was reached.</summary>
    public required string Message { get; init; }

    /// <summary>Gets the last lines of output of what failed.</summary>
    public ImmutableArray<string> Evidence { get; init; } = [];

    /// <summary>Gets what to do next.</summary>
    public required string SuggestedAction { get; init; }
}
