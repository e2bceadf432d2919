using Kadeploy.Engine.Audit;
using Kadeploy.Engine.Stores.Sqlite.Log;

namespace Kadeploy.Engine.Stores.Sqlite;

/// <summary>The embedded store: the file <c>kadeploy.db</c> in the state directory.</summary>
/// <remarks>
/// <para>One thread writes and one reads, each with a connection of its own; readers never wait for writers (WAL). What begins an
/// engine's work is written with care for its first-use cost (see <see cref="Database"/>); what users ask for goes through Dapper.</para>
/// <para>Leases: a row of <c>leases</c> gives a node to an operation until the node, or the operation, has ended; the operation names its engine;
/// the engine's row in <c>engines</c> says until when it counts as alive. So nodes of an unfinished operation stay with it when its engine dies,
/// and whoever takes up the operation gets them all by changing one row. An engine is dead when its row is gone or has expired, or when its
/// lock file (<see cref="EngineLocks"/>) is free. Taking over removes the dead engine's row in the same transaction, and whatever
/// an engine writes is checked against that row in the same transaction: of two engines, at most one can act for an operation.</para>
/// </remarks>
internal sealed partial class SqliteStore : IStore
{
    private readonly string _file;
    private readonly EngineLocks _locks;
    private readonly AuditOrigin _origin;
    private readonly Dictionary<NodeName, long> _nodeKeys = [];
    private readonly LogWriter _log = new();

    private SqliteStore(string stateDirectory, AuditOrigin origin)
    {
        _origin = origin;
        _file = Path.Combine(stateDirectory, "kadeploy.db");
        _locks = new(stateDirectory);
        Writer = new("kadeploy-store-writer", _file, () => CreateFiles(stateDirectory, _file));
        Reader = new("kadeploy-store-reader", _file);
    }

    /// <summary>Gets the thread that does all writing.</summary>
    internal SqliteThread Writer { get; }

    /// <summary>Gets the thread that does all reading.</summary>
    internal SqliteThread Reader { get; }

    /// <summary>Opens the store of a state directory, making either when it is not there.</summary>
    /// <param name="stateDirectory">The directory; a new one is readable by its owner only.</param>
    /// <param name="cancellationToken">Gives up before the database is touched.</param>
    /// <param name="origin">What entries of the audit trail say of where they come from; null for this process.</param>
    /// <returns>The store; disposing it without <see cref="RetireEngineAsync"/> leaves its engines dead, their operations to be taken up.</returns>
    /// <exception cref="StoreException">Directory or file cannot be used, or are not ours; the message says what to do.</exception>
    public static async Task<SqliteStore> OpenAsync(string stateDirectory, CancellationToken cancellationToken, AuditOrigin? origin = null)
    {
        var directory = Path.GetFullPath(stateDirectory);
        var store = new SqliteStore(directory, origin ?? AuditOrigin.OfThisProcess);
        try
        {
            await store.Writer.RunAsync(
                database =>
                {
                    Schema.Migrate(database, store._file);
                    return true;
                },
                cancellationToken).ConfigureAwait(false);
            return store;
        }
        catch
        {
            await store.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Reader.DisposeAsync().ConfigureAwait(false);
        await Writer.DisposeAsync().ConfigureAwait(false);
        _locks.Dispose();
    }

    /// <summary>Makes directory and file for the owner's eyes only: plans hold users' keys and addresses.</summary>
    private static void CreateFiles(string directory, string file)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(directory);
        else Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        // Only when it is not there: to close a file of SQLite's would drop the locks that this process holds on it
        // (https://sqlite.org/howtocorrupt.html, section 2.2).
        if (File.Exists(file)) return;
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            new FileStream(file, options).Dispose();
        }
        catch (IOException) when (File.Exists(file))
        {
            // Another process was quicker.
        }
    }

    /// <summary>Does work in one transaction, in which it may rely on the engine not being fenced off.</summary>
    private Task<T> WriteAsync<T>(EngineId engine, Func<Database, T> work, CancellationToken cancellationToken) =>
        WriteAsync(
            database =>
            {
                RequireEngine(database, engine);
                return work(database);
            },
            cancellationToken);

    private Task<T> WriteAsync<T>(Func<Database, T> work, CancellationToken cancellationToken) =>
        Writer.RunAsync(
            database =>
            {
                try
                {
                    return database.Transact(() => work(database));
                }
                catch
                {
                    _nodeKeys.Clear(); // it may know nodes whose rows were rolled back
                    _log.Forget();
                    throw;
                }
            },
            cancellationToken);
}
