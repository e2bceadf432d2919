using System.Net;
using Kadeploy.Engine.Configuration;
using Kadeploy.Engine.Drivers.Refusing;
using Kadeploy.Engine.Drivers.Sites;
using Kadeploy.Engine.Drivers.Vlans;
using Kadeploy.Engine.Rights;
using Kadeploy.Engine.Stores;

namespace Kadeploy.Engine.Planning;

/// <summary>Plans reboots, power operations and consoles of real nodes, with all that has to be asked for it: files, names, rights, and what is on the nodes.</summary>
/// <param name="site">What is configured; without it every node is unknown, and is refused as such.</param>
/// <param name="drivers">The drivers; null without a site.</param>
/// <param name="environments">Knows what was put on nodes last.</param>
/// <param name="rights">Says what users may do.</param>
/// <param name="time">The clock.</param>
internal sealed class MachinePlanning(Site? site, SiteDrivers? drivers, ICurrentEnvironments environments, IRightsCheck rights, TimeProvider time)
{
    private const int NamesShown = 10;

    /// <summary>Gets what asks the name service.</summary>
    /// <value>The default is the system's.</value>
    public Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; init; } = Dns.GetHostAddressesAsync;

    /// <summary>Plans an operation.</summary>
    /// <param name="request">What is asked for; no deployment.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="ConfigurationException">The request cannot be carried out; all problems are listed.</exception>
    /// <exception cref="NotAllowedException">The user lacks a right.</exception>
    /// <exception cref="DestructiveEnvironmentException">What is on a node must not be rebooted.</exception>
    public async Task<OperationPlan> PlanAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        var nodes = site?.Nodes.ToList() ?? [];
        var clusters = site?.Clusters.Select(static cluster => cluster.Cluster).ToList() ?? [];
        // Before anything is looked for: whoever has no right learns nothing by asking.
        await rights.RequireAsync(RightsDemand.Of(request, nodes), cancellationToken).ConfigureAwait(false);
        var others = await FindProblemsAsync(request, cancellationToken).ConfigureAwait(false);
        OperationPlan plan;
        try
        {
            plan = MachinePlanner.Plan(
                request, nodes, clusters, cluster => drivers?.ForPlanning(cluster.Name, request) ?? RefusingDrivers.All,
                OperationId.Create(request.Kind, time.GetUtcNow()), time.GetUtcNow(), null);
        }
        catch (ConfigurationException wrong)
        {
            throw new ConfigurationException([.. wrong.Problems, .. others]);
        }

        if (others.Count > 0) throw new ConfigurationException([.. others]);
        if (request is RebootRequest reboot)
            plan = await VlanAddresses.AddAsync(plan, reboot.Vlan, site?.Server.Vlan, Resolve, cancellationToken).ConfigureAwait(false);
        if (request is RebootRequest { CheckDestructive: true }) await CheckDestructiveAsync(request, environments, cancellationToken).ConfigureAwait(false);
        return plan;
    }

    /// <summary>Refuses nodes on which there is an environment that must not be rebooted.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="environments">Knows what was put on nodes last.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="DestructiveEnvironmentException">There are such nodes.</exception>
    internal static async Task CheckDestructiveAsync(OperationRequest request, ICurrentEnvironments environments, CancellationToken cancellationToken)
    {
        var found = await environments.FindEnvironmentsAsync(request.Nodes, simulated: false, cancellationToken).ConfigureAwait(false);
        var destructive = request.Nodes.Where(node => found.TryGetValue(node, out var current) && current.Environment.Destructive).ToList();
        if (destructive.Count == 0) return;
        var named = destructive.Take(NamesShown)
            .Select(node => $"node {node} has {found[node].Environment} of {found[node].User} ({found[node].Operation}), which is marked destructive");
        throw new DestructiveEnvironmentException(
            string.Join("; ", named) + (destructive.Count > NamesShown ? $"; and {destructive.Count - NamesShown} more nodes" : "") + "; no node was rebooted")
        {
            Nodes = [.. destructive],
        };
    }

    private async Task<IReadOnlyList<string>> FindProblemsAsync(OperationRequest request, CancellationToken cancellationToken)
    {
        if (site is null || drivers is null) return [];
        var concerned = site.Clusters.Where(cluster => cluster.Nodes.Any(node => request.Nodes.Contains(node.Name))).ToList();
        using var files = drivers.OpenFiles(request, concerned.Select(static cluster => cluster.Cluster));
        List<string> problems = [.. await FileCheck.FindProblemsAsync(files, cancellationToken).ConfigureAwait(false)];
        if (request is RebootRequest { Profile.Files.IsEmpty: false })
        {
            foreach (var cluster in concerned.Where(static cluster => cluster.NetBoot is { UserFiles: null }))
                problems.Add($"cluster {cluster.Cluster.Name} has no folder for users' boot files; write boot.userfiles in its file, or leave the files out");
        }

        return problems;
    }
}
