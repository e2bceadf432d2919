using Kadeploy.Engine.Statistics;

namespace Kadeploy.Engine.Stores.Sqlite.Log;

/// <summary>Counts what the latest nodes took that ended well.</summary>
internal static class RecentScan
{
    /// <summary>Counts.</summary>
    /// <param name="database">The database, in a transaction.</param>
    /// <param name="recent">Which nodes.</param>
    /// <returns>Exact tallies.</returns>
    public static RecentTally Run(Database database, RecentQuery recent)
    {
        var whole = new DurationTally(exact: true);
        var labels = new LogLabels(database);
        var wanted = new bool[labels.Steps.Keys.Append(LogNames.WholeStep).Max() + 1];
        foreach (var (key, step) in labels.Steps) wanted[key] = step.MicroStep is not null;
        var tallies = new StepTallies(wanted.Length, exact: true);
        long? latest = null;
        var found = Find(database, recent);
        using (var row = new RowScan(database, "SELECT started, duration, durations FROM log WHERE sequence = ?", [0L]))
        {
            foreach (var sequence in found)
            {
                row.Restart(sequence);
                if (!row.Next()) continue;
                latest = Math.Max(latest ?? long.MinValue, row.Long(0));
                whole.Add(NodeTrack.Milliseconds(row.Long(1)));
                tallies.Add(row.Bytes(2), wanted);
            }
        }

        var group = new StatisticsGroup { Cluster = recent.Cluster };
        return new(
            found.Count, latest is { } at ? SqliteStore.Time(at) : null, whole,
            [.. tallies.All().Select(each => new StepTally(group, labels.Step(each.Step), each.Step, each.Failed, each.Durations))
                .OrderBy(static each => each.Step!.MacroStep).ThenBy(static each => each.Order)]);
    }

    private static List<long> Find(Database database, RecentQuery recent)
    {
        var filter = new StatisticsFilter
        {
            Kinds = [recent.Kind], Simulated = recent.Simulated, Clusters = [recent.Cluster], Until = recent.Before,
            Environments = recent.Environment is { } environment ? [environment] : [],
        };
        var found = new List<long>();
        if (LogFilterSql.Of(database, filter) is not { } condition) return found;
        using var row = new RowScan(
            database,
            $"""
             SELECT sequence FROM log INDEXED BY log_by_start WHERE {condition.Condition} AND state = {(int)NodeState.Ok}
             ORDER BY started DESC LIMIT ?
             """,
            [.. condition.Values, (long)recent.Limit]);
        while (row.Next()) found.Add(row.Long(0));
        found.Sort();
        return found;
    }
}
