using Kadeploy.Engine.Statistics;

namespace Kadeploy.Engine.Stores.Sqlite.Log;

/// <summary>Counts how nodes ended.</summary>
internal static class OutcomeScan
{
    private const int First = LogGroups<OutcomeCounts.Counts>.ColumnCount;
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
    /// <param name="slice">Which rows.</param>
    /// <param name="by">By what they are put together.</param>
    /// <param name="cancellationToken">Ends the counting.</param>
    /// <returns>The counts.</returns>
    public static OutcomeCounts Run(Database database, LogSlice slice, StatisticsKeys by, CancellationToken cancellationToken)
    {
        var found = new OutcomeCounts(by);
        if (LogFilterSql.Of(database, slice.Filter, MachineRows.AreMeant(slice.Filter) ? OfMachines : null) is not { } condition) return found;
        var latest = new List<Failure>(); // of each group that has any
        using var row = new RowScan(
            database,
            $"""
             SELECT {found.Groups.Columns}, state + CASE WHEN retries_1 + retries_2 + retries_3 + retries_4 > 0 THEN {RetriedMark} ELSE 0 END,
               {OfFailed("sequence")}, {OfFailed("operation")}, {OfFailed("started")}, {OfFailed("fault")}
             FROM log INDEXED BY log_by_start WHERE {condition.Condition} AND sequence BETWEEN ? AND ?
             """,
            [.. condition.Values, slice.First, slice.Last]);
        for (var rows = 1; row.Next(); rows++)
        {
            if (rows % 4096 == 0) cancellationToken.ThrowIfCancellationRequested();
            ref var counts = ref found.Groups.Of(row);
            counts.Rows++;
            var state = row.Long(First);
            if (state >= RetriedMark) counts.Retried++;
            switch ((NodeState)(state % RetriedMark))
            {
                case NodeState.Ok:
                    counts.Ok++;
                    break;
                case NodeState.Ko:
                    if (counts.Failed++ == 0) counts.Last = latest.Count;
                    if (counts.Last == latest.Count) latest.Add(default);
                    latest[counts.Last] = new(row.Long(First + 1), row.Long(First + 2), row.Long(First + 3), row.Text(First + 4)); // they come in the order of their starts
                    break;
            }
        }

        using var operations = new OperationIds(database);
        found.Failures.AddRange(latest.Select(failure => failure.Refer(operations)));
        return found;
    }

    // What is not needed is not taken apart.
    private static string OfFailed(string column) => $"CASE state WHEN {(int)NodeState.Ko} THEN {column} END";

    /// <summary>A failure as its row has it.</summary>
    private readonly record struct Failure(long Sequence, long Operation, long Start, string? Fault)
    {
        public FailureReference Refer(OperationIds operations) =>
            new(Sequence, operations.Id(Operation), SqliteStore.Time(Start), Fault is null ? null : FaultCode.Parse(Fault));
    }
}
