using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Kadeploy.Engine.Stores.Sqlite.Log;

/// <summary>Writes rows of <c>log</c>, with one prepared statement, as <see cref="Sqlite.EventInsert"/> does rows of <c>events</c>.</summary>
internal sealed class LogInsert : IDisposable
{
    private const string Sql =
        """
        INSERT INTO log (
          sequence, operation, kind, simulated, user, environment, cluster, node, started, duration, state, fault, fault_step, digest, error, durations,
          step_1, limit_1, retries_1, duration_1, step_2, limit_2, retries_2, duration_2,
          step_3, limit_3, retries_3, duration_3, step_4, limit_4, retries_4, duration_4)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """;

    private readonly sqlite3 _connection;
    private readonly sqlite3_stmt _statement;

    /// <summary>Prepares the statement.</summary>
    /// <param name="connection">The writer's connection, open.</param>
    /// <exception cref="SqliteException">The statement cannot be prepared.</exception>
    public LogInsert(SqliteConnection connection)
    {
        _connection = connection.Handle ?? throw new InvalidOperationException("the connection is not open");
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(_connection, Sql, out _statement), _connection);
    }

    /// <summary>Writes a row.</summary>
    /// <param name="row">The row.</param>
    /// <exception cref="SqliteException">It could not be written.</exception>
    public void Execute(in LogRow row)
    {
        Bind(1, row.Sequence);
        Bind(2, row.Operation);
        Bind(3, row.Header.Kind);
        Bind(4, row.Header.Simulated);
        Bind(5, row.Header.User);
        Bind(6, row.Header.Environment);
        Bind(7, row.Cluster);
        Bind(8, row.Node);
        Bind(9, row.Started);
        Bind(10, row.Duration);
        Bind(11, row.State);
        Bind(12, row.Fault);
        Bind(13, row.FaultStep);
        Bind(14, row.Digest);
        Bind(15, row.Error);
        Check(row.Track.Durations.IsEmpty
            ? raw.sqlite3_bind_zeroblob(_statement, 16, 0) // an empty span would be NULL
            : raw.sqlite3_bind_blob(_statement, 16, row.Track.Durations));
        for (var place = 0; place < LogEntry.MostSteps; place++)
        {
            ref var macro = ref row.Track.Macro(place);
            var first = 17 + (4 * place);
            Bind(first, row.Steps[place]?.Instance);
            Bind(first + 1, row.Steps[place]?.Limit);
            Bind(first + 2, macro.Retries);
            Bind(first + 3, macro.End - macro.Begin);
        }

        var result = raw.sqlite3_step(_statement);
        raw.sqlite3_reset(_statement); // repeats the result of the step
        if (result != raw.SQLITE_DONE) SqliteException.ThrowExceptionForRC(result, _connection);
    }

    /// <inheritdoc/>
    public void Dispose() => _statement.Dispose();

    private void Bind(int parameter, long? value) =>
        Check(value is { } number ? raw.sqlite3_bind_int64(_statement, parameter, number) : raw.sqlite3_bind_null(_statement, parameter));

    private void Bind(int parameter, string? value) =>
        Check(value is null ? raw.sqlite3_bind_null(_statement, parameter) : raw.sqlite3_bind_text(_statement, parameter, value));

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, _connection);
}
