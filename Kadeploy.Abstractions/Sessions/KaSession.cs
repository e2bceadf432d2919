namespace Kadeploy;

/// <summary>Says what a user works with: which state, which configuration, machines or simulated nodes. It holds no connection and no secret.</summary>
/// <remarks>Two sessions with equal values mean the same engine: within one process they share it.</remarks>
public sealed record KaSession
{
    /// <summary>Gets the directory that keeps operations and their journal, as a full path.</summary>
    /// <value>Null for the default: <c>$XDG_STATE_HOME/kadeploy</c> or <c>~/.local/state/kadeploy</c>, on Windows the local application data.</value>
    public string? StateDirectory { get; init; }

    /// <summary>Gets the configuration's file, as a full path: clusters, nodes and how they are reached.</summary>
    /// <value>Null for the default: <c>$KADEPLOY_CONFIG</c>, else <c>/etc/kadeploy/kadeploy.yml</c>. Simulated nodes need none.</value>
    public string? Configuration { get; init; }

    /// <summary>Gets the simulated cluster whose nodes take the place of machines.</summary>
    /// <value>Null when the nodes are machines.</value>
    public SimulationOptions? Simulation { get; init; }

    /// <summary>Gets how many virtual seconds pass on simulated nodes in a second.</summary>
    /// <value>Null as many as can be computed; else above 0, at most <see cref="MaximumSimulationSpeed"/>.</value>
    public double? SimulationSpeed { get; init; }

    /// <summary>The largest value of <see cref="SimulationSpeed"/>.</summary>
    public const double MaximumSimulationSpeed = 1_000_000;

    /// <summary>Compares two sessions by their values.</summary>
    /// <param name="other">The other one.</param>
    /// <returns>Whether they mean the same.</returns>
    public bool Equals(KaSession? other) =>
        other is not null && StateDirectory == other.StateDirectory && Configuration == other.Configuration
        && Nullable.Equals(SimulationSpeed, other.SimulationSpeed) && SameSimulation(Simulation, other.Simulation);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(StateDirectory, Configuration, SimulationSpeed, Simulation?.Seed);

    // An immutable array compares by reference.
    private static bool SameSimulation(SimulationOptions? one, SimulationOptions? other) =>
        one is null || other is null ? one == other : one.Faults.SequenceEqual(other.Faults) && one == other with { Faults = one.Faults };
}
