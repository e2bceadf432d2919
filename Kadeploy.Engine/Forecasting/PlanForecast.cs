using System.Collections.Immutable;

namespace Kadeploy.Engine.Forecasting;

/// <summary>What a plan will take, when attempts end as an oracle says.</summary>
/// <remarks>Computed by a model of its own (<see cref="ForecastModel"/>), which knows the rules of the workflow but shares no code with it: where the
/// two agree, both are probably right.</remarks>
public sealed record PlanForecast
{
    /// <summary>Gets the time from the operation's beginning until its last node ends: the length of the critical path.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Gets when nodes leave the macro-steps, in their order; a macro-step that no node leaves is not listed.</summary>
    public required ImmutableArray<MacroStepForecast> MacroSteps { get; init; }

    /// <summary>Gets how the nodes end, in the order of the plan.</summary>
    public required ImmutableArray<NodeForecast> Nodes { get; init; }

    /// <summary>Gives the forecast for a plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="oracle">Says how an attempt ends; asked once for each attempt, for sets once for each node.</param>
    /// <returns>The forecast; the same for the same plan and oracle.</returns>
    public static PlanForecast Of(OperationPlan plan, Func<ForecastAttempt, ForecastOutcome> oracle)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(oracle);
        return new ForecastModel(plan, oracle).Run();
    }

    /// <summary>Gives the forecast for a plan on its simulated cluster.</summary>
    /// <param name="plan">A plan with <see cref="OperationPlan.Simulation"/>.</param>
    /// <returns>The forecast.</returns>
    public static PlanForecast OfSimulation(OperationPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var options = plan.Simulation ?? throw new ArgumentException("the plan's nodes are real: nobody knows how long they take", nameof(plan));
        return Of(plan, new SimulationOracle(options, (plan.Request as DeploymentRequest)?.Vlan).Foretell);
    }
}

/// <summary>When nodes leave a macro-step.</summary>
/// <param name="MacroStep">The macro-step.</param>
/// <param name="Nodes">How many nodes leave it for the next one, or with success.</param>
/// <param name="Median">The time from the operation's beginning until half of them have left it.</param>
/// <param name="Last">The time until all of them have.</param>
public sealed record MacroStepForecast(MacroStep MacroStep, int Nodes, TimeSpan Median, TimeSpan Last);

/// <summary>How a node ends.</summary>
/// <param name="Node">The node.</param>
/// <param name="State"><see cref="NodeState.Ok"/>, <see cref="NodeState.Ko"/>, <see cref="NodeState.Stopped"/> at a breakpoint, or
/// <see cref="NodeState.Running"/> for a node that hangs where no limit holds.</param>
/// <param name="Duration">The time from the operation's beginning until then.</param>
public sealed record NodeForecast(NodeName Node, NodeState State, TimeSpan Duration);

/// <summary>An attempt of which the model asks how it ends.</summary>
/// <param name="Cluster">The plan of the node's cluster.</param>
/// <param name="Instance">The instance, by its place in its macro-step, from 0.</param>
/// <param name="InstancePlan">The instance.</param>
/// <param name="Step">The micro-step.</param>
/// <param name="Attempt">The attempt.</param>
/// <param name="SetSize">How many nodes go through it together; 1 for steps of node scope.</param>
/// <param name="SinceNodeStep">The time since the node's last success in a step of node scope; for a wait that follows a reboot, since
/// that.</param>
public readonly record struct ForecastAttempt(
    ClusterPlan Cluster, int Instance, InstancePlan InstancePlan, MicroStepPlan Step, AttemptId Attempt, int SetSize, TimeSpan SinceNodeStep);

/// <summary>How an attempt ends.</summary>
/// <param name="End">With which result.</param>
/// <param name="Duration">After what time; for <see cref="ForecastEnd.Never"/> it has no meaning.</param>
public readonly record struct ForecastOutcome(ForecastEnd End, TimeSpan Duration = default);

/// <summary>Ways in which attempts end.</summary>
public enum ForecastEnd
{
    /// <summary>With success.</summary>
    Succeeds,

    /// <summary>With a failure that may be retried.</summary>
    Fails,

    /// <summary>With a failure that no retry mends: the next instance is tried.</summary>
    Unusable,

    /// <summary>Not before its limit.</summary>
    Never,
}
