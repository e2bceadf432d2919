using Kadeploy.Engine.Statistics;
using Kadeploy.Engine.Stores.Sqlite;

namespace Kadeploy.Engine;

/// <summary>The catalogs of one state directory.</summary>
/// <param name="store">The store, which is not theirs.</param>
internal sealed class Catalogs(SqliteStore store) : ICatalogs
{
    /// <inheritdoc/>
    public IStatistics Statistics { get; } = new StatisticsCatalog(store, store);
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
