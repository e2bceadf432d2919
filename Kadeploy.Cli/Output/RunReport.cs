using System.Collections.Immutable;
using Kadeploy.Cli.Progress;
using Kadeploy.Progress;

namespace Kadeploy.Cli.Output;

/// <summary>What a run of an operation came to.</summary>
internal sealed record RunReport
{
    /// <summary>Gets the operation as it ended; null when there was nothing to run.</summary>
    public Operation? Operation { get; init; }

    /// <summary>Gets how many nodes ended how.</summary>
    public NodeCounts Results => Operation?.Results ?? new();

    /// <summary>Gets the last picture of its progress.</summary>
    public required ProgressSnapshot Progress { get; init; }

    /// <summary>Gets the nodes that ended without success.</summary>
    public ImmutableArray<FaultGroup> Faults { get; init; } = [];

    /// <summary>Gets how the run compares with its forecast.</summary>
    /// <value>Null when nothing was forecast.</value>
    public ForecastReport? Forecast { get; init; }

    /// <summary>Gets where the time of the last node went.</summary>
    /// <value>Null when nodes are simulated or none is well.</value>
    public TimeShareReport? Shares { get; init; }

    /// <summary>Gets what the process has used.</summary>
    public required ProcessUsage Usage { get; init; }
}

/// <summary>How a run compares with its forecast.</summary>
/// <param name="Predicted">The predicted duration.</param>
/// <param name="DecreedKo">How many nodes the seed lets fail.</param>
/// <param name="Compared">How many nodes came to their end; those that were stopped, cancelled or discarded did not.</param>
/// <param name="Deviating">Nodes that ended otherwise than the seed decreed.</param>
internal sealed record ForecastReport(TimeSpan Predicted, int DecreedKo, int Compared, ImmutableArray<NodeName> Deviating)
{
    /// <summary>Gets a value indicating whether all ended as the seed decreed; null when none came to its end.</summary>
    public bool? AsDecreed => Compared == 0 ? null : Deviating.IsEmpty;
}
