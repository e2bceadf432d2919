using System.Collections.Immutable;
using System.Net;
using System.Text.Json.Serialization;

namespace Kadeploy;

/// <summary>Everything that an operation will do, validated as a whole before the first side effect, and kept with it for ever.</summary>
public sealed record OperationPlan
{
    /// <summary>Gets the operation that this plan is for.</summary>
    public required OperationId Operation { get; init; }

    /// <summary>Gets the kind of operation.</summary>
    public required OperationKind Kind { get; init; }

    /// <summary>Gets the user who asked for it.</summary>
    public required string User { get; init; }

    /// <summary>Gets the time at which it was planned.</summary>
    public required DateTimeOffset PlannedAt { get; init; }

    /// <summary>Gets what was asked for.</summary>
    public required OperationRequest Request { get; init; }

    /// <summary>Gets the work, cluster by cluster; clusters do not wait for each other.</summary>
    public required ImmutableArray<ClusterPlan> Clusters { get; init; }

    /// <summary>Gets the simulated cluster on which the plan runs.</summary>
    /// <value>Null when the nodes are real.</value>
    public SimulationOptions? Simulation { get; init; }

    /// <summary>Gets a value indicating whether the operation holds its nodes, so that no other may change them meanwhile.</summary>
    /// <value>False for what only looks: the state of power, and consoles.</value>
    [JsonIgnore]
    public bool HoldsNodes => Request is not (PowerRequest { Action: PowerAction.Status } or ConsoleRequest);

    /// <summary>Gets the environment that is installed or booted, as name and version.</summary>
    /// <value>Empty when there is none.</value>
    [JsonIgnore]
    public string EnvironmentText => Request switch
    {
        DeploymentRequest deployment => deployment.Environment.ToString(),
        RebootRequest { Environment: { } recorded } => recorded.ToString(),
        _ => "",
    };

    /// <summary>Gets the number of nodes of all clusters.</summary>
    [JsonIgnore]
    public int NodeCount => Clusters.Sum(static cluster => cluster.Nodes.Length);
}

/// <summary>The part of a plan that concerns one cluster.</summary>
public sealed record ClusterPlan
{
    /// <summary>Gets the cluster as it was configured when the plan was made.</summary>
    public required Cluster Cluster { get; init; }

    /// <summary>Gets the nodes, each once.</summary>
    public required ImmutableArray<Node> Nodes { get; init; }

    /// <summary>Gets the macro-steps in their order.</summary>
    public required ImmutableArray<MacroStepPlan> MacroSteps { get; init; }

    /// <summary>Gets where nodes are reached in the network that was asked for.</summary>
    /// <value>Empty when none was, or when nodes keep their addresses there.</value>
    public ImmutableDictionary<NodeName, IPAddress> VlanAddresses { get; init; } = ImmutableDictionary<NodeName, IPAddress>.Empty;
}

/// <summary>A macro-step and its alternatives.</summary>
/// <param name="MacroStep">Which macro-step.</param>
/// <param name="Instances">The implementations in the order in which they are tried; at least one.</param>
public sealed record MacroStepPlan(MacroStep MacroStep, ImmutableArray<InstancePlan> Instances);

/// <summary>One implementation of a macro-step, as it will run.</summary>
public sealed record InstancePlan
{
    /// <summary>Gets the implementation's name.</summary>
    public required InstanceName Name { get; init; }

    /// <summary>Gets how often the instance is started again from its first micro-step before the next one is tried.</summary>
    /// <value>The default is 0.</value>
    public int Retries { get; init; }

    /// <summary>Gets the limit of one run of the instance, without the time spent waiting for a slot or for other nodes.</summary>
    /// <value>The default is no limit.</value>
    public TimeoutExpression Timeout { get; init; } = TimeoutExpression.None;

    /// <summary>Gets a value indicating whether nodes stop before this instance.</summary>
    public bool Breakpoint { get; init; }

    /// <summary>Gets the micro-steps in their order; at least one.</summary>
    public required ImmutableArray<MicroStepPlan> MicroSteps { get; init; }

    /// <summary>Gets the micro-steps that were left out, and why.</summary>
    public ImmutableArray<BypassedStep> Bypassed { get; init; } = [];
}

/// <summary>A micro-step that the planner left out.</summary>
/// <param name="MicroStep">Its name.</param>
/// <param name="Reason">Why, in words for users.</param>
public sealed record BypassedStep(MicroStepName MicroStep, string Reason);

/// <summary>One micro-step, as it will run.</summary>
public sealed record MicroStepPlan
{
    /// <summary>Gets the names of the step and of what it belongs to.</summary>
    public required StepReference Step { get; init; }

    /// <summary>Gets the variant of the micro-step, such as the PXE profile to write.</summary>
    /// <value>Null for micro-steps without variants.</value>
    public string? Variant { get; init; }

    /// <summary>Gets whether nodes go through it one by one or gather for it.</summary>
    public StepScope Scope { get; init; }

    /// <summary>Gets how often the micro-step is tried again on a node before its instance has failed there.</summary>
    /// <value>The default is 0.</value>
    public int Retries { get; init; }

    /// <summary>Gets the limit of one attempt.</summary>
    /// <value>The default is no limit of its own; the instance's limit always holds.</value>
    public TimeoutExpression Timeout { get; init; } = TimeoutExpression.None;

    /// <summary>Gets a value indicating whether an attempt that was cut off may simply be made again.</summary>
    /// <remarks>False for what must not happen twice, such as a reboot: such an attempt is given up and a new one gets its own number.</remarks>
    public bool Repeatable { get; init; } = true;

    /// <summary>Gets the limited resources of which the step holds one slot each while it runs.</summary>
    public ImmutableArray<ThrottledResource> Resources { get; init; } = [];

    /// <summary>Gets a value indicating whether nodes stop before this micro-step.</summary>
    public bool Breakpoint { get; init; }

    /// <summary>Gets the user's or administrator's operation that runs here.</summary>
    /// <value>Null for Kadeploy's own micro-steps.</value>
    public CustomOperation? Custom { get; init; }
}

/// <summary>Names one micro-step of a plan; shared by all events of that step.</summary>
/// <param name="Ordinal">Its number in the plan, from 0 without gaps, over all clusters.</param>
/// <param name="Cluster">The cluster whose plan holds it.</param>
/// <param name="MacroStep">Its macro-step.</param>
/// <param name="Instance">Its instance.</param>
/// <param name="MicroStep">Its name.</param>
public sealed record StepReference(int Ordinal, string Cluster, MacroStep MacroStep, InstanceName Instance, MicroStepName MicroStep)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Instance}:{MicroStep}";
}

/// <summary>How nodes go through a micro-step.</summary>
public enum StepScope
{
    /// <summary>Each node as soon as it is ready.</summary>
    Node,

    /// <summary>Together: the step waits until all that can still come have come, or for its deadline; later ones form the next set.</summary>
    Set,

    /// <summary>Held back: nodes wait here for all that can still come, however long; nothing is done to them.</summary>
    Barrier,
}

/// <summary>Things of which only so many may be in use at once, over all operations of an engine.</summary>
public enum ThrottledResource
{
    /// <summary>Nodes between a reboot command and their next sign of life.</summary>
    BootsInFlight,

    /// <summary>Calls to management controllers.</summary>
    BmcCalls,

    /// <summary>Broadcasts.</summary>
    Broadcasts,

    /// <summary>Fetches of images and other files.</summary>
    Fetches,
}
