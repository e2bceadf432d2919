using System.Diagnostics;
using System.Globalization;
using Kadeploy.Engine.Statistics;
using Kadeploy.Engine.Stores.Sqlite;

namespace Kadeploy.Benchmarks;

/// <summary>Measures every kind of question to a large log on disk: the median of five times, and the most memory that it took.</summary>
internal static class StatisticsBenchmark
{
    private const int Runs = 5;

    /// <summary>Builds a log, asks, and prints.</summary>
    /// <param name="rows">How many rows the log has.</param>
    /// <param name="keep">The directory in which the log is kept, or looked for; null for one that is removed at the end.</param>
    /// <param name="only">What the names of questions must contain.</param>
    /// <param name="output">Receives the figures.</param>
    /// <returns>A task.</returns>
    public static async Task RunAsync(int rows, string? keep, string only, TextWriter output)
    {
        var directory = keep ?? Directory.CreateTempSubdirectory("kadeploy-statistics-benchmark-").FullName;
        try
        {
            await using var store = await SqliteStore.OpenAsync(directory, default);
            var clock = Stopwatch.StartNew();
            if (await store.Reader.RunAsync(static database => (long)database.Scalar("SELECT count(*) FROM log")!, default) == 0)
                await new LargeLog(rows).WriteAsync(store);
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"{rows:N0} rows in {directory}: built in {clock.Elapsed.TotalSeconds:0.0} s, {new DirectoryInfo(directory).EnumerateFiles().Sum(static file => file.Length) / 1e6:0} MB; "
                + $"{Environment.ProcessorCount} processors, load {Load()}"));
            await output.WriteLineAsync($"{"question",-66} {"wall s",7} {"cpu s",7} {"peak MB",8} {"answers",9}");
            var statistics = new StatisticsCatalog(store, store);
            foreach (var (name, ask) in Questions(statistics).Where(question => question.Name.Contains(only, StringComparison.Ordinal))) await MeasureAsync(name, ask, output);
            await output.WriteLineAsync($"load after: {Load()}");
        }
        finally
        {
            if (keep is null) Directory.Delete(directory, recursive: true);
        }
    }

    private static IEnumerable<(string Name, Func<Task<int>> Ask)> Questions(StatisticsCatalog statistics)
    {
        var month = new StatisticsFilter { From = LargeLog.Begin.AddDays(300).AddHours(7), Until = LargeLog.Begin.AddDays(330).AddHours(9) };
        var user = new StatisticsFilter { Users = ["user-3", "user-4", "user-5"] };
        StatisticsFilter all = new();
        yield return ("log: the latest 50", () => CountAsync(statistics.ReadLogAsync(new() { Sort = [new(LogField.Start, true)], Limit = 50 }, default)));
        yield return ("log: the latest 50 of one node", () => CountAsync(statistics.ReadLogAsync(
            new() { Sort = [new(LogField.Start, true)], Limit = 50, Filter = new() { Nodes = NodeSet.Parse("c3-17") } }, default)));
        yield return ("log: the 50 with most retries, then longest (4 fields)", () => CountAsync(statistics.ReadLogAsync(
            new() { Sort = [new(LogField.Retries, true), new(LogField.Duration, true), new(LogField.Node), new(LogField.User)], Limit = 50 }, default)));
        yield return ("log: the 50 longest first macro-steps", () => CountAsync(statistics.ReadLogAsync(new() { Sort = [new(LogField.StepDuration, true)], Limit = 50 }, default)));
        yield return ("log: one fault, 4 retries or more, 500 nodes", () => CountAsync(statistics.ReadLogAsync(
            new() { Filter = new() { Faults = [FaultCodes.NoBoot], MinimumRetries = 2, Nodes = NodeSet.Parse("c1-[1-250],c2-[1-250]") } }, default)));
        yield return ("log: a month (all its rows)", () => CountAsync(statistics.ReadLogAsync(new() { Filter = month }, default)));
        yield return ("log: first row of all, by start", () => FirstAsync(statistics.ReadLogAsync(new(), default)));
        yield return ("log: first row of all, by node", () => FirstAsync(statistics.ReadLogAsync(new() { Sort = [new(LogField.Node)] }, default)));
        yield return ("rates: by node", async () => (await statistics.GetFailureRatesAsync(all, StatisticsKeys.Node, 0, default)).Length);
        yield return ("rates: by cluster, environment and user", async () => (await statistics.GetFailureRatesAsync(
            all, StatisticsKeys.Cluster | StatisticsKeys.Environment | StatisticsKeys.User, 0, default)).Length);
        yield return ("rates: by day and node (nearly every row a group)", async () => (await statistics.GetFailureRatesAsync(all, StatisticsKeys.Day | StatisticsKeys.Node, 0, default)).Length);
        yield return ("rates: by day, node, environment, user and kind", async () => (await statistics.GetFailureRatesAsync(
            all, StatisticsKeys.Day | StatisticsKeys.Node | StatisticsKeys.Environment | StatisticsKeys.User | StatisticsKeys.Kind, 0, default)).Length);
        yield return ("rates: by node, of a month", async () => (await statistics.GetFailureRatesAsync(month, StatisticsKeys.Node, 0, default)).Length);
        yield return ("steps: by cluster", () => StepsAsync(new()));
        yield return ("steps: by cluster, of a month", () => StepsAsync(new() { Filter = month }));
        yield return ("steps: by day", () => StepsAsync(new() { By = StatisticsKeys.Day }));
        yield return ("steps: by environment (no histogram tells them)", () => StepsAsync(new() { By = StatisticsKeys.Environment }));
        yield return ("steps: by cluster, of three users", () => StepsAsync(new() { Filter = user }));
        yield return ("steps: by node, one step", () => StepsAsync(new() { By = StatisticsKeys.Node, Steps = ["Step7"] }));
        yield return ("steps: by node, all 20 steps", () => StepsAsync(new() { By = StatisticsKeys.Node }));
        yield return ("steps: macro-steps by node", () => StepsAsync(new() { By = StatisticsKeys.Node, Level = DurationLevel.MacroStep }));
        yield return ("steps: whole operations by user", () => StepsAsync(new() { By = StatisticsKeys.User, Level = DurationLevel.Whole }));
        yield return ("steps: one node, exact", () => StepsAsync(new() { Filter = new() { Nodes = NodeSet.Parse("c3-17") } }));
        yield return ("compare: two half years by cluster", () => CompareAsync(StatisticsKeys.Cluster, new(), 182));
        yield return ("compare: two weeks by node", () => CompareAsync(StatisticsKeys.Node, new(), 7));
        yield return ("suspects: 30 days", async () => (await statistics.FindSuspectsAsync(new() { Filter = new() { From = LargeLog.Begin.AddDays(335) } }, default)).Length);
        yield return ("suspects: since ever", async () => (await statistics.FindSuspectsAsync(new(), default)).Length);
        yield return ("eta: 40 nodes of a cluster and an environment", async () => (await statistics.EstimateAsync("c5", "env-3", 40, false, default))!.BasedOn);

        async Task<int> StepsAsync(DurationQuery query) => (await statistics.GetDurationsAsync(query, default)).Length;

        async Task<int> CompareAsync(StatisticsKeys by, StatisticsFilter filter, int days) => (await statistics.CompareAsync(
            new()
            {
                Before = new(LargeLog.Begin.AddDays(365 - (2 * days)), LargeLog.Begin.AddDays(365 - days)),
                After = new(LargeLog.Begin.AddDays(365 - days), LargeLog.Begin.AddDays(365)), Durations = new() { By = by, Filter = filter },
            },
            default)).Durations.Length;
    }

    private static async Task<int> CountAsync(IAsyncEnumerable<LogEntry> rows)
    {
        var count = 0;
        await foreach (var _ in rows) count++;
        return count;
    }

    private static async Task<int> FirstAsync(IAsyncEnumerable<LogEntry> rows)
    {
        await foreach (var _ in rows) return 1;
        return 0;
    }

    private static async Task MeasureAsync(string name, Func<Task<int>> ask, TextWriter output)
    {
        var (wall, cpu, peak, answers) = (new List<double>(), new List<double>(), new List<double>(), 0);
        for (var run = 0; run <= Runs; run++)
        {
            GC.Collect();
            var resting = ResetPeak();
            var before = Environment.CpuUsage.TotalTime;
            var clock = Stopwatch.StartNew();
            answers = await ask();
            var elapsed = clock.Elapsed.TotalSeconds;
            if (run == 0) continue; // compilation
            wall.Add(elapsed);
            cpu.Add((Environment.CpuUsage.TotalTime - before).TotalSeconds);
            peak.Add(Peak() - resting);
        }

        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"{name,-66} {Median(wall),7:0.000} {Median(cpu),7:0.000} {Median(peak),8:0} {answers,9}"));
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }

    /// <summary>Lets the kernel forget the most memory that the process had so far (proc(5), clear_refs).</summary>
    /// <returns>What it has now, in MB.</returns>
    private static double ResetPeak()
    {
        if (!OperatingSystem.IsLinux()) return 0;
        File.WriteAllText("/proc/self/clear_refs", "5");
        return Peak();
    }

    private static double Peak() => OperatingSystem.IsLinux()
        ? long.Parse(
            File.ReadLines("/proc/self/status").First(static line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
            CultureInfo.InvariantCulture) * 1024 / 1e6
        : double.NaN;

    private static string Load() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";
}
