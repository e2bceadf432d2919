using Kadeploy.Engine.Audit;
using Kadeploy.Engine.Rights;
using Kadeploy.Engine.Stores.Sqlite;

namespace Kadeploy.Engine;

/// <summary>The catalogs of a store.</summary>
/// <param name="policy">Who is an administrator, and who is in which group.</param>
/// <param name="rights">Who may work on which nodes.</param>
/// <param name="audit">What was done, and by whom.</param>
internal sealed class Catalogs(AccessPolicy policy, RightsBook rights, AuditTrail audit) : ICatalogs
{
    /// <summary>Gets who is an administrator, and who is in which group.</summary>
    public AccessPolicy Policy => policy;

    /// <summary>Gets the rights with what only the engine needs of them.</summary>
    public RightsBook Book => rights;

    /// <inheritdoc/>
    public IRightsBook Rights => rights;

    /// <inheritdoc/>
    public IAuditTrail Audit => audit;

    /// <summary>Makes them.</summary>
    /// <param name="options">What is configured; the state directory is there.</param>
    /// <param name="store">The store.</param>
    /// <returns>The catalogs; they live on the real clock, also beside an engine of simulated nodes.</returns>
    public static Catalogs Of(EngineOptions options, SqliteStore store)
    {
        var policy = AccessPolicy.Of(options);
        return new(policy, new(store, store, policy, NodeMap.Of(options.Site), TimeProvider.System), new(store, policy));
    }
}

/// <summary>Holds the catalogs of a state directory open, without an engine.</summary>
public sealed class CatalogHost : IAsyncDisposable
{
    private readonly SqliteStore _store;

    internal CatalogHost(SqliteStore store, ICatalogs catalogs) => (_store, Catalogs) = (store, catalogs);

    /// <summary>Gets the catalogs.</summary>
    public ICatalogs Catalogs { get; }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _store.DisposeAsync();
}
