namespace Kadeploy.Engine.Stores.Sqlite.Log;

/// <summary>Counts durations: of few rows exactly, of many from the histograms of days, or from the rows when those do not tell enough.</summary>
internal sealed class DurationScan
{
    private readonly Database _database;
    private readonly DurationQuery _query;
    private readonly LogLabels _labels;
    private readonly bool[] _wanted; // by the step's number
    private readonly int _mostExactRows;
    private readonly CancellationToken _cancellationToken;
    private long _rows;

    private DurationScan(Database database, DurationQuery query, int mostExactRows, CancellationToken cancellationToken)
    {
        (_database, _query, _mostExactRows, _cancellationToken) = (database, query, mostExactRows, cancellationToken);
        _labels = new(database);
        _wanted = new bool[_labels.Steps.Keys.Append(LogNames.WholeStep).Max() + 1];
        if (query.Level == DurationLevel.Whole) _wanted[LogNames.WholeStep] = true;
        foreach (var (key, step) in _labels.Steps)
            _wanted[key] = step.MicroStep is null == (query.Level == DurationLevel.MacroStep) && query.Level != DurationLevel.Whole && IsNamed(step);
    }

    /// <summary>Gets the column that has the durations: that of the whole is in the index.</summary>
    private string Durations => _query.Level == DurationLevel.Whole ? $"CASE state WHEN {(int)NodeState.Ok} THEN duration ELSE -1 END" : "durations";

    /// <summary>Counts.</summary>
    /// <param name="database">The database, in a transaction.</param>
    /// <param name="query">What.</param>
    /// <param name="mostExactRows">As in <see cref="IStatisticsStore.MostExactRows"/>.</param>
    /// <param name="cancellationToken">Ends the counting.</param>
    /// <returns>The tallies.</returns>
    public static IReadOnlyList<StepTally> Run(Database database, DurationQuery query, int mostExactRows, CancellationToken cancellationToken)
    {
        if (LogFilterSql.Of(database, query.Filter) is not { } condition) return [];
        var scan = new DurationScan(database, query, mostExactRows, cancellationToken);
        if (!scan._wanted.Contains(true)) return [];
        var few = scan.FindFew(condition);
        var groups = new LogGroups<StepTallies>(query.By, () => new(scan._wanted.Length, exact: few is not null));
        if (few is not null) scan.AddRows(groups, few);
        else if (!scan.TryAddHistograms(groups, condition)) scan.AddMany(groups, condition);
        return scan.Result(groups);
    }

    private bool IsNamed(LoggedStep step) => _query.Steps.IsEmpty || _query.Steps.Any(name =>
        string.Equals(name, step.MacroStep.ToString(), StringComparison.OrdinalIgnoreCase)
        || string.Equals(name, step.Instance.Value, StringComparison.OrdinalIgnoreCase)
        || string.Equals(name, step.MicroStep?.Value, StringComparison.OrdinalIgnoreCase)
        || string.Equals(name, step.ToString(), StringComparison.OrdinalIgnoreCase));

    /// <summary>Finds the rows when they are few.</summary>
    private List<long>? FindFew(LogFilterSql condition)
    {
        var found = new List<long>();
        using var row = new RowScan(
            _database,
            $"SELECT sequence FROM log INDEXED BY log_by_start WHERE {condition.Condition} LIMIT {_mostExactRows + 1}", condition.Values);
        while (row.Next()) found.Add(row.Long(0));
        if (found.Count > _mostExactRows) return null;
        found.Sort(); // so that pages are read one after the other
        return found;
    }

    private void AddRows(LogGroups<StepTallies> groups, List<long> sequences)
    {
        using var row = new RowScan(_database, $"SELECT {groups.Columns}, {Durations} FROM log WHERE sequence = ?", [0L]);
        foreach (var sequence in sequences)
        {
            row.Restart(sequence);
            if (row.Next()) Add(groups, row);
        }
    }

