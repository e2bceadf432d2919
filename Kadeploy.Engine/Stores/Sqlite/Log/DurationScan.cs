namespace Kadeploy.Engine.Stores.Sqlite.Log;

/// <summary>Counts durations: of few rows exactly, of many from the histograms of days, or from the rows when those do not tell enough.</summary>
internal sealed class DurationScan
{
    private readonly DurationQuery _query;
    private readonly bool[] _wanted; // by the step's number

    /// <summary>Finds what is asked for.</summary>
    /// <param name="database">The database.</param>
    /// <param name="query">What.</param>
    public DurationScan(Database database, DurationQuery query)
    {
        _query = query;
        var labels = new LogLabels(database);
        _wanted = new bool[labels.Steps.Keys.Append(LogNames.WholeStep).Max() + 1];
        if (query.Level == DurationLevel.Whole) _wanted[LogNames.WholeStep] = true;
        foreach (var (key, step) in labels.Steps)
            _wanted[key] = step.MicroStep is null == (query.Level == DurationLevel.MacroStep) && query.Level != DurationLevel.Whole && IsNamed(step);
    }

    /// <summary>Gets the column that has the durations: that of the whole is in the index.</summary>
    private string Durations => IsWhole ? $"CASE state WHEN {(int)NodeState.Ok} THEN duration ELSE -1 END" : "durations";

    private bool IsWhole => _query.Level == DurationLevel.Whole;

    /// <summary>Counts, unless there are many rows that have to be gone through.</summary>
    /// <param name="database">The database, in a transaction.</param>
    /// <param name="mostExactRows">As in <see cref="IStatisticsStore.MostExactRows"/>.</param>
    /// <returns>What the rows took; null when they have to be gone through.</returns>
    public LogGroups<StepTallies>? TryCount(Database database, int mostExactRows)
    {
        var groups = Groups(exact: true);
        if (!_wanted.Contains(true) || LogFilterSql.Of(database, _query.Filter) is not { } condition) return groups;
        if (FindFew(database, condition, mostExactRows) is { } few)
        {
            AddRows(database, groups, few);
            return groups;
        }

        groups = Groups(exact: false);
        return TryAddHistograms(database, groups, condition, mostExactRows) ? groups : null;
    }

    /// <summary>Cuts what has to be gone through into slices.</summary>
    /// <param name="database">The database, in a transaction, on a connection that nobody else uses.</param>
    /// <param name="most">How many there may be.</param>
    /// <param name="fewestRows">About how many rows are worth one.</param>
    /// <returns>The slices, at least one.</returns>
    public IReadOnlyList<LogSlice> Cut(Database database, int most, int fewestRows) =>
        IsWhole ? LogSlice.CutByStart(database, _query.Filter, most, fewestRows) : LogSlice.CutByRow(database, _query.Filter, most, fewestRows);

    /// <summary>Goes through a slice: through the index where that is enough, otherwise through the table itself, in the order in which it lies on the disk.</summary>
    /// <param name="database">The database, in a transaction.</param>
    /// <param name="slice">The slice.</param>
    /// <param name="cancellationToken">Ends the counting.</param>
    /// <returns>What its rows took.</returns>
    public LogGroups<StepTallies> Count(Database database, LogSlice slice, CancellationToken cancellationToken)
    {
        var groups = Groups(exact: false);
        if (LogFilterSql.Of(database, slice.Filter) is not { } condition) return groups;
        using var row = new RowScan(
            database,
            $"""
             SELECT {groups.Columns}, {Durations} FROM log {(IsWhole ? "INDEXED BY log_by_start" : "NOT INDEXED")}
             WHERE sequence BETWEEN ? AND ? AND {condition.Condition}
             """,
            [slice.First, slice.Last, .. condition.Values]);
        for (var rows = 1; row.Next(); rows++)
        {
            if (rows % 4096 == 0) cancellationToken.ThrowIfCancellationRequested();
            Add(groups, row);
        }

        return groups;
    }

    /// <summary>Names what was counted.</summary>
    /// <param name="labels">The names.</param>
    /// <param name="groups">The counts.</param>
    /// <returns>The tallies.</returns>
    public static IReadOnlyList<StepTally> Tally(LogLabels labels, LogGroups<StepTallies> groups)
    {
        var result = new List<StepTally>();
        foreach (var (group, tallies) in groups.All(labels))
            foreach (var (step, failed, durations) in tallies.All())
                result.Add(new(group, step == LogNames.WholeStep ? null : labels.Step(step), Order(step), failed, durations));
        return result;

        // Macro-steps in their order, within them in the order in which nodes first did them.
        long Order(int step) => step == LogNames.WholeStep ? -1 : ((long)labels.Step(step).MacroStep << 32) + step;
    }

