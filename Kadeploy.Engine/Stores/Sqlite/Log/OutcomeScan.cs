using Kadeploy.Engine.Statistics;

namespace Kadeploy.Engine.Stores.Sqlite.Log;

/// <summary>Counts how nodes ended.</summary>
internal static class OutcomeScan
{
    private const int First = LogGroups<Counts>.ColumnCount;
    private const int RetriedMark = 100; // above every state

    // As MachineRows says it: deployments and reboots, which come first and are nearly all rows, and power without questions. All micro-steps of a question are those of
    // one instance; which operations are questions is looked up once.
    private static readonly string OfMachines =
        $"""
         (kind < {(int)OperationKind.Power} OR (kind = {(int)OperationKind.Power} AND operation NOT IN (
           SELECT operations.key FROM operations JOIN steps ON steps.operation = operations.key AND steps.ordinal = 0
           WHERE operations.kind = {(int)OperationKind.Power} AND steps.instance = '{MachineRows.Question}')))
         """;

    /// <summary>Counts.</summary>
    /// <param name="database">The database, in a transaction.</param>
    /// <param name="filter">Which rows.</param>
    /// <param name="by">By what they are put together.</param>
    /// <param name="cancellationToken">Ends the counting.</param>
    /// <returns>The tallies.</returns>
    public static IReadOnlyList<OutcomeTally> Run(Database database, StatisticsFilter filter, StatisticsKeys by, CancellationToken cancellationToken)
    {
        if (LogFilterSql.Of(database, filter, MachineRows.AreMeant(filter) ? OfMachines : null) is not { } condition) return [];
        var groups = new LogGroups<Counts>(by, static () => new(), isByStart: true);
        using (var row = new RowScan(
                   database,
                   $"""
                    SELECT {groups.Columns}, state + CASE WHEN retries_1 + retries_2 + retries_3 + retries_4 > 0 THEN {RetriedMark} ELSE 0 END, sequence
                    FROM log INDEXED BY log_by_start WHERE {condition.Condition}
                    """,
                   condition.Values))
        {
            while (row.Next())
            {
                var counts = groups.Of(row);
                if (++counts.Rows % 4096 == 0) cancellationToken.ThrowIfCancellationRequested();
                var state = row.Long(First);
                if (state >= RetriedMark) counts.Retried++;
                switch ((NodeState)(state % RetriedMark))
                {
                    case NodeState.Ok:
                        counts.Ok++;
                        break;
                    case NodeState.Ko:
                        counts.Failed++;
                        counts.Last = row.Long(First + 1); // they come in the order of their starts
                        break;
                }
            }
        }

        var labels = new LogLabels(database);
        using var failures = new Failures(database);
        return [.. groups.All(labels).Select(group => new OutcomeTally(
            group.Group, group.Kept.Ok, group.Kept.Failed, group.Kept.Rows - group.Kept.Ok - group.Kept.Failed, group.Kept.Retried,
            group.Kept.Last == 0 ? null : failures.Find(group.Kept.Last)))];
    }

    private sealed class Counts
    {
        public int Rows;
        public int Ok;
        public int Failed;
        public int Retried;
        public long Last;
    }

    /// <summary>Finds failures by the numbers of their rows.</summary>
    private sealed class Failures(Database database) : IDisposable
    {
        private readonly RowScan _row = new(database, "SELECT operation, started, fault FROM log WHERE sequence = ?", [0L]);
        private readonly OperationIds _operations = new(database);

        public FailureReference Find(long sequence)
        {
            _row.Restart(sequence);
            if (!_row.Next()) throw new FormatException($"the log has no row {sequence}");
            return new(sequence, _operations.Id(_row.Long(0)), SqliteStore.Time(_row.Long(1)), _row.Text(2) is { } code ? FaultCode.Parse(code) : null);
        }

        public void Dispose()
        {
            _row.Dispose();
            _operations.Dispose();
        }
    }
}
