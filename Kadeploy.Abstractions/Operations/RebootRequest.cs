using System.Collections.Immutable;

namespace Kadeploy;

/// <summary>Asks for nodes to be rebooted.</summary>
public sealed record RebootRequest : OperationRequest
{
    /// <inheritdoc/>
    public override OperationKind Kind => OperationKind.Reboot;

    /// <summary>Gets into what they are rebooted.</summary>
    public required RebootKind Into { get; init; }

    /// <summary>Gets how hard the first try is; when it fails, the next harder one follows.</summary>
    public PowerLevel Level { get; init; } = PowerLevel.Soft;

    /// <summary>Gets the boot profile, for <see cref="RebootKind.SetPxe"/>.</summary>
    /// <value>Null for the other kinds.</value>
    public BootProfile? Profile { get; init; }

    /// <summary>Gets the environment that is recorded on the partition, for <see cref="RebootKind.RecordedEnv"/>.</summary>
    /// <value>Null for the other kinds.</value>
    public KaEnvironment? Environment { get; init; }

    /// <summary>Gets the disk, for <see cref="RebootKind.RecordedEnv"/>.</summary>
    /// <value>Null for the cluster's own.</value>
    public string? BlockDevice { get; init; }

    /// <summary>Gets the number of the partition that is booted, for <see cref="RebootKind.RecordedEnv"/>.</summary>
    /// <value>Null for the other kinds.</value>
    public int? Partition { get; init; }

    /// <summary>Gets the public keys that may log in as root, in the format of <c>authorized_keys</c>, for <see cref="RebootKind.DeployEnv"/>.</summary>
    /// <value>Null sends no key.</value>
    public string? AuthorizedKeys { get; init; }

    /// <summary>Gets the network into which nodes are put before they boot.</summary>
    /// <value>Null leaves nodes where they are.</value>
    public string? Vlan { get; init; }

    /// <summary>Gets a value indicating whether the request is refused when a node's environment is marked destructive.</summary>
    public bool CheckDestructive { get; init; }

    /// <summary>Gets the limit of the reboot.</summary>
    /// <value>Null for the cluster's own.</value>
    public TimeoutExpression? RebootTimeout { get; init; }

    /// <inheritdoc cref="DeploymentRequest.Breakpoint"/>
    public string? Breakpoint { get; init; }

    /// <inheritdoc cref="DeploymentRequest.CustomOperations"/>
    public ImmutableArray<CustomOperation> CustomOperations { get; init; } = [];
}

/// <summary>Into what nodes are rebooted.</summary>
public enum RebootKind
{
    /// <summary>Whatever their boot profiles say.</summary>
    Simple,

    /// <summary>A boot profile that the user brings.</summary>
    SetPxe,

    /// <summary>The deployment environment.</summary>
    DeployEnv,

    /// <summary>An environment that is recorded on a partition.</summary>
    RecordedEnv,
}

/// <summary>A boot profile that a user brings; it is written as it is, in the language of the cluster's boot program.</summary>
/// <param name="Text">The text, in which <c>NODE_SINGULARITY</c> stands for the node's own text, and <c>FILES_PREFIX</c> for what precedes
/// <c>--NAME</c> in the address of each uploaded file.</param>
public sealed record BootProfile(string Text)
{
    /// <summary>Gets the texts of single nodes.</summary>
    public ImmutableDictionary<NodeName, string> Singularities { get; init; } = ImmutableDictionary<NodeName, string>.Empty;

    /// <summary>Gets the files that are put into the boot repository, such as a kernel, as addresses.</summary>
    public ImmutableArray<Uri> Files { get; init; } = [];
}
