using System.Collections.Frozen;
using Kadeploy.Engine.Configuration;
using Kadeploy.Engine.Drivers.Broadcast;
using Kadeploy.Engine.Drivers.Broadcast.Chain;
using Kadeploy.Engine.Drivers.Files;
using Kadeploy.Engine.Drivers.Refusing;

namespace Kadeploy.Engine.Drivers.Sites;

/// <summary>Makes the broadcasters of a site.</summary>
internal static class SiteBroadcasters
{
    private static readonly InstanceName Unicast = new("BroadcastEnvUnicast");
    private static readonly InstanceName Chain = new("BroadcastEnvChain");
    private static readonly InstanceName Tree = new("BroadcastEnvTree");
    private static readonly InstanceName Custom = new("BroadcastEnvCustom");

    /// <summary>Makes those of an operation.</summary>
    /// <param name="clusters">The operation's clusters.</param>
    /// <param name="files">Where images come from.</param>
    /// <param name="manifests">Makes their manifests.</param>
    /// <param name="services">What this machine serves.</param>
    /// <param name="channel">How nodes are told.</param>
    /// <param name="time">The clock.</param>
    public static FrozenDictionary<InstanceName, IBroadcaster> Of(
        IEnumerable<ClusterSettings> clusters, IFileSource files, IManifestMaker manifests, SiteServices services, INodeChannel channel, TimeProvider time)
    {
        var byName = clusters.ToFrozenDictionary(static each => each.Cluster.Name);
        return new Dictionary<InstanceName, IBroadcaster>
        {
            [Unicast] = new UnicastBroadcaster(files, () => services.Images, channel),
            [Chain] = new ChainBroadcaster(files, manifests, () => services.Broadcasts, () => services.Images, channel, name => byName[name].Chain, time),
            [Tree] = new ChainBroadcaster(
                files, manifests, () => services.Broadcasts, () => services.Images, channel, name => byName[name].Chain with { Arity = byName[name].Chain.TreeArity }, time),
            [Custom] = new RoutingBroadcaster(new(byName.Values.ToFrozenDictionary(static each => each.Cluster.Name, each => Own(each, files, time)))),
        }.ToFrozenDictionary();
    }

    /// <summary>Makes those of a cluster for planning, which only say what is missing.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="files">Where images come from.</param>
    public static FrozenDictionary<InstanceName, IBroadcaster> ForPlanning(ClusterSettings cluster, IFileSource files)
    {
        var any = new RefusingBroadcaster("");
        return new Dictionary<InstanceName, IBroadcaster>
        {
            [Unicast] = any, [Chain] = any, [Tree] = any, [Custom] = Own(cluster, files, TimeProvider.System),
        }.ToFrozenDictionary();
    }

    private static IBroadcaster Own(ClusterSettings cluster, IFileSource files, TimeProvider time) => cluster.Broadcast is { } template
        ? new CustomBroadcaster(template, cluster.Power is PowerSettings.Commands commands ? commands.Options.Connector : [], files, time)
        : new RefusingBroadcaster($"cluster '{cluster.Cluster.Name}' has no broadcast of its own: write its command as broadcast.command, or use BroadcastEnvChain");
}
