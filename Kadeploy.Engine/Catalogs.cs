using Kadeploy.Engine.Audit;
using Kadeploy.Engine.Drivers.Files;
using Kadeploy.Engine.Environments;
using Kadeploy.Engine.Rights;
using Kadeploy.Engine.Stores.Sqlite;

namespace Kadeploy.Engine;

/// <summary>The catalogues of a state directory.</summary>
internal sealed class Catalogs : ICatalogs
{
    /// <summary>Makes them.</summary>
    /// <param name="store">Keeps them.</param>
    /// <param name="files">Where files come from.</param>
    /// <param name="policy">Who is an administrator, and who is in which group.</param>
    /// <param name="nodes">Which node is in which cluster.</param>
    /// <param name="time">The clock.</param>
    public Catalogs(SqliteStore store, FileSource files, AccessPolicy policy, NodeMap nodes, TimeProvider time)
    {
        Environments = new EnvironmentCatalog(store, [new UnfinishedOperations(store)], policy.IsAdministrator, files.Open, files.Limits, time);
        Files = new AuditedFileCache(files.Cached, store);
        Book = new(store, store, policy, nodes, time);
        Audit = new AuditTrail(store, policy);
    }

    /// <summary>Gets the rights with what only the engine needs of them.</summary>
    public RightsBook Book { get; }

    /// <inheritdoc/>
    public IEnvironmentCatalog Environments { get; }

    /// <inheritdoc/>
    public IFileCache Files { get; }

    /// <inheritdoc/>
    public IRightsBook Rights => Book;

    /// <inheritdoc/>
    public IAuditTrail Audit { get; }
}
