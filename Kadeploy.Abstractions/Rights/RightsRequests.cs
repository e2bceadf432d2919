using System.Collections.Immutable;

namespace Kadeploy;

/// <summary>Asks for a right to be granted.</summary>
public sealed record RightsGrant
{
    /// <summary>Gets who is to have it.</summary>
    public required Principal Principal { get; init; }

    /// <summary>Gets where.</summary>
    /// <value>Empty for all nodes; the default.</value>
    public ImmutableArray<RightScope> Scopes { get; init; } = [];

    /// <summary>Gets what may be written.</summary>
    /// <value>Empty for everything; the default.</value>
    public ImmutableArray<RightPart> Parts { get; init; } = [];

    /// <summary>Gets when it holds.</summary>
    /// <value>The default is always.</value>
    public RightWindow Window { get; init; }

    /// <summary>Gets how long it holds, from <see cref="Window"/>'s beginning or from the moment at which it is granted.</summary>
    /// <value>Null when the window says it; not together with its end.</value>
    public TimeSpan? Lifetime { get; init; }

    /// <summary>Gets a value indicating whether others lose what they have on these nodes in that time.</summary>
    /// <value>False refuses the grant when others have rights there; the default.</value>
    public bool Overwrite { get; init; }
}

/// <summary>Asks for rights to be revoked, whatever their time.</summary>
public sealed record RightsRevocation
{
    /// <summary>Gets whose.</summary>
    public required Principal Principal { get; init; }

    /// <summary>Gets where; a cluster includes rights on single nodes of it.</summary>
    /// <value>Empty for everywhere; the default.</value>
    public ImmutableArray<RightScope> Scopes { get; init; } = [];

    /// <summary>Gets for which devices.</summary>
    /// <value>Empty for all; the default.</value>
    public ImmutableArray<RightPart> Parts { get; init; } = [];
}

/// <summary>What a grant or a revocation has changed.</summary>
/// <param name="Granted">What was added, as it is now: a right that goes on from an earlier one is there as a whole.</param>
/// <param name="Revoked">What was taken away: of the one whose rights were revoked, or of others whose rights were overwritten.</param>
/// <param name="Stopped">Nodes of running operations whose users have no right left there; their engines stop them.</param>
public sealed record RightsChange(ImmutableArray<Right> Granted, ImmutableArray<Right> Revoked, ImmutableArray<StoppedNode> Stopped)
{
    /// <summary>Gets a value indicating whether anything was changed.</summary>
    /// <value>False when there was nothing to grant that was not there, or nothing to revoke.</value>
    public bool IsChange => Granted.Length > 0 || Revoked.Length > 0;
}

/// <summary>A node of a running operation that is stopped, because the operation's user has no right left there.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="User">Its user.</param>
/// <param name="Node">The node.</param>
public sealed record StoppedNode(OperationId Operation, string User, NodeName Node);

/// <summary>Chooses rights.</summary>
/// <param name="Principal">Of whom; null for everybody.</param>
/// <param name="Nodes">On which nodes they hold, by whatever scope; empty for anywhere.</param>
public sealed record RightsFilter(Principal? Principal = null, ImmutableArray<NodeName> Nodes = default);

/// <summary>Asks whether a user might work on nodes.</summary>
public sealed record RightsQuestion
{
    /// <summary>Gets the user.</summary>
    public required string User { get; init; }

    /// <summary>Gets the nodes.</summary>
    public required ImmutableArray<NodeName> Nodes { get; init; }

    /// <summary>Gets the devices that a deployment would write.</summary>
    /// <value>Empty when any right on the node will do, as for reboots, power and consoles; the default.</value>
    public ImmutableArray<RightPart> Parts { get; init; } = [];

    /// <summary>Gets the moment.</summary>
    /// <value>Null for now.</value>
    public DateTimeOffset? At { get; init; }
}

/// <summary>Whether a user might work on nodes.</summary>
/// <param name="IsGranted">Whether.</param>
/// <param name="Reason">Why, or why not, in one sentence.</param>
/// <param name="Missing">What is missing, node by node; empty when nothing is.</param>
public sealed record RightsVerdict(bool IsGranted, string Reason, ImmutableArray<MissingRight> Missing);

/// <summary>A right that a user lacks.</summary>
/// <param name="Node">The node.</param>
/// <param name="Part">The device that would be written; null when there is no right on the node at all.</param>
/// <param name="Reason">What is missing, and what there is instead, in words that follow the node's name.</param>
public sealed record MissingRight(NodeName Node, RightPart? Part, string Reason);
