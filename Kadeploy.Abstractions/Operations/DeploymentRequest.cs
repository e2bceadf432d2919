using System.Collections.Immutable;

namespace Kadeploy;

/// <summary>Asks for an environment to be installed on nodes.</summary>
public sealed record DeploymentRequest : OperationRequest
{
    /// <inheritdoc/>
    public override OperationKind Kind => OperationKind.Deployment;

    /// <summary>Gets the environment.</summary>
    public required KaEnvironment Environment { get; init; }

    /// <summary>Gets the disk.</summary>
    /// <value>Null for the cluster's own.</value>
    public string? BlockDevice { get; init; }

    /// <summary>Gets the number of the partition that receives the environment.</summary>
    /// <value>Null for the cluster's own, or for the whole disk when <see cref="BlockDevice"/> is given.</value>
    public int? Partition { get; init; }

    /// <summary>Gets the file system with which the partition for temporary files is made anew.</summary>
    /// <value>Null leaves that partition alone.</value>
    public string? ReformatTemporary { get; init; }

    /// <summary>Gets the public keys that may log in as root afterwards, in the format of <c>authorized_keys</c>.</summary>
    /// <value>Null sends no key.</value>
    public string? AuthorizedKeys { get; init; }

    /// <summary>Gets the network into which nodes are put before they boot the environment.</summary>
    /// <value>Null leaves nodes where they are.</value>
    public string? Vlan { get; init; }

    /// <summary>Gets a value indicating whether kexec is never used.</summary>
    public bool DisableKexec { get; init; }

    /// <summary>Gets a value indicating whether no boot loader is installed on the disk.</summary>
    public bool DisableBootloaderInstall { get; init; }

    /// <summary>Gets a value indicating whether the partition table is left alone.</summary>
    public bool DisableDiskPartitioning { get; init; }

    /// <summary>Gets the limit of reboots through the firmware for this operation.</summary>
    /// <value>Null for the cluster's own.</value>
    public TimeoutExpression? RebootTimeout { get; init; }

    /// <summary>Gets the limit of reboots by kexec for this operation.</summary>
    /// <value>Null for the cluster's own.</value>
    public TimeoutExpression? KexecTimeout { get; init; }

    /// <summary>Gets the workflow for this operation, in the syntax of <c>--force-steps</c>.</summary>
    /// <value>Null for the cluster's own.</value>
    public string? ForceSteps { get; init; }

    /// <summary>Gets where nodes stop, as <c>Macro</c> or <c>Macro:micro</c>; a macro-step or one of its instances.</summary>
    /// <value>Null for nowhere.</value>
    public string? Breakpoint { get; init; }

    /// <summary>Gets the user's custom operations.</summary>
    public ImmutableArray<CustomOperation> CustomOperations { get; init; } = [];
}
