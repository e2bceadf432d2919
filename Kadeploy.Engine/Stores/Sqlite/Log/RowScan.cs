using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Kadeploy.Engine.Stores.Sqlite.Log;

/// <summary>Goes through the rows of a query, a million in well under a second: without the boxes and names of the provider's reader.</summary>
/// <remarks>Of each row, half a dozen numbers are asked for. The library's functions are called for that as they are: with the provider's handles, which count
/// their users at each call, a million rows take a third longer.</remarks>
internal sealed partial class RowScan : IDisposable
{
    private readonly sqlite3 _connection;
    private readonly sqlite3_stmt _statement; // alive until this is disposed of, and its pointer with it
    private readonly nint _pointer;
    private bool _ended;

    /// <summary>Prepares a query.</summary>
    /// <param name="database">The database.</param>
    /// <param name="sql">The query, with a question mark for each value.</param>
    /// <param name="values">The values: long or string.</param>
    /// <exception cref="SqliteException">The query cannot be prepared.</exception>
    public RowScan(Database database, string sql, params IReadOnlyList<object> values)
    {
        _connection = database.Connection.Handle ?? throw new InvalidOperationException("the connection is not open");
        Check(raw.sqlite3_prepare_v2(_connection, sql, out _statement));
        _pointer = _statement.DangerousGetHandle();
        Restart(values);
    }

    /// <summary>Begins again with other values.</summary>
    /// <param name="values">The values: long or string.</param>
    public void Restart(params IReadOnlyList<object> values)
    {
        raw.sqlite3_reset(_statement);
        _ended = false;
        for (var i = 0; i < values.Count; i++)
            Check(values[i] is string text ? raw.sqlite3_bind_text(_statement, i + 1, text) : raw.sqlite3_bind_int64(_statement, i + 1, (long)values[i]));
    }

    /// <summary>Begins again with another number.</summary>
    /// <param name="value">The only value.</param>
    public void Restart(long value)
    {
        raw.sqlite3_reset(_statement);
        _ended = false;
        Check(raw.sqlite3_bind_int64(_statement, 1, value));
    }

    /// <summary>Goes to the next row.</summary>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="SqliteException">It cannot be read.</exception>
    public bool Next()
    {
        if (_ended) return false; // SQLite would begin again
        var result = Step(_pointer);
        if (result == raw.SQLITE_ROW) return true;
        _ended = true;
        if (result != raw.SQLITE_DONE) Check(result);
        return false;
    }

    /// <summary>Gives a number.</summary>
    /// <param name="column">The column, from 0.</param>
    /// <returns>The number; 0 for NULL.</returns>
    public long Long(int column) => ColumnInt64(_pointer, column);

    /// <summary>Gives a number.</summary>
    /// <param name="column">The column, from 0.</param>
    /// <returns>The number, or null.</returns>
    public long? Number(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL ? null : Long(column);

    /// <summary>Gives a text.</summary>
    /// <param name="column">The column, from 0.</param>
    /// <returns>The text, or null.</returns>
    public string? Text(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL ? null : raw.sqlite3_column_text(_statement, column).utf8_to_string();

    /// <summary>Gives bytes.</summary>
    /// <param name="column">The column, from 0.</param>
    /// <returns>The bytes, until the next row is gone to.</returns>
    public ReadOnlySpan<byte> Bytes(int column) => raw.sqlite3_column_blob(_statement, column);

    /// <inheritdoc/>
    public void Dispose() => _statement.Dispose();

    // The library of the provider (SQLitePCLRaw.bundle_e_sqlite3), which also made the statement.
    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_step")]
    private static partial int Step(nint statement);

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_column_int64")]
    [SuppressGCTransition] // takes a few nanoseconds and waits for nobody: the connection is this thread's
    private static partial long ColumnInt64(nint statement, int column);

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, _connection);
}
