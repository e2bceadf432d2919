using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Kadeploy.Engine.Stores.Sqlite;

/// <summary>Writes rows of <c>events</c>: the store's hot path.</summary>
/// <remarks>One prepared statement, bound through SQLite's own interface: the provider would box every value and look up every parameter by
/// name for every event.</remarks>
internal sealed class EventInsert : IDisposable
{
    private const string Sql =
        """
        INSERT INTO events (sequence, operation, at, kind, node, step, instance_attempt, attempt, set_number, duration, consequence, state, fault, detail)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """;

    private readonly sqlite3 _connection;
    private readonly sqlite3_stmt _statement;

    /// <summary>Prepares the statement.</summary>
    /// <param name="connection">The writer's connection, open.</param>
    /// <exception cref="SqliteException">The statement cannot be prepared.</exception>
    public EventInsert(SqliteConnection connection)
    {
        _connection = connection.Handle ?? throw new InvalidOperationException("the connection is not open");
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(_connection, Sql, out _statement), _connection);
    }

    /// <summary>Writes a row.</summary>
    /// <param name="row">The row.</param>
    /// <exception cref="SqliteException">It could not be written.</exception>
    public void Execute(in EventRow row)
    {
        Bind(1, row.Sequence);
        Bind(2, row.Operation);
        Bind(3, row.At);
        Bind(4, (long)row.Kind);
        Bind(5, row.Node);
        Bind(6, row.Step);
        Bind(7, row.InstanceAttempt);
        Bind(8, row.Attempt);
        Bind(9, row.Set);
        Bind(10, row.Duration);
        Bind(11, (long?)row.Consequence);
        Bind(12, (long?)row.State);
        Bind(13, row.Fault);
        Bind(14, row.Detail);
        var result = raw.sqlite3_step(_statement);
        raw.sqlite3_reset(_statement); // repeats the result of the step
        if (result != raw.SQLITE_DONE) SqliteException.ThrowExceptionForRC(result, _connection);
    }

    /// <inheritdoc/>
    public void Dispose() => _statement.Dispose();

    private void Bind(int parameter, long? value)
    {
        var result = value is { } number ? raw.sqlite3_bind_int64(_statement, parameter, number) : raw.sqlite3_bind_null(_statement, parameter);
        SqliteException.ThrowExceptionForRC(result, _connection);
    }

    private void Bind(int parameter, string? value)
    {
        var result = value is null ? raw.sqlite3_bind_null(_statement, parameter) : raw.sqlite3_bind_text(_statement, parameter, value);
        SqliteException.ThrowExceptionForRC(result, _connection);
    }
}
