using System.Diagnostics;
using System.Globalization;
using Kadeploy.Engine.Stores.Sqlite;
using Kadeploy.TestKit;

namespace Kadeploy.Benchmarks;

/// <summary>Measures the journal: appending in large and in small batches, and reading back.</summary>
internal static class StoreBenchmark
{
    private const int Events = 200_000;
    private const int Nodes = 5_000;
    private const int Runs = 3;

    /// <summary>Runs all measurements in a directory of its own, on the disk that holds temporary files.</summary>
    /// <param name="output">Where the figures go.</param>
    /// <returns>A task.</returns>
    public static async Task Run(TextWriter output)
    {
        foreach (var batch in new[] { 2_000, 2 })
        {
            var runs = new List<Figures>();
            for (var run = 0; run < Runs; run++) runs.Add(await MeasureAsync(batch));
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"store: {Events} events in batches of {batch}: append {Median(runs, static r => r.Append):0.0} µs, read {Median(runs, static r => r.Read):0.0} µs, "
                + $"{Median(runs, static r => r.Bytes):0} bytes on disk per event (medians of {Runs})"));
        }
    }

    private static async Task<Figures> MeasureAsync(int batch)
    {
        var directory = Directory.CreateTempSubdirectory("kadeploy-store-benchmark-").FullName;
        try
        {
            var plan = SamplePlans.Small(Nodes);
            var engine = new EngineId(Guid.NewGuid());
            double append, read;
            await using (var store = await SqliteStore.OpenAsync(directory, default))
            {
                await store.RegisterEngineAsync(engine, DateTimeOffset.MaxValue, default);
                await store.CreateOperationAsync(plan, engine, SamplePlans.PlannedAt, default);
                var batches = Attempts(plan).Take(Events).Chunk(batch).ToArray();
                var clock = Stopwatch.StartNew();
                foreach (var events in batches) await store.AppendAsync(engine, events, default);
                append = clock.Elapsed.TotalMicroseconds / Events;

                clock.Restart();
                var count = 0;
                await foreach (var happened in store.ReadEventsAsync(plan.Operation, 0, default)) count++;
                read = clock.Elapsed.TotalMicroseconds / Events;
                if (count != Events) throw new InvalidOperationException($"{count} events came back of {Events}");
            }

            return new(append, read, new DirectoryInfo(directory).EnumerateFiles().Sum(static file => file.Length) / (double)Events);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>Gives the events of a deployment without end: each node starts and succeeds in each step, again and again.</summary>
    private static IEnumerable<OperationEvent> Attempts(OperationPlan plan)
    {
        var steps = plan.Clusters[0].MacroSteps.SelectMany(static m => m.Instances).SelectMany(static i => i.MicroSteps).Select(static m => m.Step).ToArray();
        for (var attempt = 1; ; attempt++)
        {
            foreach (var step in steps)
            {
                foreach (var node in plan.Clusters[0].Nodes)
                {
                    yield return new OperationEvent.StepStarted
                    {
                        Operation = plan.Operation, At = plan.PlannedAt, Node = node.Name, Step = step, InstanceAttempt = 1, Attempt = attempt,
                    };
                    yield return new OperationEvent.StepSucceeded
                    {
                        Operation = plan.Operation, At = plan.PlannedAt, Node = node.Name, Step = step, InstanceAttempt = 1, Attempt = attempt,
                        Duration = TimeSpan.FromMilliseconds(1234),
                    };
                }
            }
        }
    }

    private static double Median(List<Figures> runs, Func<Figures, double> figure) => runs.Select(figure).Order().ElementAt(runs.Count / 2);

    private sealed record Figures(double Append, double Read, double Bytes);
}
