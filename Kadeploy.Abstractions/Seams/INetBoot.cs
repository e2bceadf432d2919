using System.Collections.Immutable;

namespace Kadeploy;

/// <summary>Decides what a node starts when it boots next.</summary>
/// <remarks>
/// Guarantee on return: the next boot follows the entry. Idempotent. Cancellation: the old or the new entry holds, never a mixture.
/// Exceptions: <see cref="OperationFailedException"/>, <see cref="DriverUnusableException"/>, <see cref="OperationCanceledException"/>.
/// </remarks>
public interface INetBoot
{
    /// <summary>Gets what is missing when this driver can do nothing, for users; else empty.</summary>
    string Missing { get; }

    /// <summary>Sets what a node boots from now on.</summary>
    /// <param name="node">The node.</param>
    /// <param name="entry">What to boot.</param>
    /// <param name="attempt">The attempt for which this is done.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when the entry holds.</returns>
    Task PrepareAsync(Node node, BootEntry entry, AttemptId attempt, CancellationToken cancellationToken);

    /// <summary>Tells what the deployment environment is made of, for a node whose running system starts it by kexec.</summary>
    /// <param name="node">The node.</param>
    /// <param name="attempt">The attempt for which this is done.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Files on the engine's machine, and the kernel's parameters for this node and this attempt.</returns>
    Task<NetworkBootFiles> DescribeDeploymentAsync(Node node, AttemptId attempt, CancellationToken cancellationToken);
}

/// <summary>What a node boots over the network, as files on the engine's machine.</summary>
/// <param name="Kernel">The kernel's path.</param>
/// <param name="Initrds">The paths of the initial RAM disks, in their order; at least one.</param>
/// <param name="Parameters">The kernel's parameters; they may hold a secret of this node.</param>
public sealed record NetworkBootFiles(string Kernel, ImmutableArray<string> Initrds, string Parameters);

/// <summary>What a node boots.</summary>
public abstract record BootEntry
{
    private BootEntry()
    {
    }

    /// <summary>The deployment environment, over the network.</summary>
    public sealed record DeploymentEnvironment : BootEntry;

    /// <summary>The deployment environment with its root on NFS.</summary>
    public sealed record NfsRoot : BootEntry;

    /// <summary>The system on a partition of the node's disk.</summary>
    /// <param name="BlockDevice">The disk, as a device path.</param>
    /// <param name="Partition">The partition's number, or null for the disk's own boot loader.</param>
    public sealed record LocalDisk(string BlockDevice, int? Partition) : BootEntry
    {
        /// <summary>Gets the name by which the request or the cluster names the disk.</summary>
        /// <value>Null when that is no other than <see cref="BlockDevice"/>.</value>
        public string? GivenName { get; init; }
    }

    /// <summary>What a profile of the user's says.</summary>
    /// <param name="Profile">The profile.</param>
    /// <param name="User">Whose it is.</param>
    public sealed record Custom(BootProfile Profile, string User) : BootEntry;
}
