using System.Collections.Frozen;
using Kadeploy.Engine.Configuration;
using Kadeploy.Engine.Drivers.Broadcast;
using Kadeploy.Engine.Drivers.Channels;
using Kadeploy.Engine.Drivers.Consoles;
using Kadeploy.Engine.Drivers.Files;
using Kadeploy.Engine.Drivers.Refusing;
using Kadeploy.Engine.Drivers.Vlans;
using Kadeploy.Engine.Environments;
using Kadeploy.Engine.Planning;

namespace Kadeploy.Engine.Drivers.Sites;

/// <summary>Makes the drivers of operations from what is configured.</summary>
internal sealed class SiteDrivers : IAsyncDisposable
{
    private static readonly InstanceName Unicast = new("BroadcastEnvUnicast");
    private static readonly InstanceName Custom = new("BroadcastEnvCustom");

    private readonly Site _site;
    private readonly TimeProvider _time;
    private readonly SiteServices _services;
    private readonly FileSource _files;
    private readonly FrozenDictionary<string, IPowerController> _power;
    private readonly InstalledSystems _installed;
    private readonly SiteConsoles _consoles;
    private readonly ConsoleSessions _sessions;

    /// <summary>Makes what all operations share; nothing is opened yet.</summary>
    /// <param name="site">What is configured.</param>
    /// <param name="stateDirectory">The state directory.</param>
    /// <param name="files">Where files come from.</param>
    /// <param name="sessions">Where users of consoles find them.</param>
    /// <param name="time">The clock.</param>
    public SiteDrivers(Site site, string stateDirectory, FileSource files, ConsoleSessions sessions, TimeProvider time)
    {
        (_site, _files, _time, _sessions) = (site, files, time, sessions);
        _consoles = new(new(stateDirectory), time);
        _services = new(site.Server, stateDirectory, time);
        _installed = new(site.Server, stateDirectory, time);
        _power = site.Clusters.ToFrozenDictionary(static cluster => cluster.Cluster.Name, cluster => SitePower.Of(cluster, stateDirectory, time));
    }

    /// <summary>Opens the files of an operation.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="clusters">The clusters of its nodes.</param>
    /// <returns>The files; dispose them when it has ended.</returns>
    public IFileScope OpenFiles(OperationRequest request, IEnumerable<Cluster> clusters) =>
        _files.Open(request.User, FileCheck.Wishes(request, clusters, _files.Limits));

    /// <summary>Tells what a cluster's drivers can do; they do nothing, and nothing is opened for them.</summary>
    /// <param name="name">The cluster.</param>
    /// <param name="request">What is asked for.</param>
    /// <returns>Drivers to ask what is missing.</returns>
    public DriverSet ForPlanning(string name, OperationRequest request)
    {
        var cluster = ClusterOf(name);
        var files = new RefusingFileSource("drivers for planning fetch nothing");
        return new()
        {
            Power = _power[name],
            NetBoot = SiteNetBoot.Of(cluster, RequestedEnvironment.Of(request), files, static _ => throw NotForWork(), _time),
            Channel = new RoutingChannel(new(FrozenDictionary<string, INodeChannel>.Empty)),
            Vlan = VlanFor(request.User),
            Console = new RefusingConsole(),
            Lines = new(
                new(new Dictionary<string, ConsoleAccess> { [name] = _consoles.Access(cluster, request.Nodes) }.ToFrozenDictionary(StringComparer.Ordinal)), _sessions,
                request is ConsoleRequest { ReadOnly: true }),
            Files = files,
            Broadcasters = Broadcasters(files, new RefusingNodeChannel(), static () => throw NotForWork()),
        };
    }