    /// <summary>Takes whole days from their histograms, and the rows of the days in which the period begins and ends.</summary>
    /// <returns>False when histograms do not tell enough.</returns>
    private bool TryAddHistograms(LogGroups<StepTallies> groups, LogFilterSql condition)
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
                _database, $"SELECT count(*) FROM (SELECT 1 FROM log INDEXED BY log_by_start WHERE {edges} LIMIT {_mostExactRows + 1})",
                [.. condition.Values, firstTick, endTick]);
            if (!count.Next() || count.Long(0) > _mostExactRows) return false;
            using var row = new RowScan(
                _database, $"SELECT {groups.Columns}, {Durations} FROM log INDEXED BY log_by_start WHERE {edges}", [.. condition.Values, firstTick, endTick]);
            while (row.Next()) Add(groups, row);
        }

        using var day = new RowScan(
            _database,
            $"""
             SELECT day, kind, cluster, step, count, failed, total, minimum, maximum, bins FROM log_histograms
             WHERE day >= ? AND day < ? AND {ofHistograms.Condition}
             """,
            [firstDay, endDay, .. ofHistograms.Values]);
        while (day.Next())
        {
            var step = (int)day.Long(3);
            if (step >= _wanted.Length || !_wanted[step]) continue;
            Count();
            groups.Of(day.Long(0), day.Long(1), day.Long(2)).Add(
                step, day.Long(5), day.Long(4), day.Long(6), (int)day.Long(7), (int)day.Long(8), HistogramBins.Read(day.Bytes(9)));
        }

        return true;
    }

    /// <summary>Goes through the index where that is enough, otherwise through the table itself, in the order in which it lies on the disk.</summary>
    private void AddMany(LogGroups<StepTallies> groups, LogFilterSql condition)
    {
        if (_query.Level == DurationLevel.Whole)
        {
            using var entry = new RowScan(
                _database, $"SELECT {groups.Columns}, {Durations} FROM log INDEXED BY log_by_start WHERE {condition.Condition}", condition.Values);
            while (entry.Next()) Add(groups, entry);
            return;
        }

        var (first, last) = (long.MinValue, long.MaxValue);
        if (_query.Filter.From is not null || _query.Filter.Until is not null)
        {
            // Rows lie in the order of their ends, which is nearly that of their starts.
            using var bounds = new RowScan(
                _database, $"SELECT min(sequence), max(sequence) FROM log INDEXED BY log_by_start WHERE {condition.Condition}", condition.Values);
            if (bounds.Next()) (first, last) = (bounds.Long(0), bounds.Long(1));
        }

        using var row = new RowScan(
            _database, $"SELECT {groups.Columns}, {Durations} FROM log NOT INDEXED WHERE sequence BETWEEN ? AND ? AND {condition.Condition}",
            [first, last, .. condition.Values]);
        while (row.Next()) Add(groups, row);
    }

    private void Add(LogGroups<StepTallies> groups, RowScan row)
    {
        Count();
        var tallies = groups.Of(row);
        if (_query.Level != DurationLevel.Whole) tallies.Add(row.Bytes(LogGroups<StepTallies>.ColumnCount), _wanted);
        else if (row.Long(LogGroups<StepTallies>.ColumnCount) is var duration and >= 0) tallies.Add(LogNames.WholeStep, NodeTrack.Milliseconds(duration));
    }

    private void Count()
    {
        if (++_rows % 4096 == 0) _cancellationToken.ThrowIfCancellationRequested();
    }

    private List<StepTally> Result(LogGroups<StepTallies> groups)
    {
        var result = new List<StepTally>();
        foreach (var (group, tallies) in groups.All(_labels))
            foreach (var (step, failed, durations) in tallies.All())
                result.Add(new(group, step == LogNames.WholeStep ? null : _labels.Step(step), Order(step), failed, durations));
        return result;
    }

    /// <summary>Gives a step's place: macro-steps in their order, within them in the order in which nodes first did them.</summary>
    private long Order(int step) => step == LogNames.WholeStep ? -1 : ((long)_labels.Step(step).MacroStep << 32) + step;
}
