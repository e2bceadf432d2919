using Kadeploy.Engine.Drivers.Files;
using Kadeploy.Engine.Environments;
using Kadeploy.Engine.Stores.Sqlite;

namespace Kadeploy.Engine;

/// <summary>The catalogues of a state directory.</summary>
internal sealed class Catalogs : ICatalogs
{
    /// <summary>Makes them.</summary>
    /// <param name="store">Keeps them.</param>
    /// <param name="files">Where files come from.</param>
    /// <param name="isAdministrator">Says who may do everything.</param>
    /// <param name="time">The clock.</param>
    public Catalogs(SqliteStore store, FileSource files, Func<string, bool> isAdministrator, TimeProvider time)
    {
        Environments = new EnvironmentCatalog(store, [new UnfinishedOperations(store)], isAdministrator, files.Open, files.Limits, files.Manifests, time);
        Files = files.Cached;
    }

    /// <inheritdoc/>
    public IEnvironmentCatalog Environments { get; }

    /// <inheritdoc/>
    public IFileCache Files { get; }
}
