using System.Diagnostics.CodeAnalysis;
using Kadeploy.Engine.Drivers;

namespace Kadeploy.Engine.MicroSteps;

/// <summary>What a micro-step sees of the world: one node, its attempt and its drivers.</summary>
internal record StepContext
{
    /// <summary>Gets the node.</summary>
    public required Node Node { get; init; }

    /// <summary>Gets the plan of the node's cluster.</summary>
    public required ClusterPlan ClusterPlan { get; init; }

    /// <summary>Gets the step as it was planned.</summary>
    public required MicroStepPlan Step { get; init; }

    /// <summary>Gets the attempt.</summary>
    public required AttemptId Attempt { get; init; }

    /// <summary>Gets what is known of the node so far.</summary>
    public required NodeFacts Facts { get; init; }

    /// <summary>Gets the drivers.</summary>
    public required DriverSet Drivers { get; init; }

    /// <summary>Gets the cluster.</summary>
    public Cluster Cluster => ClusterPlan.Cluster;

    /// <summary>Adds what a kind of operation knows besides.</summary>
    /// <param name="request">What was asked for.</param>
    /// <returns>The context that micro-steps of such operations see.</returns>
    public StepContext In(OperationRequest request) => request switch
    {
        DeploymentRequest deployment => new DeploymentContext(this, deployment),
        RebootRequest reboot => new RebootContext(this, reboot),
        PowerRequest power => new PowerContext(this, power),
        ConsoleRequest console => new ConsoleContext(this, console),
        _ => throw new ArgumentOutOfRangeException(nameof(request), request, "no such kind of request"),
    };
}

/// <summary>What micro-steps see that prepare boots, in deployments and reboots.</summary>
internal abstract record BootContext : StepContext
{
    /// <summary>Takes over what all micro-steps see.</summary>
    /// <param name="common">That.</param>
    [SetsRequiredMembers]
    protected BootContext(StepContext common)
        : base(common)
    {
    }

    /// <inheritdoc cref="OperationRequest.User"/>
    public abstract string User { get; }

    /// <inheritdoc cref="DeploymentRequest.Vlan"/>
    public abstract string? Vlan { get; }

    /// <inheritdoc cref="DeploymentRequest.AuthorizedKeys"/>
    public abstract string? AuthorizedKeys { get; }

    /// <summary>Gets the node as it is reached once it is in the network that was asked for.</summary>
    public Node Reached => ClusterPlan.VlanAddresses.TryGetValue(Node.Name, out var address) ? Node with { Address = address } : Node;

    /// <summary>Gets what is written or booted, on the disk that the request or the cluster names.</summary>
    public abstract DeployTarget Requested { get; }

    /// <summary>Gets what is written or booted, on the disk that the node was found to have, once it was looked for.</summary>
    public DeployTarget Target => Requested.On(Facts.Disk);
}

/// <summary>What micro-steps of deployments see.</summary>
internal sealed record DeploymentContext : BootContext
{
    /// <summary>Makes it of what all see.</summary>
    /// <param name="common">That.</param>
    /// <param name="request">What was asked for.</param>
    [SetsRequiredMembers]
    public DeploymentContext(StepContext common, DeploymentRequest request)
        : base(common) => Request = request;

    /// <summary>Gets what was asked for.</summary>
    public DeploymentRequest Request { get; init; }

    /// <inheritdoc/>
    public override string User => Request.User;

    /// <inheritdoc/>
    public override string? Vlan => Request.Vlan;

    /// <inheritdoc/>
    public override string? AuthorizedKeys => Request.AuthorizedKeys;

    /// <inheritdoc/>
    public override DeployTarget Requested => DeployTarget.Of(Request, Cluster);
}

/// <summary>What micro-steps of reboots see.</summary>
internal sealed record RebootContext : BootContext
{
    /// <summary>Makes it of what all see.</summary>
    /// <param name="common">That.</param>
    /// <param name="request">What was asked for.</param>
    [SetsRequiredMembers]
    public RebootContext(StepContext common, RebootRequest request)
        : base(common) => Request = request;

    /// <summary>Gets what was asked for.</summary>
    public RebootRequest Request { get; init; }

    /// <inheritdoc/>
    public override string User => Request.User;

    /// <inheritdoc/>
    public override string? Vlan => Request.Vlan;

    /// <inheritdoc/>
    public override string? AuthorizedKeys => Request.AuthorizedKeys;

    /// <inheritdoc/>
    public override DeployTarget Requested => DeployTarget.Of(Request, Cluster);
}

/// <summary>What micro-steps of power operations see.</summary>
internal sealed record PowerContext : StepContext
{
    /// <summary>Makes it of what all see.</summary>
    /// <param name="common">That.</param>
    /// <param name="request">What was asked for.</param>
    [SetsRequiredMembers]
    public PowerContext(StepContext common, PowerRequest request)
        : base(common) => Request = request;

    /// <summary>Gets what was asked for.</summary>
    public PowerRequest Request { get; init; }
}

/// <summary>What micro-steps of console operations see.</summary>
internal sealed record ConsoleContext : StepContext
{
    /// <summary>Makes it of what all see.</summary>
    /// <param name="common">That.</param>
    /// <param name="request">What was asked for.</param>
    [SetsRequiredMembers]
    public ConsoleContext(StepContext common, ConsoleRequest request)
        : base(common) => Request = request;

    /// <summary>Gets what was asked for.</summary>
    public ConsoleRequest Request { get; init; }
}
