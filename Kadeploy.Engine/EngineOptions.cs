using System.Collections.Immutable;
using Kadeploy.Engine.Configuration;

namespace Kadeploy.Engine;

/// <summary>How an engine is set up.</summary>
public sealed record EngineOptions
{
    /// <summary>Gets the directory that holds everything which must outlive the process.</summary>
    public required string StateDirectory { get; init; }

    /// <summary>Gets a value indicating whether the engine runs simulated clusters in virtual time, or real ones in real time.</summary>
    /// <remarks>One engine does one of the two: they cannot share a clock.</remarks>
    public bool Simulated { get; init; }

    /// <summary>Gets the simulated cluster on which deployments are planned.</summary>
    /// <value>Not used unless <see cref="Simulated"/>; the default has no latency and no fault.</value>
    public SimulationOptions Simulation { get; init; } = new();

    /// <summary>Gets how many virtual seconds pass on simulated nodes in a second.</summary>
    /// <value>Null, the default, as many as can be computed.</value>
    public double? SimulationSpeed { get; init; }

    /// <summary>Gets the configuration: the clusters, their nodes and how they are reached.</summary>
    /// <value>Null for an engine of simulated nodes; without it no real node is known.</value>
    public Site? Site { get; init; }

    /// <summary>Gets where files that users name may come from, and how many are kept.</summary>
    /// <value>Not used when <see cref="Site"/> is given, which says it itself.</value>
    public FileSettings Files { get; init; } = new();

    /// <summary>Gets the users who may do everything.</summary>
    /// <value>Null for those of <see cref="Site"/>; without them, <c>root</c> and the owner of the state directory.</value>
    public IReadOnlyCollection<string>? Administrators { get; init; }

    /// <summary>Gets the members of groups by their names, which are without <c>@</c>.</summary>
    /// <value>Null for those of <see cref="Site"/>.</value>
    public IReadOnlyDictionary<string, ImmutableArray<string>>? Groups { get; init; }

    /// <summary>Gets whether users need rights on nodes; simulated ones need none.</summary>
    /// <value>Null for what <see cref="Site"/> says; without it they do.</value>
    public RightsMode? Rights { get; init; }

    /// <summary>Gets how long the engine's leases hold without renewal: 15 s unless set.</summary>
    /// <remarks>Long enough for a busy machine to renew in time, short enough that another engine need not wait long for a dead one on
    /// another machine. On one machine a dead engine is noticed at once.</remarks>
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromSeconds(15);
}
