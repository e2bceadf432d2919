using System.Globalization;
using Kadeploy.Engine.Stores.Sqlite.Log;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Kadeploy.Engine.Stores.Sqlite;

/// <summary>One connection, used by one thread, with its prepared statements.</summary>
/// <remarks>What runs when an engine starts goes through here rather than through Dapper, whose first query costs about 40 ms of
/// compilation: more than all else that the store does then. Values are bound to <c>$1</c>, <c>$2</c> and so on.</remarks>
internal sealed class Database : IDisposable
{
    /// <summary>How long to wait for other processes, in seconds.</summary>
    public const int BusyTimeoutSeconds = 10;

    private readonly Dictionary<string, SqliteCommand> _statements = new(StringComparer.Ordinal);

    private EventInsert? _eventInsert;
    private LogInsert? _logInsert;

    private Database(SqliteConnection connection) => Connection = connection;

    /// <summary>Gets the connection.</summary>
    public SqliteConnection Connection { get; }

    /// <summary>Gets the statement that writes events.</summary>
    public EventInsert EventInsert => _eventInsert ??= new(Connection);

    /// <summary>Gets the statement that writes rows of the log.</summary>
    public LogInsert LogInsert => _logInsert ??= new(Connection);

    /// <summary>Opens a connection.</summary>
    /// <param name="file">The database file; it is made when it is not there.</param>
    /// <returns>The connection.</returns>
    /// <exception cref="SqliteException">The file cannot be opened, or is no database.</exception>
    public static Database Open(string file)
    {
        // Without pooling the file is closed when we close it. The provider has a retry loop of its own around SQLite's, hence its timeout.
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = file, Pooling = false, DefaultTimeout = BusyTimeoutSeconds,
        }.ToString());
        try
        {
            connection.Open();
            var database = new Database(connection);
            // FULL: a commit is on disk when it returns, even if the power fails; a write-ahead log alone keeps only the order.
            database.Run(string.Create(CultureInfo.InvariantCulture,
                $"PRAGMA busy_timeout={BusyTimeoutSeconds * 1000}; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON"));
            return database;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Runs statements that are not worth keeping.</summary>
    /// <param name="script">SQL without parameters.</param>
    public void Run(string script)
    {
        using var command = Connection.CreateCommand();
        command.CommandText = script;
        command.ExecuteNonQuery();
    }

    /// <summary>Gives a statement, prepared once.</summary>
    /// <param name="sql">The statement.</param>
    /// <param name="values">The values of <c>$1</c>, <c>$2</c>…; null for NULL. Always equally many for one statement.</param>
    /// <returns>The statement, ready to be executed; it may be changed by the next call.</returns>
    public SqliteCommand Statement(string sql, params ReadOnlySpan<object?> values)
    {
        if (!_statements.TryGetValue(sql, out var command))
        {
            command = Connection.CreateCommand();
            command.CommandText = sql;
            for (var i = 1; i <= values.Length; i++)
                command.Parameters.Add(new SqliteParameter { ParameterName = string.Create(CultureInfo.InvariantCulture, $"${i}") });
            _statements.Add(sql, command);
        }

        for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i] ?? DBNull.Value;
        return command;
    }

    /// <summary>Executes a statement.</summary>
    /// <param name="sql">The statement.</param>
    /// <param name="values">As for <see cref="Statement"/>.</param>
    /// <returns>The number of rows that were changed.</returns>
    public int Execute(string sql, params ReadOnlySpan<object?> values) => Statement(sql, values).ExecuteNonQuery();

    /// <summary>Reads one value.</summary>
    /// <param name="sql">A query for one column.</param>
    /// <param name="values">As for <see cref="Statement"/>.</param>
    /// <returns>The first row's value, a long or a string; null when there is no row or the value is NULL.</returns>
    public object? Scalar(string sql, params ReadOnlySpan<object?> values) => Statement(sql, values).ExecuteScalar() is { } value and not DBNull ? value : null;

    /// <summary>Reads rows.</summary>
    /// <typeparam name="T">What a row becomes.</typeparam>
    /// <param name="sql">A query.</param>
    /// <param name="read">Reads one row.</param>
    /// <param name="values">As for <see cref="Statement"/>.</param>
    /// <returns>The rows in the order of the query.</returns>
    public List<T> Query<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<object?> values)
    {
        var rows = new List<T>();
        using var reader = Statement(sql, values).ExecuteReader();
        while (reader.Read()) rows.Add(read(reader));
        return rows;
    }

    /// <summary>Reads several times from one state of the database.</summary>
    /// <typeparam name="T">What it results in.</typeparam>
    /// <param name="work">The reading.</param>
    /// <returns>Its result.</returns>
    public T Read<T>(Func<T> work)
    {
        Execute("BEGIN");
        try
        {
            return work();
        }
        finally
        {
            if (raw.sqlite3_get_autocommit(Connection.Handle) == 0) Execute("COMMIT");
        }
    }

    /// <summary>Does work in one transaction that holds the write lock from its beginning.</summary>
    /// <typeparam name="T">What it results in.</typeparam>
    /// <param name="work">The work; when it throws, nothing has changed.</param>
    /// <returns>Its result, once it is on disk.</returns>
    public T Transact<T>(Func<T> work)
    {
        Execute("BEGIN IMMEDIATE");
        try
        {
            var result = work();
            Execute("COMMIT");
            return result;
        }
        catch
        {
            // SQLite itself has rolled back after some failures, such as a full disk.
            if (raw.sqlite3_get_autocommit(Connection.Handle) == 0) Execute("ROLLBACK");
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Before the connection: with a statement left open, SQLite would not write its log back into the file and remove it.
        _eventInsert?.Dispose();
        _logInsert?.Dispose();
        foreach (var statement in _statements.Values) statement.Dispose();
        Connection.Dispose();
    }
}
