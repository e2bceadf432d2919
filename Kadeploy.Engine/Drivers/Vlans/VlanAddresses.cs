using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Kadeploy.Engine.Planning;

namespace Kadeploy.Engine.Drivers.Vlans;

/// <summary>Finds out where nodes are reached in the network into which they are moved.</summary>
internal static class VlanAddresses
{
    private const int AtOnce = 32;

    /// <summary>Adds the addresses to a plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="vlan">The network that was asked for; null for none.</param>
    /// <param name="settings">How nodes are called there; null when networks cannot be changed, which was told.</param>
    /// <param name="resolve">Asks the name service.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The plan with them.</returns>
    /// <exception cref="ConfigurationException">A name is not known; all are listed.</exception>
    public static async Task<OperationPlan> AddAsync(
        OperationPlan plan, string? vlan, VlanSettings? settings, Func<string, CancellationToken, Task<IPAddress[]>> resolve, CancellationToken cancellationToken)
    {
        if (vlan is null || settings is not { HostnameSuffix.Length: > 0 }) return plan;
        var problems = new Problems();
        var found = new Dictionary<NodeName, IPAddress>();
        await Parallel.ForEachAsync(
            plan.Clusters.SelectMany(static cluster => cluster.Nodes), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (node, token) =>
            {
                var host = settings.HostOf(node.Name, vlan);
                var address = await FindAsync(host, resolve, token).ConfigureAwait(false);
                lock (found)
                {
                    if (address is not null) found[node.Name] = address;
                    else problems.Add($"node {node.Name} is called '{host}' in the network '{vlan}', and the name service does not know that; check the network and server.vlan.hostname_suffix");
                }
            }).ConfigureAwait(false);
        problems.ThrowIfAny();
        return plan with
        {
            Clusters =
            [
                .. plan.Clusters.Select(cluster => cluster with
                {
                    VlanAddresses = cluster.Nodes.ToImmutableDictionary(static node => node.Name, node => found[node.Name]),
                }),
            ],
        };
    }

    private static async Task<IPAddress?> FindAsync(string host, Func<string, CancellationToken, Task<IPAddress[]>> resolve, CancellationToken cancellationToken)
    {
        try
        {
            var addresses = await resolve(host, cancellationToken).ConfigureAwait(false);
            return addresses.FirstOrDefault(static each => each.AddressFamily == AddressFamily.InterNetwork) ?? addresses.FirstOrDefault();
        }
        catch (Exception unknown) when (unknown is SocketException or ArgumentException)
        {
            return null;
        }
    }
}