    /// <summary>Makes the drivers of an operation.</summary>
    /// <param name="plan">The operation.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The drivers, and what is to be disposed with the operation.</returns>
    /// <exception cref="ConfigurationException">A port cannot be had, or a cluster is not configured any more.</exception>
    public async Task<(DriverSet Drivers, IDisposable? Owner)> OpenAsync(OperationPlan plan, CancellationToken cancellationToken)
    {
        var clusters = plan.Clusters.Select(part => (Part: part, Settings: ClusterOf(part.Cluster.Name) with { Cluster = part.Cluster })).ToList();
        var needs = DriverNeeds.Of(plan.Request);

        // Ports belong to one process: who does not need them must not stand in the way of one who does.
        if (needs.Agents) await _services.StartAsync(cancellationToken).ConfigureAwait(false);
        else if (needs.Boots) await _services.StartBootFilesAsync(cancellationToken).ConfigureAwait(false);
        var proofKey = plan.Request is DeploymentRequest
            ? await _installed.ProofKeyLineAsync(clusters.Select(static each => each.Settings), cancellationToken).ConfigureAwait(false)
            : null;
        var stops = new NodeStops();
        var channel = new StoppableChannel(new RoutingChannel(await ByClusterAsync(each => ChannelAsync(each.Settings, needs, cancellationToken)).ConfigureAwait(false)), stops);
        var console = new RoutingConsole(By(each => needs.Boots ? _consoles.Follow(each.Settings, each.Part.Nodes, $"{plan.Kind.ToString().ToLowerInvariant()} {plan.Operation} of {plan.User}") : new RefusingConsole()));
        var files = OpenFiles(plan.Request, plan.Clusters.Select(static part => part.Cluster));
        var drivers = new DriverSet
        {
            Power = new RoutingPowerController(By(each => _power[each.Settings.Cluster.Name])),
            NetBoot = new RoutingNetBoot(By(each => SiteNetBoot.Of(
                each.Settings, RequestedEnvironment.Of(plan.Request), files, KernelArguments, _time))),
            Channel = channel,
            Vlan = VlanFor(plan.User),
            Console = console,
            Lines = new(By(each => _consoles.Access(each.Settings, plan.Request.Nodes)), _sessions, plan.Request is ConsoleRequest { ReadOnly: true }),
            Files = files,
            ProofKeyLine = proofKey,
            Stops = stops,
            Broadcasters = Broadcasters(files, channel, () => _services.Images),
        };
        return (drivers, new Owned(console, files));

        string KernelArguments(Node node) => _services.Agents.KernelArguments(node.Name, _site.Server.Address);

        ByCluster<T> By<T>(Func<(ClusterPlan Part, ClusterSettings Settings), T> make) =>
            new(clusters.ToFrozenDictionary(static each => each.Part.Cluster.Name, make));

        async Task<ByCluster<T>> ByClusterAsync<T>(Func<(ClusterPlan Part, ClusterSettings Settings), Task<T>> make)
        {
            var made = new Dictionary<string, T>(StringComparer.Ordinal);
            foreach (var each in clusters) made[each.Part.Cluster.Name] = await make(each).ConfigureAwait(false);
            return new(made.ToFrozenDictionary(StringComparer.Ordinal));
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _installed.DisposeAsync().ConfigureAwait(false);
        await _services.DisposeAsync().ConfigureAwait(false);
    }

    private static FrozenDictionary<InstanceName, IBroadcaster> Broadcasters(
        IFileSource files, INodeChannel channel, Func<BootServices.ImageServer> images) =>
        new Dictionary<InstanceName, IBroadcaster>
        {
            [Unicast] = new UnicastBroadcaster(files, images, channel),
            [Custom] = new RefusingBroadcaster("broadcasts by the site's own command are not built yet; use BroadcastEnvUnicast"),
        }.ToFrozenDictionary();

    private IVlanSwitch VlanFor(string user) => _site.Server.Vlan is { } vlan
        ? new CommandVlanSwitch(vlan, user, _time)
        : new RefusingVlanSwitch("no command that moves nodes between networks is configured; write server.vlan.set_cmd in kadeploy.yml");

    private async Task<INodeChannel> ChannelAsync(ClusterSettings cluster, DriverNeeds needs, CancellationToken cancellationToken)
    {
        if (!needs.Channel) return new RefusingNodeChannel("nothing is run on nodes in this operation");
        var installed = await _installed.ChannelAsync(cluster, cancellationToken).ConfigureAwait(false);
        return needs.Agents ? new AgentChannel(_services.Agents, installed, AgentChannel.DefaultGrace, _time) : installed;
    }

    private ClusterSettings ClusterOf(string name) =>
        _site.Clusters.FirstOrDefault(cluster => cluster.Cluster.Name == name)
        ?? throw new ConfigurationException($"cluster '{name}' is not configured any more; put it back into kadeploy.yml, or cancel what concerns it");

    private sealed class Owned(params IDisposable[] parts) : IDisposable
    {
        public void Dispose()
        {
            foreach (var part in parts) part.Dispose();
        }
    }

    private static InvalidOperationException NotForWork() => new("drivers for planning cannot be used");
}
