using System.Collections.Immutable;

namespace Kadeploy;

/// <summary>Describes a simulated cluster; the same options always give the same cluster, with the same faults.</summary>
public sealed record SimulationOptions
{
    /// <summary>Gets the number from which all chance is drawn.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Gets how long things take.</summary>
    public LatencyProfile Latency { get; init; }

    /// <summary>Gets the share of nodes that get a fault, from 0 to 1.</summary>
    public double FaultRate { get; init; }

    /// <summary>Gets the kinds of faults among which one is drawn for each such node; all kinds when empty.</summary>
    public ImmutableArray<FaultKind> Faults { get; init; } = [];
}

/// <summary>How long things take in a simulated cluster.</summary>
public enum LatencyProfile
{
    /// <summary>No time at all.</summary>
    None,

    /// <summary>As on servers: firmware 60–180 s, DHCP, boot, formatting and so on, in virtual time.</summary>
    Realistic,
}

/// <summary>Faults of simulated nodes.</summary>
public enum FaultKind
{
    /// <summary>The management controller refuses every command.</summary>
    BmcRefuses,

    /// <summary>The node never comes back after a reboot.</summary>
    NeverBoots,

    /// <summary>The node hangs for ever at one command on it, chosen by the seed.</summary>
    HangsAtStep,

    /// <summary>The node dies during the broadcast, whenever it is tried.</summary>
    DiesInBroadcast,

    /// <summary>The node starts its old system instead of the new one.</summary>
    BootsOldSystem,

    /// <summary>The node takes several times as long as the others, but gets there.</summary>
    AnswersLate,

    /// <summary>One step fails once or twice before it succeeds.</summary>
    Flaps,
}
