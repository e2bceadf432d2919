using System.Collections.Immutable;

namespace Kadeploy;

/// <summary>What somebody asks of machines; the plan of an operation is made of it.</summary>
/// <remarks>A closed hierarchy: consumers switch over <see cref="DeploymentRequest"/>, <see cref="RebootRequest"/>, <see cref="PowerRequest"/> and
/// <see cref="ConsoleRequest"/>.</remarks>
public abstract record OperationRequest
{
    private protected OperationRequest()
    {
    }

    /// <summary>Gets the kind of operation that is asked for.</summary>
    public abstract OperationKind Kind { get; }

    /// <summary>Gets the nodes, each once, at least one.</summary>
    public required ImmutableArray<NodeName> Nodes { get; init; }

    /// <summary>Gets the user who asks.</summary>
    public required string User { get; init; }
}
