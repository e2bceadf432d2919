using System.Collections.Immutable;

namespace Kadeploy;

/// <summary>Of what durations are asked for.</summary>
public enum DurationLevel
{
    /// <summary>Successful attempts at micro-steps.</summary>
    MicroStep,

    /// <summary>Macro-steps that nodes came through, retries, pauses and waits included, by the instance that ran last.</summary>
    MacroStep,

    /// <summary>Nodes that ended well, from the start to the end.</summary>
    Whole,
}

/// <summary>Asks how long steps took.</summary>
public sealed record DurationQuery
{
    /// <summary>Gets which rows count.</summary>
    public StatisticsFilter Filter { get; init; } = new();

    /// <summary>Gets by what rows are put together.</summary>
    public StatisticsKeys By { get; init; } = StatisticsKeys.Cluster;

    /// <summary>Gets of what durations are asked for.</summary>
    public DurationLevel Level { get; init; }

    /// <summary>Gets the steps: names of macro-steps, of their instances, of micro-steps, or <c>Instance:MicroStep</c>, without regard to case.</summary>
    /// <value>Empty for all.</value>
    public ImmutableArray<string> Steps { get; init; } = [];

    /// <summary>Gets a value indicating whether histograms are wanted too.</summary>
    public bool Histogram { get; init; }
}

/// <summary>How long a step took on the nodes of a group.</summary>
public sealed record StepFigures
{
    /// <summary>Gets the group.</summary>
    public required StatisticsGroup Group { get; init; }

    /// <summary>Gets the step.</summary>
    /// <value>Null for <see cref="DurationLevel.Whole"/>.</value>
    public LoggedStep? Step { get; init; }

    /// <summary>Gets how many attempts at the micro-step failed; their durations are in no figure.</summary>
    /// <value>0 for whole operations and macro-steps.</value>
    public required long Failed { get; init; }

    /// <summary>Gets how long it took.</summary>
    /// <value>Null when every attempt failed.</value>
    public DurationFigures? Durations { get; init; }
}

/// <summary>Names a step in the log, over all clusters and plans.</summary>
/// <param name="MacroStep">The macro-step.</param>
/// <param name="Instance">The instance.</param>
/// <param name="MicroStep">The micro-step; null for the instance as a whole.</param>
public sealed record LoggedStep(MacroStep MacroStep, InstanceName Instance, MicroStepName? MicroStep)
{
    /// <summary>Gives the name on one line.</summary>
    /// <returns>For example <c>SetDeploymentEnvUntrusted:Reboot</c>.</returns>
    public override string ToString() => MicroStep is { } micro ? $"{Instance}:{micro}" : Instance.ToString();
}
