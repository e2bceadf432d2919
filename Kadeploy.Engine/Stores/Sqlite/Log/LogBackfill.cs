using System.Text.Json;

namespace Kadeploy.Engine.Stores.Sqlite.Log;

/// <summary>Writes the log of what was journaled before there was a log.</summary>
internal static class LogBackfill
{
    private const int PageSize = 2000;

    /// <summary>Goes through the journal, operation by operation.</summary>
    /// <param name="database">The database, in the transaction that makes the tables.</param>
    public static void Run(Database database)
    {
        foreach (var (key, kind) in database.Query("SELECT key, kind FROM operations ORDER BY key", static row => (row.GetInt64(0), row.GetInt64(1))))
            Run(database, key, (OperationKind)kind);
    }

    private static void Run(Database database, long operation, OperationKind kind)
    {
        // Names are read anew for each operation, so that memory does not grow with the journal.
        var (writer, names) = (new LogWriter(), new JournalNames());
        writer.Begin(database, operation, PlanOf(database, operation, kind));
        var from = 0L;
        while (true)
        {
            var rows = database.Query(
                $"{SqliteStore.SelectEvents} WHERE operation = $1 AND sequence >= $2 AND kind IN (5, 7, 8, 9, 11) ORDER BY sequence LIMIT {PageSize}",
                SqliteStore.ReadRow, operation, from);
            names.Load(database, rows);
            foreach (var row in rows) writer.Apply(database, operation, EventMapping.ToEvent(row, names), row.Node, row.Sequence);
            if (rows.Count < PageSize) break;
            from = rows[^1].Sequence + 1;
        }

        writer.Save(database);
    }

    private static TrackedPlan PlanOf(Database database, long operation, OperationKind kind)
    {
        try
        {
            return TrackedPlan.Of(SqliteStore.ReadPlan(database, operation));
        }
        catch (JsonException)
        {
            // A plan of a version whose plans are no longer understood: its steps are known all the same.
            return TrackedPlan.OfJournal(database, operation, kind);
        }
    }
}
