using System.Collections.Immutable;
using System.Net;

namespace Kadeploy;

/// <summary>Everything that is recorded of a node by those who look after it; what the journal knows of it is <see cref="NodeActivity"/>.</summary>
public sealed record NodeDefinition
{
    /// <summary>The longest description, in characters.</summary>
    public const int LongestDescription = 500;

    /// <summary>The most groups, and the most tags, of one node.</summary>
    public const int MostLabels = 100;

    /// <summary>Gets the node's name, unique in the whole inventory.</summary>
    public required NodeName Name { get; init; }

    /// <summary>Gets the cluster that the node belongs to.</summary>
    public required string Cluster { get; init; }

    /// <summary>Gets the address by which the node is reached; no other node has it.</summary>
    /// <value>Null when the name is to be resolved instead.</value>
    public IPAddress? Address { get; init; }

    /// <summary>Gets the hardware addresses of the network cards that may boot, in the order of preference; no other node has them.</summary>
    /// <value>The default is none.</value>
    public ImmutableArray<MacAddress> MacAddresses { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>Gets the management controller.</summary>
    /// <value>Null when there is none.</value>
    public NodeController? Controller { get; init; }

    /// <summary>Gets which of the node's disks is deployed on.</summary>
    /// <value>Null for the cluster's own rule.</value>
    public DiskRule? Disk { get; init; }

    /// <summary>Gets how the node's console is followed.</summary>
    /// <value>Null for the cluster's own way.</value>
    public NodeConsole? Console { get; init; }

    /// <summary>Gets the commands that switch this node.</summary>
    /// <value>Null for the cluster's own.</value>
    public NodeCommands? Commands { get; init; }

    /// <summary>Gets the groups in which the node is, in their order: up to 60 letters, digits, '.', '_' and '-' each.</summary>
    /// <value>The default is none.</value>
    public ImmutableArray<string> Groups { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>Gets the node's tags, in their order, such as <c>rack=r7</c>: up to 100 letters, digits and <c>. _ - : = / @ +</c> each.</summary>
    /// <value>The default is none.</value>
    public ImmutableArray<string> Tags { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>Gets what people should know of the node.</summary>
    /// <value>One line of at most <see cref="LongestDescription"/> characters; the default is empty.</value>
    public string Description { get; init; } = "";
}

/// <summary>A node's management controller. What is null is as the cluster says.</summary>
/// <param name="Address">Its address or name.</param>
public sealed record NodeController(string Address)
{
    /// <summary>Gets the user there.</summary>
    public string? User { get; init; }

    /// <summary>Gets the full path of the file that holds the password; the password itself is recorded nowhere.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>Gets the variable of the engine's process that holds the password.</summary>
    public string? PasswordVariable { get; init; }

    /// <summary>Gets the UDP port, from 1 to 65535.</summary>
    public int? Port { get; init; }

    /// <summary>Gets the IPMI cipher suite, from 0 to 17.</summary>
    public int? CipherSuite { get; init; }

    /// <summary>Gets what a session may do.</summary>
    public ControllerPrivilege? Privilege { get; init; }
}

/// <summary>What a session with a management controller may do.</summary>
public enum ControllerPrivilege
{
    /// <summary>Ask.</summary>
    User,

    /// <summary>Switch.</summary>
    Operator,

    /// <summary>Everything.</summary>
    Administrator,
}

/// <summary>How a console is followed.</summary>
public abstract record NodeConsole
{
    private NodeConsole()
    {
    }

    /// <summary>By IPMI serial over LAN.</summary>
    public sealed record SerialOverLan : NodeConsole;

    /// <summary>By a file to which another program writes what comes.</summary>
    /// <param name="Path">Its full path, in which HOSTNAME_FQDN and HOSTNAME_SHORT stand for the node.</param>
    public sealed record LogFile(string Path) : NodeConsole;

    /// <summary>By a command that prints what comes.</summary>
    /// <param name="Words">Program and arguments, in which HOSTNAME_FQDN and HOSTNAME_SHORT stand for the node; no shell reads them.</param>
    public sealed record Command(ImmutableArray<string> Words) : NodeConsole;
}

/// <summary>Commands that switch one node: program and arguments each, which no shell reads. What is not there is as the cluster says.</summary>
public sealed record NodeCommands
{
    /// <summary>Gets the commands that reboot, by level.</summary>
    public ImmutableSortedDictionary<PowerLevel, ImmutableArray<string>> Reboot { get; init; } = ImmutableSortedDictionary<PowerLevel, ImmutableArray<string>>.Empty;

    /// <summary>Gets the commands that switch on, by level.</summary>
    public ImmutableSortedDictionary<PowerLevel, ImmutableArray<string>> On { get; init; } = ImmutableSortedDictionary<PowerLevel, ImmutableArray<string>>.Empty;

    /// <summary>Gets the commands that switch off, by level.</summary>
    public ImmutableSortedDictionary<PowerLevel, ImmutableArray<string>> Off { get; init; } = ImmutableSortedDictionary<PowerLevel, ImmutableArray<string>>.Empty;

    /// <summary>Gets the command whose last word <c>on</c> or <c>off</c> is the state.</summary>
    /// <value>Null for the cluster's own.</value>
    public ImmutableArray<string>? Status { get; init; }
}
