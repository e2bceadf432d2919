using Kadeploy.Engine.Configuration;
using Kadeploy.Engine.Drivers.Files;
using Kadeploy.Engine.Environments;
using Kadeploy.Engine.Inventories;
using Kadeploy.Engine.Stores.Sqlite;

namespace Kadeploy.Engine;

/// <summary>The catalogues of a state directory.</summary>
internal sealed class Catalogs : ICatalogs
{
    /// <summary>Makes them.</summary>
    /// <param name="store">Keeps them.</param>
    /// <param name="site">What files define; null when there is no configuration.</param>
    /// <param name="files">Where files come from.</param>
    /// <param name="isAdministrator">Says who may do everything.</param>
    /// <param name="time">The clock.</param>
    public Catalogs(SqliteStore store, Site? site, FileSource files, Func<string, bool> isAdministrator, TimeProvider time)
    {
        Nodes = new NodeInventory(store, site, isAdministrator, time);
        Environments = new EnvironmentCatalog(store, [new UnfinishedOperations(store), new DeployedNodes(store)], isAdministrator, files.Open, files.Limits, time);
        Files = files.Cached;
    }

    /// <inheritdoc/>
    public INodeInventory Nodes { get; }

    /// <inheritdoc/>
    public IEnvironmentCatalog Environments { get; }

    /// <inheritdoc/>
    public IFileCache Files { get; }
}
