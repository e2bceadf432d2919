using System.Collections.Immutable;

namespace Kadeploy;

/// <summary>Asks for nodes to be switched on or off, or whether they are on.</summary>
public sealed record PowerRequest : OperationRequest
{
    /// <inheritdoc/>
    public override OperationKind Kind => OperationKind.Power;

    /// <summary>Gets what is done.</summary>
    public required PowerAction Action { get; init; }

    /// <summary>Gets how hard the first try is; when it fails, the next harder one follows.</summary>
    /// <value>Means nothing for <see cref="PowerAction.Status"/>.</value>
    public PowerLevel Level { get; init; } = PowerLevel.Soft;

    /// <inheritdoc cref="DeploymentRequest.Breakpoint"/>
    public string? Breakpoint { get; init; }

    /// <inheritdoc cref="DeploymentRequest.CustomOperations"/>
    public ImmutableArray<CustomOperation> CustomOperations { get; init; } = [];
}

/// <summary>What is done with a machine's power.</summary>
public enum PowerAction
{
    /// <summary>It is asked for; nodes are not held, and may be busy.</summary>
    Status,

    /// <summary>The machine is switched on.</summary>
    On,

    /// <summary>The machine is switched off.</summary>
    Off,

    /// <summary>The machine is switched off, if it is on, and then on.</summary>
    Cycle,
}
