using System.Runtime.CompilerServices;
using Kadeploy.Engine.Audit;
using Microsoft.Data.Sqlite;

namespace Kadeploy.Engine.Stores.Sqlite;

/// <content>The audit trail.</content>
internal sealed partial class SqliteStore : IAuditStore
{
    private const int AuditPageSize = 1000;
    private const int Constraint = 19; // SQLITE_CONSTRAINT: a trigger raised it

    /// <inheritdoc/>
    public Task AppendAsync(IEnumerable<AuditNote> notes, CancellationToken cancellationToken)
    {
        var all = notes.ToList();
        return WriteAsync(
            database =>
            {
                Note(database, all);
                return true;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<(long Number, string Hash)> ReadHeadAsync(CancellationToken cancellationToken) => Reader.RunAsync(ReadHead, cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<AuditEntry> ReadAuditAsync(long from, long to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var next = from;
            var page = await Reader.RunAsync(
                database => database.Query(
                    $"SELECT number, at, user, action, what, nodes, operation, program, hash FROM audit WHERE number BETWEEN $1 AND $2 ORDER BY number LIMIT {AuditPageSize}",
                    ReadEntry, next, to),
                cancellationToken).ConfigureAwait(false);
            foreach (var entry in page)
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return entry;
            }

            if (page.Count < AuditPageSize) yield break;
            from = page[^1].Number + 1;
        }
    }

    /// <inheritdoc/>
    public Task<bool> RefusesChangesAsync(CancellationToken cancellationToken) => Writer.RunAsync(
        static database =>
        {
            // Tried and taken back: triggers of the right names might do something else.
            database.Execute("BEGIN IMMEDIATE");
            try
            {
                const string Last = "(SELECT max(number) FROM audit)";
                // So that there is one to try it on. Entries behind the end are in the way of this; they are found by whoever follows the chain.
                Refuses("INSERT INTO audit SELECT number + 1, 0, '', 0, '', '', NULL, '', '' FROM audit_head");
                return Refuses($"UPDATE audit SET what = 'x' WHERE number = {Last}") && Refuses($"DELETE FROM audit WHERE number = {Last}")
                    && Refuses("INSERT OR REPLACE INTO audit SELECT number, 0, '', 0, '', '', NULL, '', '' FROM audit_head")
                    && Refuses("UPDATE audit_head SET hash = ''") && Refuses("DELETE FROM audit_head");
            }
            finally
            {
                database.Execute("ROLLBACK");
            }

            bool Refuses(string statement)
            {
                try
                {
                    database.Execute(statement);
                    return false;
                }
                catch (SqliteException refused) when (refused.SqliteErrorCode == Constraint)
                {
                    return true;
                }
            }
        },
        cancellationToken);

    /// <summary>Writes into the audit trail in the transaction of the caller; what is recorded is on disk together with what was done, or neither is.</summary>
    /// <param name="database">The database, in a transaction.</param>
    /// <param name="notes">What was done.</param>
    private void Note(Database database, params IEnumerable<AuditNote> notes)
    {
        var (number, hash) = ReadHead(database);
        foreach (var note in notes)
        {
            var entry = new AuditEntry
            {
                Number = ++number, At = Time(Ticks(_origin.Clock.GetUtcNow())), User = note.User, Action = note.Action, What = note.What, Nodes = note.Nodes,
                Operation = note.Operation, Program = _origin.Program, Hash = "",
            };
            hash = AuditChain.Hash(hash, entry);
            database.Execute(
                "INSERT INTO audit (number, at, user, action, what, nodes, operation, program, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                entry.Number, Ticks(entry.At), entry.User, (long)entry.Action, entry.What, entry.Nodes, entry.Operation?.Value, entry.Program, hash);
        }
    }

    private static (long Number, string Hash) ReadHead(Database database) =>
        database.Query("SELECT number, hash FROM audit_head", static row => (row.GetInt64(0), row.GetString(1))) is [var head]
            ? head
            : throw new FormatException("the audit trail has no end");

    private static AuditEntry ReadEntry(SqliteDataReader row) => new()
    {
        Number = row.GetInt64(0),
        At = Time(row.GetInt64(1)),
        User = row.GetString(2),
        Action = (AuditAction)row.GetInt64(3),
        What = row.GetString(4),
        Nodes = row.GetString(5),
        Operation = row.IsDBNull(6) ? null : OperationId.Parse(row.GetString(6)),
        Program = row.GetString(7),
        Hash = row.GetString(8),
    };
}
