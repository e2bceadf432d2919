using Kadeploy.Engine.Drivers.Files;
using Kadeploy.Engine.Stores.Sqlite;

namespace Kadeploy.Engine;

/// <summary>Opens the catalogues of a state directory without an engine: no lease is held and no port is listened on.</summary>
public sealed class CatalogHost : IAsyncDisposable
{
    private readonly SqliteStore _store;
    private readonly FileSource _files;

    internal CatalogHost(SqliteStore store, FileSource files, ICatalogs catalogs) => (_store, _files, Catalogs) = (store, files, catalogs);

    /// <summary>Gets the catalogues.</summary>
    public ICatalogs Catalogs { get; }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _files.Dispose();
        return _store.DisposeAsync();
    }
}
