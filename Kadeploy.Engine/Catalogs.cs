using Kadeploy.Engine.Inventories;
using Kadeploy.Engine.Stores.Sqlite;

namespace Kadeploy.Engine;

/// <summary>The catalogs of one state directory.</summary>
/// <param name="store">The store, which is not theirs.</param>
/// <param name="options">How the engine, or what opened them instead, is set up.</param>
/// <param name="time">The clock.</param>
internal sealed class Catalogs(SqliteStore store, EngineOptions options, TimeProvider time) : ICatalogs
{
    /// <inheritdoc/>
    public INodeInventory Nodes { get; } = new NodeInventory(store, options.Site, options.Administrators, time);
}

/// <summary>Catalogs without an engine.</summary>
public sealed class CatalogHost : IAsyncDisposable
{
    private readonly SqliteStore _store;

    internal CatalogHost(ICatalogs catalogs, SqliteStore store) => (Catalogs, _store) = (catalogs, store);

    /// <summary>Gets the catalogs.</summary>
    public ICatalogs Catalogs { get; }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _store.DisposeAsync();
}
