using System.Collections.Immutable;
using System.Net;
using Kadeploy.Engine.BootServices;
using Kadeploy.Engine.Configuration.Reading;
using Kadeploy.Engine.Drivers.NetBoot;
using Kadeploy.Engine.Drivers.Power;
using Kadeploy.Engine.Drivers.Vlans;

namespace Kadeploy.Engine.Configuration;

/// <summary>Everything that is configured: this server, the clusters and their nodes. It holds secrets and is never journaled.</summary>
public sealed record Site
{
    /// <summary>Gets this server's own settings.</summary>
    public required ServerSettings Server { get; init; }

    /// <summary>Gets the clusters, in the order of the configuration.</summary>
    public ImmutableArray<ClusterSettings> Clusters { get; init; } = [];

    /// <summary>Gets a value indicating whether this was read for what is defined only: files were not looked at, passwords not read.</summary>
    internal bool IsOutline { get; init; }

    /// <summary>Gets all nodes, in the order of the configuration.</summary>
    public IEnumerable<Node> Nodes => Clusters.SelectMany(static cluster => cluster.Nodes);
}

/// <summary>Where nodes reach this server, and what it serves.</summary>
public sealed record ServerSettings
{
    /// <summary>Gets the address or name by which nodes reach this machine.</summary>
    public required string Address { get; init; }

    /// <summary>Gets where agents are listened for.</summary>
    /// <value>The default is port 25300 of every address.</value>
    public IPEndPoint Agents { get; init; } = new(IPAddress.Any, 25300);

    /// <summary>Gets where images are served to nodes.</summary>
    /// <value>The default is port 25301 of every address.</value>
    public IPEndPoint Images { get; init; } = new(IPAddress.Any, 25301);

    /// <summary>Gets the engine's own TFTP server.</summary>
    /// <value>Null when the site has one; the default.</value>
    public TftpOptions? Tftp { get; init; }

    /// <summary>Gets the engine's own HTTP server for boot files.</summary>
    /// <value>Null when the site has one; the default.</value>
    public BootFileOptions? Http { get; init; }

    /// <summary>Gets how nodes are moved between networks.</summary>
    /// <value>Null when they cannot be; the default.</value>
    public VlanSettings? Vlan { get; init; }

    /// <summary>Gets the users who may do everything; groups are written out.</summary>
    /// <value>Null for <c>root</c> and the owner of the state directory; the default.</value>
    public ImmutableArray<string>? Administrators { get; init; }

    /// <summary>Gets the members of groups by their names, which are without <c>@</c>.</summary>
    /// <value>The default is none.</value>
    public ImmutableDictionary<string, ImmutableArray<string>> Groups { get; init; } = ImmutableDictionary<string, ImmutableArray<string>>.Empty;

    /// <summary>Gets whether users need rights on nodes.</summary>
    /// <value>The default is <see cref="RightsMode.Enforced"/>.</value>
    public RightsMode Rights { get; init; }

    /// <summary>Gets how much is done at once.</summary>
    public ResourceLimits Limits { get; init; } = new();

    /// <summary>Gets where files that users name may come from, and how many are kept.</summary>
    public FileSettings Files { get; init; } = new();

    /// <summary>Gets the agent's executable for the nodes' systems, pushed to those that do not have it.</summary>
    /// <value>Null for the one that comes with this program.</value>
    public string? AgentFile { get; init; }
}

/// <summary>How much is done at once, over all operations of the engine; further nodes wait for their turn.</summary>
public sealed record ResourceLimits
{
    /// <summary>Gets how many nodes may be between a reboot and their next sign of life.</summary>
    /// <value>The default is <see cref="StepDefaults.Slots"/>.</value>
    public int Boots { get; init; } = StepDefaults.Slots(ThrottledResource.BootsInFlight);

    /// <summary>Gets how many management controllers are called at once.</summary>
    /// <value>The default is <see cref="StepDefaults.Slots"/>.</value>
    public int BmcCalls { get; init; } = StepDefaults.Slots(ThrottledResource.BmcCalls);

    /// <summary>Gets how many broadcasts go on at once.</summary>
    /// <value>The default is <see cref="StepDefaults.Slots"/>.</value>
    public int Broadcasts { get; init; } = StepDefaults.Slots(ThrottledResource.Broadcasts);

    /// <summary>Gives the slots of a resource.</summary>
    /// <param name="resource">The resource.</param>
    /// <returns>The number of slots.</returns>
    public int Slots(ThrottledResource resource) => resource switch
    {
        ThrottledResource.BootsInFlight => Boots,
        ThrottledResource.BmcCalls => BmcCalls,
        ThrottledResource.Broadcasts => Broadcasts,
        _ => StepDefaults.Slots(resource), // no step takes it yet
    };
}

/// <summary>A cluster with everything that drivers need to know of it.</summary>
public sealed record ClusterSettings
{
    /// <summary>Gets the cluster as plans know it.</summary>
    public required Cluster Cluster { get; init; }

