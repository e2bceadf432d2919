using System.Collections.Immutable;

namespace Kadeploy;

/// <summary>What is said of one node or of a range of nodes, as people write it. What is null is not said.</summary>
/// <remarks>Where nodes are a range, <see cref="Address"/>, <see cref="ControllerAddress"/> and <see cref="MacAddresses"/> give one for each node, in the
/// order in which the nodes are written: <c>lab-[1-40]</c> and <c>10.0.0.[1-40]</c>.</remarks>
public sealed record NodeSettings
{
    /// <summary>Gets the cluster.</summary>
    public string? Cluster { get; init; }

    /// <summary>Gets the address, or the range of addresses.</summary>
    public string? Address { get; init; }

    /// <summary>Gets hardware addresses: of a single node all its cards, of several nodes one each.</summary>
    public ImmutableArray<string>? MacAddresses { get; init; }

    /// <summary>Gets the management controller's address or name, or a range of them.</summary>
    public string? ControllerAddress { get; init; }

    /// <summary>Gets the user at the controller.</summary>
    public string? ControllerUser { get; init; }

    /// <summary>Gets the file that holds the controller's password.</summary>
    public string? ControllerPasswordFile { get; init; }

    /// <summary>Gets the variable that holds the controller's password.</summary>
    public string? ControllerPasswordVariable { get; init; }

    /// <summary>Gets the controller's password itself, instead of the place where it is.</summary>
    /// <value>One line of at most 20 bytes of UTF-8. It is kept in a file of the state directory that only its owner may read, and that file is recorded.</value>
    public Secret? ControllerPassword { get; init; }

    /// <summary>Gets the controller's port, from 1 to 65535.</summary>
    public int? ControllerPort { get; init; }

    /// <summary>Gets the IPMI cipher suite, from 0 to 17.</summary>
    public int? ControllerCipherSuite { get; init; }

    /// <summary>Gets what a session with the controller may do.</summary>
    public ControllerPrivilege? ControllerPrivilege { get; init; }

    /// <summary>Gets the serial number of the disk that is deployed on.</summary>
    public string? DiskSerial { get; init; }

    /// <summary>Gets the World Wide Name of that disk.</summary>
    public string? DiskWwn { get; init; }

    /// <summary>Gets the model of that disk, in which <c>*</c> stands for any text.</summary>
    public string? DiskModel { get; init; }

    /// <summary>Gets the sizes that the disk may have, such as <c>&gt;= 100 GB</c>.</summary>
    public ImmutableArray<string>? DiskSizes { get; init; }

    /// <summary>Gets whether the smallest of several fitting disks is taken.</summary>
    public bool? SmallestDisk { get; init; }

    /// <summary>Gets how the console is followed: <c>sol</c>, <c>file:PATH</c>, or a command as one types it.</summary>
    public string? Console { get; init; }

    /// <summary>Gets the groups, instead of those there are.</summary>
    public ImmutableArray<string>? Groups { get; init; }

    /// <summary>Gets the tags, instead of those there are.</summary>
    public ImmutableArray<string>? Tags { get; init; }

    /// <summary>Gets the description.</summary>
    public string? Description { get; init; }
}

/// <summary>What is changed of nodes.</summary>
public sealed record NodeChange
{
    /// <summary>Gets what is said anew.</summary>
    public NodeSettings Settings { get; init; } = new();

    /// <summary>Gets groups that are added, unless the node is in them.</summary>
    public ImmutableArray<string> AddedGroups { get; init; } = [];

    /// <summary>Gets groups that the node leaves, if it is in them.</summary>
    public ImmutableArray<string> RemovedGroups { get; init; } = [];

    /// <summary>Gets tags that are added, unless they are there.</summary>
    public ImmutableArray<string> AddedTags { get; init; } = [];

    /// <summary>Gets tags that are removed, if they are there.</summary>
    public ImmutableArray<string> RemovedTags { get; init; } = [];

    /// <summary>Gets what is not to be said any more.</summary>
    public ImmutableArray<NodeField> Cleared { get; init; } = [];
}

/// <summary>What can be recorded of a node beside its name and cluster.</summary>
public enum NodeField
{
    /// <summary>The address.</summary>
    Address,

    /// <summary>The hardware addresses.</summary>
    Macs,

    /// <summary>The management controller.</summary>
    Bmc,

    /// <summary>Which disk is deployed on.</summary>
    Disk,

    /// <summary>How the console is followed.</summary>
    Console,

    /// <summary>The commands that switch the node.</summary>
    Commands,

    /// <summary>The groups.</summary>
    Groups,

    /// <summary>The tags.</summary>
    Tags,

    /// <summary>The description.</summary>
    Description,
}
