namespace Kadeploy.Engine.Statistics;

/// <summary>Says what makes no sense in a question; all of it at once.</summary>
internal static class QueryCheck
{
    private const StatisticsKeys AllKeys = StatisticsKeys.Cluster | StatisticsKeys.Node | StatisticsKeys.Environment | StatisticsKeys.User
        | StatisticsKeys.Kind | StatisticsKeys.Day;

    /// <summary>Checks a question about rows.</summary>
    /// <param name="query">The question.</param>
    /// <param name="mostFields">How many fields an order may have.</param>
    /// <exception cref="ConfigurationException">It makes no sense.</exception>
    public static void Check(LogQuery query, int mostFields)
    {
        var problems = Problems(query.Filter);
        if (query.Limit is <= 0) problems.Add($"a limit of {query.Limit} rows gives none; it must be at least 1");
        if (query.Sort.Length > mostFields) problems.Add($"rows can be ordered by {mostFields} fields at most, not by {query.Sort.Length}");
        foreach (var order in query.Sort)
        {
            if (!Enum.IsDefined(order.Field)) problems.Add($"rows cannot be ordered by {order.Field}");
            if (order.Step is < 1 or > 4) problems.Add($"there is no macro-step {order.Step}; they are numbered from 1 to {LogEntry.MostSteps}");
        }

        Throw(problems);
    }

    /// <summary>Checks a question about failures.</summary>
    /// <param name="filter">Its filter.</param>
    /// <param name="by">Its keys.</param>
    /// <param name="minimum">The lowest rate.</param>
    /// <exception cref="ConfigurationException">It makes no sense.</exception>
    public static void Check(StatisticsFilter filter, StatisticsKeys by, double minimum)
    {
        var problems = Problems(filter);
        AddKeys(problems, by);
        if (!(minimum is >= 0 and <= 1)) problems.Add(FormattableString.Invariant($"a failure rate lies between 0 and 1; {minimum} does not"));
        Throw(problems);
    }

    /// <summary>Checks a question about durations.</summary>
    /// <param name="query">The question.</param>
    /// <exception cref="ConfigurationException">It makes no sense.</exception>
    public static void Check(DurationQuery query)
    {
        var problems = Problems(query.Filter);
        AddKeys(problems, query.By);
        if (!Enum.IsDefined(query.Level)) problems.Add($"there is no level {query.Level}");
        if (query.Level == DurationLevel.Whole && !query.Steps.IsEmpty) problems.Add("whole operations have no steps that could be chosen");
        Throw(problems);
    }

    /// <summary>Checks a comparison.</summary>
    /// <param name="query">The question.</param>
    /// <exception cref="ConfigurationException">It makes no sense.</exception>
    public static void Check(ComparisonQuery query)
    {
        var problems = new List<string>();
        AddPeriod(problems, "the period before", query.Before.From, query.Before.Until);
        AddPeriod(problems, "the period after", query.After.From, query.After.Until);
        if (problems.Count == 0 && query.Before.From < query.After.Until && query.After.From < query.Before.Until)
            problems.Add("the two periods overlap: what happened in both cannot be told apart");
        Throw(problems);
        Check(query.Durations with { Filter = query.Durations.Filter with { From = null, Until = null } });
    }

    /// <summary>Checks a question about suspects.</summary>
    /// <param name="query">The question.</param>
    /// <exception cref="ConfigurationException">It makes no sense.</exception>
    public static void Check(SuspectQuery query)
    {
        var problems = Problems(query.Filter);
        if (query.FewestOperations < 2) problems.Add($"nothing can be said of a node after {query.FewestOperations} operations; at least 2 are needed");
        if (!(query.Significance is > 0 and < 1)) problems.Add(FormattableString.Invariant($"a probability lies between 0 and 1; {query.Significance} does not"));
        if (query.Faults < 0) problems.Add($"{query.Faults} faults cannot be shown");
        Throw(problems);
    }

    private static List<string> Problems(StatisticsFilter filter)
    {
        var problems = new List<string>();
        AddPeriod(problems, "the period", filter.From, filter.Until);
        if (filter.Nodes is { Count: 0 }) problems.Add("the list of nodes is empty");
        if (filter.MinimumRetries < 0) problems.Add($"there cannot be {filter.MinimumRetries} retries");
        foreach (var step in filter.RetrySteps)
            if (step is < 1 or > 4) problems.Add($"there is no macro-step {step}; they are numbered from 1 to {LogEntry.MostSteps}");
        if (!filter.RetrySteps.IsEmpty && filter.MinimumRetries == 0) problems.Add("macro-steps were named whose retries count, but not how many there must be");
        return problems;
    }

    private static void AddPeriod(List<string> problems, string name, DateTimeOffset? from, DateTimeOffset? until)
    {
        if (from >= until) problems.Add(FormattableString.Invariant($"{name} is empty: it begins at {from:O} and ends at {until:O}"));
    }

    private static void AddKeys(List<string> problems, StatisticsKeys by)
    {
        if ((by & ~AllKeys) != 0) problems.Add($"rows cannot be put together by {by}");
    }

    private static void Throw(List<string> problems)
    {
        if (problems.Count > 0) throw new ConfigurationException([.. problems]);
    }
}
