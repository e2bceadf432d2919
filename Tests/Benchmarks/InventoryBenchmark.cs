using System.Diagnostics;
using System.Globalization;
using Kadeploy.Engine;
using Kadeploy.Engine.Configuration;
using Kadeploy.Engine.Stores.Sqlite;
using Kadeploy.TestKit;

namespace Kadeploy.Benchmarks;

/// <summary>Measures the inventory: ten thousand nodes behind a long journal, and what keeping their states costs the journal.</summary>
internal static class InventoryBenchmark
{
    private const int Nodes = 10_000;
    private const int Operations = 10;
    private const int Runs = 5;

    /// <summary>Runs all measurements in a directory of its own.</summary>
    /// <param name="output">Where the figures go.</param>
    /// <returns>A task.</returns>
    public static async Task Run(TextWriter output)
    {
        var directory = Directory.CreateTempSubdirectory("kadeploy-inventory-benchmark-").FullName;
        try
        {
            var (events, real, simulated) = await FillAsync(Path.Combine(directory, "state"));
            await WriteAsync(output, $"{events} events of {Operations} operations on {Nodes} nodes: append {real:0.00} µs an event, {simulated:0.00} µs where no states are kept");
            await MeasureAsync(directory, output);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task MeasureAsync(string directory, TextWriter output)
    {
        var file = Path.Combine(directory, "kadeploy.yml");
        await File.WriteAllTextAsync(file, "server: { address: 10.0.0.1 }\n");
        var options = new EngineOptions { StateDirectory = Path.Combine(directory, "state"), Site = SiteReader.ReadOutline(file) };
        await using var host = await EngineHost.OpenCatalogsAsync(options, default);
        var inventory = host.Catalogs.Nodes;
        await inventory.ImportClustersAsync([new("-", "name: sample\npartitioning: { block_device: /dev/sda, partitions: { deploy: 3 } }\n")], false, "root", default);
        var list = "name,cluster,address,macs,tags\r\n" + string.Concat(Enumerable.Range(1, Nodes).Select(static i => string.Create(
            CultureInfo.InvariantCulture, $"node-{i},sample,10.{i / 65536}.{i / 256 % 256}.{i % 256},5254{i:x8},rack=r{i / 40} b\r\n")));
        await WriteAsync(output, $"import of {Nodes} nodes (CSV): {await OnceAsync(() => inventory.ImportAsync([new("-", list)], NodeListFormat.Csv, false, "root", default)):0} ms");
        await WriteAsync(output, $"import again, all unchanged: {await MedianAsync(() => inventory.ImportAsync([new("-", list)], NodeListFormat.Csv, false, "root", default)):0} ms");
        await WriteAsync(output, $"list of {Nodes} nodes with their states: {await MedianAsync(() => inventory.ListAsync(new(), default)):0} ms");
        await WriteAsync(output, $"one node: {await MedianAsync(() => inventory.FindAsync(NodeName.Parse("node-77"), default)):0.0} ms");
        await WriteAsync(output, $"export (YAML): {await MedianAsync(() => inventory.ExportAsync(new(), NodeListFormat.Yaml, default)):0} ms");
        await WriteAsync(output, $"what an engine reads at its start: {await MedianAsync(() => EngineHost.JoinSiteAsync(SiteReader.Read(file), options.StateDirectory, default)):0} ms");
    }

    private static async Task<(int Events, double Real, double Simulated)> FillAsync(string directory)
    {
        await using var store = await SqliteStore.OpenAsync(directory, default);
        var engine = new EngineId(Guid.NewGuid());
        await store.RegisterEngineAsync(engine, DateTimeOffset.MaxValue, default);
        var (count, real) = await AppendAsync(store, engine, simulated: false, Operations);
        var (other, simulated) = await AppendAsync(store, engine, simulated: true, 2);
        return (count + other, real, simulated);
    }

    private static async Task<(int Count, double PerEvent)> AppendAsync(SqliteStore store, EngineId engine, bool simulated, int operations)
    {
        var (count, time) = (0, TimeSpan.Zero);
        for (var operation = 0; operation < operations; operation++)
        {
            var plan = SamplePlans.Small(Nodes, simulated: simulated);
            await store.CreateOperationAsync(plan, engine, SamplePlans.PlannedAt, default);
            foreach (var batch in Events(plan).Chunk(2_000))
            {
                var clock = Stopwatch.StartNew();
                await store.AppendAsync(engine, batch, default);
                time += clock.Elapsed;
                count += batch.Length;
            }
        }

        return (count, time.TotalMicroseconds / count);
    }

    private static IEnumerable<OperationEvent> Events(OperationPlan plan)
    {
        var (steps, nodes) = (SampleEvents.Steps(plan), plan.Clusters[0].Nodes.Select(static node => node.Name).ToList());
        foreach (var node in nodes) yield return new OperationEvent.NodeLeased { Operation = plan.Operation, At = plan.PlannedAt, Node = node };
        foreach (var step in steps.Concat(steps).Concat(steps))
        {
            foreach (var node in nodes)
            {
                yield return new OperationEvent.StepStarted { Operation = plan.Operation, At = plan.PlannedAt, Node = node, Step = step, InstanceAttempt = 1, Attempt = 1 };
                yield return new OperationEvent.StepSucceeded
                {
                    Operation = plan.Operation, At = plan.PlannedAt, Node = node, Step = step, InstanceAttempt = 1, Attempt = 1, Duration = TimeSpan.FromSeconds(1),
                };
            }
        }

        foreach (var node in nodes) yield return SampleEvents.NodeFinished(plan, node) with { Facts = new() { ImageDigest = new('d', 64) } };
        yield return SampleEvents.Finished(plan, new(Ok: nodes.Count));
    }

    private static async Task<double> OnceAsync(Func<Task> work)
    {
        var clock = Stopwatch.StartNew();
        await work();
        return clock.Elapsed.TotalMilliseconds;
    }

    private static async Task<double> MedianAsync(Func<Task> work)
    {
        var times = new List<double>();
        for (var run = 0; run < Runs; run++) times.Add(await OnceAsync(work));
        return times.Order().ElementAt(Runs / 2);
    }

    private static Task WriteAsync(TextWriter output, FormattableString line) => output.WriteLineAsync("inventory: " + FormattableString.Invariant(line));
}
