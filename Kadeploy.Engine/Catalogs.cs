using Kadeploy.Engine.Audit;
using Kadeploy.Engine.Configuration;
using Kadeploy.Engine.Drivers.Files;
using Kadeploy.Engine.Environments;
using Kadeploy.Engine.Inventories;
using Kadeploy.Engine.Rights;
using Kadeploy.Engine.Statistics;
using Kadeploy.Engine.Stores.Sqlite;

namespace Kadeploy.Engine;

/// <summary>The catalogues of a state directory.</summary>
internal sealed class Catalogs : ICatalogs
{
    /// <summary>Makes them.</summary>
    /// <param name="store">Keeps them.</param>
    /// <param name="site">What files define; null when there is no configuration.</param>
    /// <param name="files">Where files come from.</param>
    /// <param name="policy">Who is an administrator, and who is in which group.</param>
    /// <param name="stateDirectory">The state directory.</param>
    /// <param name="time">The clock.</param>
    public Catalogs(SqliteStore store, Site? site, FileSource files, AccessPolicy policy, string stateDirectory, TimeProvider time)
    {
        Nodes = new NodeInventory(store, site, policy.IsAdministrator, store, new(stateDirectory), time);
        Environments = new AuditedEnvironments(
            new EnvironmentCatalog(
                store, [new UnfinishedOperations(store), new DeployedNodes(store)], policy.IsAdministrator, files.Open, files.Limits, files.Manifests, time),
            store);
        Files = new AuditedFileCache(files.Cached, store);
        Book = new(
            store, store, policy,
            async cancellationToken => NodeMap.Of(site, await store.ReadInventoryAsync(null, cancellationToken).ConfigureAwait(false)), time);
        Audit = new AuditTrail(store, policy);
        Statistics = new StatisticsCatalog(store, store);
    }

    /// <summary>Gets the rights with what only the engine needs of them.</summary>
    public RightsBook Book { get; }

    /// <inheritdoc/>
    public INodeInventory Nodes { get; }

    /// <inheritdoc/>
    public IEnvironmentCatalog Environments { get; }

    /// <inheritdoc/>
    public IFileCache Files { get; }

    /// <inheritdoc/>
    public IRightsBook Rights => Book;

    /// <inheritdoc/>
    public IAuditTrail Audit { get; }

    /// <inheritdoc/>
    public IStatistics Statistics { get; }
}
