using System.Globalization;
using Kadeploy.Engine.Statistics;

namespace Kadeploy.Engine.Stores.Sqlite.Log;

/// <summary>A filter as a condition on columns of the index <c>log_by_start</c>; users' text is in it only as bound values.</summary>
internal sealed class LogFilterSql
{
    /// <summary>How many numbers are written into the condition; more of them go into a table of their own.</summary>
    private const int MostListed = 200;

    private readonly List<string> _conditions = [];
    private readonly List<object> _values = [];

    private LogFilterSql()
    {
    }

    /// <summary>Gets what follows WHERE.</summary>
    public string Condition => string.Join(" AND ", _conditions);

    /// <summary>Gets the values of its question marks.</summary>
    public IReadOnlyList<object> Values => _values;

    /// <summary>Gets the conditions on <c>log_histograms</c>, when the filter asks for nothing that those do not tell; otherwise null.</summary>
    public LogFilterSql? OfHistograms { get; private init; }

    /// <summary>Translates a filter.</summary>
    /// <param name="database">The database, on a connection that nobody else uses.</param>
    /// <param name="filter">The filter.</param>
    /// <param name="besides">A condition of the question itself; null for none.</param>
    /// <returns>The condition; null when nothing can meet it.</returns>
    public static LogFilterSql? Of(Database database, StatisticsFilter filter, string? besides = null)
    {
        var kinds = Listed("kind", filter.Kinds.Select(static kind => (long)kind));
        var clusters = Texts(database, filter.Clusters, static (kept, wanted) => kept == wanted);
        var sql = new LogFilterSql { OfHistograms = CanBeHistograms(filter) ? new() : null };
        sql.Add("started >= ?", filter.From is { } from ? SqliteStore.Ticks(from) : long.MinValue); // without it the index could not be named
        if (filter.Until is { } until) sql.Add("started < ?", SqliteStore.Ticks(until));
        foreach (var both in new[] { sql, sql.OfHistograms }.OfType<LogFilterSql>())
        {
            both.Add("simulated = ?", filter.Simulated ? 1L : 0L);
            if (kinds is not null) both.Add(kinds);
            if (!both.AddKeys("cluster", filter.Clusters.Length, clusters)) return null;
        }

        if (!sql.AddKeys("user", filter.Users.Length, Texts(database, filter.Users, static (kept, wanted) => kept == wanted))) return null;
        if (!sql.AddKeys("environment", filter.Environments.Length, Texts(database, filter.Environments, EnvironmentText.Matches))) return null;
        if (!sql.AddNodes(database, filter.Nodes)) return null;
        if (filter.Operation is { } operation)
        {
            if (database.Scalar("SELECT key FROM operations WHERE id = $1", operation.Value) is not long key) return null;
            sql.Add("operation = ?", key);
        }

        if (!filter.Faults.IsEmpty)
            sql.Add($"fault IN ({string.Join(", ", filter.Faults.Select(static _ => "?"))})", [.. filter.Faults.Select(static code => code.ToString())]);
        sql.AddRetries(filter);
        if (besides is not null) sql.Add(besides);
        return sql;
    }

    private static bool CanBeHistograms(StatisticsFilter filter) =>
        filter is { Nodes: null, Operation: null, MinimumRetries: 0, Users.IsEmpty: true, Environments.IsEmpty: true, Faults.IsEmpty: true };

    private static string? Listed(string column, IEnumerable<long> numbers)
    {
        var list = string.Join(", ", numbers.Distinct().Select(static number => number.ToString(CultureInfo.InvariantCulture)));
        return list.Length == 0 ? null : $"{column} IN ({list})";
    }

    private static List<long> Texts(Database database, IReadOnlyList<string> wanted, Func<string, string, bool> matches) => wanted.Count == 0
        ? []
        : [.. database.Query("SELECT key, text FROM log_texts", static row => (Key: row.GetInt64(0), Text: row.GetString(1)))
            .Where(kept => wanted.Any(each => matches(kept.Text, each))).Select(static kept => kept.Key)];

    private void Add(string condition, params ReadOnlySpan<object> values)
    {
        _conditions.Add(condition);
        _values.AddRange(values);
    }

    private bool AddKeys(string column, int wanted, List<long> keys)
    {
        if (Listed(column, keys) is { } condition) Add(condition);
        return wanted == 0 || keys.Count > 0;
    }

    private bool AddNodes(Database database, NodeSet? nodes)
    {
        if (nodes is null) return true;
        var keys = nodes.Count <= MostListed
            ? nodes.Names.Select(name => database.Scalar("SELECT key FROM nodes WHERE name = $1", name.Value)).OfType<long>().ToList()
            : database.Query("SELECT key, name FROM nodes", static row => (Key: row.GetInt64(0), Name: NodeName.Parse(row.GetString(1))))
                .Where(node => nodes.Contains(node.Name)).Select(static node => node.Key).ToList();
        if (keys.Count <= MostListed) return AddKeys("node", 1, keys);
        database.Run("CREATE TEMP TABLE wanted_nodes (key INTEGER PRIMARY KEY)");
        foreach (var key in keys) database.Execute("INSERT INTO wanted_nodes (key) VALUES ($1)", key);
        Add("node IN (SELECT key FROM wanted_nodes)");
        return true;
    }

    private void AddRetries(StatisticsFilter filter)
    {
        if (filter.MinimumRetries == 0) return;
        var places = filter.RetrySteps.IsEmpty ? Enumerable.Range(1, LogEntry.MostSteps) : filter.RetrySteps;
        var conditions = places.Select(static place => string.Create(CultureInfo.InvariantCulture, $"retries_{place} >= ?")).ToList();
        Add(
            $"({string.Join(filter.RetrySteps.IsEmpty ? " OR " : " AND ", conditions)})",
            [.. conditions.Select(_ => (object)(long)filter.MinimumRetries)]);
    }
}