    /// <summary>Gets its nodes.</summary>
    public ImmutableArray<Node> Nodes { get; init; } = [];

    /// <summary>Gets how machines are switched.</summary>
    /// <value>Null when they cannot be.</value>
    public PowerSettings? Power { get; init; }

    /// <summary>Gets what nodes boot over the network, and how.</summary>
    /// <value>Null when boot profiles are not ours to write.</value>
    public NetBootOptions? NetBoot { get; init; }

    /// <summary>Gets how consoles are reached.</summary>
    /// <value>Null when they are not.</value>
    public ConsoleSettings? Console { get; init; }

    /// <summary>Gets how many bytes of each console are kept.</summary>
    /// <value>0 keeps nothing; the default is 4 MiB.</value>
    public long ConsoleLogLimit { get; init; } = 4L << 20;

    /// <summary>Gets how the consoles of nodes are followed that differ.</summary>
    /// <value>The default is none.</value>
    public ImmutableDictionary<NodeName, ConsoleSettings> NodeConsoles { get; init; } = ImmutableDictionary<NodeName, ConsoleSettings>.Empty;

    /// <summary>Gets how installed systems are reached.</summary>
    public SshSettings Ssh { get; init; } = new();

    /// <summary>Gets the command of the site's own broadcast, for <c>BroadcastEnvCustom</c>.</summary>
    /// <value>Null when there is none.</value>
    public CommandTemplate? Broadcast { get; init; }

    /// <summary>Gets what nodes of the cluster are read with.</summary>
    internal NodeContext Context { get; init; } = new("");

    /// <summary>Gets where the cluster is defined, for messages.</summary>
    internal string Place { get; init; } = "";

    /// <summary>Gets what was read of the nodes.</summary>
    internal ImmutableArray<NodeEntry> Entries { get; init; } = [];

    /// <summary>Gets the cluster's settings as they are written, without its nodes, with full paths.</summary>
    internal string Text { get; init; } = "";
}

/// <summary>How machines are switched.</summary>
public abstract record PowerSettings
{
    private PowerSettings()
    {
    }

    /// <summary>By IPMI over the network.</summary>
    /// <param name="Options">How ipmitool is used.</param>
    /// <param name="Endpoints">The controller of each node.</param>
    public sealed record Ipmi(IpmiOptions Options, ImmutableDictionary<NodeName, IpmiEndpoint> Endpoints) : PowerSettings;

    /// <summary>By the site's commands, also through ssh.</summary>
    /// <param name="Options">The commands.</param>
    /// <param name="Nodes">Those of nodes that differ.</param>
    public sealed record Commands(CommandPowerOptions Options, ImmutableDictionary<NodeName, CommandPowerOptions> Nodes) : PowerSettings;
}

/// <summary>How consoles are reached.</summary>
public abstract record ConsoleSettings
{
    private ConsoleSettings()
    {
    }

    /// <summary>By IPMI serial over LAN; the controllers are those of <see cref="PowerSettings.Ipmi"/>.</summary>
    public sealed record SerialOverLan : ConsoleSettings;

    /// <summary>By a file to which another program writes what comes.</summary>
    /// <param name="Path">Its path, in which HOSTNAME_FQDN and HOSTNAME_SHORT stand for the node.</param>
    public sealed record LogFile(string Path) : ConsoleSettings
    {
        /// <summary>Names a node's file.</summary>
        /// <param name="node">The node.</param>
        /// <returns>The path.</returns>
        public string Of(NodeName node) => Path.Replace("HOSTNAME_FQDN", node.Value, StringComparison.Ordinal)
            .Replace("HOSTNAME_SHORT", node.ShortName, StringComparison.Ordinal);
    }

    /// <summary>By a command that prints what comes and types what it reads.</summary>
    /// <param name="Template">The command.</param>
    public sealed record Command(CommandTemplate Template) : ConsoleSettings;
}

/// <summary>How installed systems are reached, by the system's ssh.</summary>
public sealed record SshSettings
{
    /// <summary>Gets the user there.</summary>
    /// <value>The default is <c>root</c>.</value>
    public string User { get; init; } = "root";

    /// <summary>Gets the port.</summary>
    /// <value>The default is 22.</value>
    public int Port { get; init; } = 22;

    /// <summary>Gets the private key's file.</summary>
    /// <value>Null for those that ssh finds by itself.</value>
    public string? IdentityFile { get; init; }

    /// <summary>Gets further options, as after <c>ssh -o</c>.</summary>
    /// <value>The default is none. Host keys of nodes change with each deployment and are not checked unless an option says so.</value>
    public ImmutableArray<string> Options { get; init; } = [];

    /// <summary>Gets a value indicating whether a key that may do nothing but prove what runs is added to deployed systems.</summary>
    /// <value>The default is true. When false, <see cref="IdentityFile"/> must let this server log in, or Verify cannot succeed.</value>
    public bool AddProofKey { get; init; } = true;
}