    private LogGroups<StepTallies> Groups(bool exact) => new(_query.By, () => new(_wanted.Length, exact));

    private bool IsNamed(LoggedStep step) => _query.Steps.IsEmpty || _query.Steps.Any(name =>
        string.Equals(name, step.MacroStep.ToString(), StringComparison.OrdinalIgnoreCase)
        || string.Equals(name, step.Instance.Value, StringComparison.OrdinalIgnoreCase)
        || string.Equals(name, step.MicroStep?.Value, StringComparison.OrdinalIgnoreCase)
        || string.Equals(name, step.ToString(), StringComparison.OrdinalIgnoreCase));

    /// <summary>Finds the rows when they are few.</summary>
    private static List<long>? FindFew(Database database, LogFilterSql condition, int mostExactRows)
    {
        var found = new List<long>();
        using var row = new RowScan(
            database,
            $"SELECT sequence FROM log INDEXED BY log_by_start WHERE {condition.Condition} LIMIT {mostExactRows + 1}", condition.Values);
        while (row.Next()) found.Add(row.Long(0));
        if (found.Count > mostExactRows) return null;
        found.Sort(); // so that pages are read one after the other
        return found;
    }

    private void AddRows(Database database, LogGroups<StepTallies> groups, List<long> sequences)
    {
        using var row = new RowScan(database, $"SELECT {groups.Columns}, {Durations} FROM log WHERE sequence = ?", [0L]);
        foreach (var sequence in sequences)
        {
            row.Restart(sequence);
            if (row.Next()) Add(groups, row);
        }
    }

    /// <summary>Takes whole days from their histograms, and the rows of the days in which the period begins and ends.</summary>
    /// <returns>False when histograms do not tell enough.</returns>
    private bool TryAddHistograms(Database database, LogGroups<StepTallies> groups, LogFilterSql condition, int mostExactRows)
    {
        if (condition.OfHistograms is not { } ofHistograms || (_query.By & ~(StatisticsKeys.Cluster | StatisticsKeys.Kind | StatisticsKeys.Day)) != 0) return false;
        var (from, until) = (_query.Filter.From, _query.Filter.Until);
        var firstDay = from is { } beginning ? -HistogramChanges.DayOf(-SqliteStore.Ticks(beginning)) : long.MinValue / TimeSpan.TicksPerDay;
        var endDay = until is { } end ? HistogramChanges.DayOf(SqliteStore.Ticks(end)) : long.MaxValue / TimeSpan.TicksPerDay;
        if (firstDay > endDay) return false; // within one day
        var (firstTick, endTick) = (firstDay * TimeSpan.TicksPerDay, endDay * TimeSpan.TicksPerDay);
        string edges = $"{condition.Condition} AND (started < ? OR started >= ?)";
        if (from is not null || until is not null)
        {
            using var count = new RowScan(
                database, $"SELECT count(*) FROM (SELECT 1 FROM log INDEXED BY log_by_start WHERE {edges} LIMIT {mostExactRows + 1})",
                [.. condition.Values, firstTick, endTick]);
            if (!count.Next() || count.Long(0) > mostExactRows) return false;
            using var row = new RowScan(
                database, $"SELECT {groups.Columns}, {Durations} FROM log INDEXED BY log_by_start WHERE {edges}", [.. condition.Values, firstTick, endTick]);
            while (row.Next()) Add(groups, row);
        }

        using var day = new RowScan(
            database,
            $"""
             SELECT day, kind, cluster, step, count, failed, total, minimum, maximum, bins FROM log_histograms
             WHERE day >= ? AND day < ? AND {ofHistograms.Condition}
             """,
            [firstDay, endDay, .. ofHistograms.Values]);
        while (day.Next())
        {
            var step = (int)day.Long(3);
            if (step >= _wanted.Length || !_wanted[step]) continue;
            groups.Of(day.Long(0), day.Long(1), day.Long(2)).Add(
                step, day.Long(5), day.Long(4), day.Long(6), (int)day.Long(7), (int)day.Long(8), HistogramBins.Read(day.Bytes(9)));
        }

        return true;
    }

    private void Add(LogGroups<StepTallies> groups, RowScan row)
    {
        var tallies = groups.Of(row);
        if (!IsWhole) tallies.Add(row.Bytes(LogGroups<StepTallies>.ColumnCount), _wanted);
        else if (row.Long(LogGroups<StepTallies>.ColumnCount) is var duration and >= 0) tallies.Add(LogNames.WholeStep, NodeTrack.Milliseconds(duration));
    }
}
