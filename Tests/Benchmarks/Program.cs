using System.Globalization;
using Kadeploy.Benchmarks;
using Kadeploy.Benchmarks.Chains;

return args switch
{
    ["chain", .. var options] => await ChainBenchmark.RunAsync(options, Console.Out),
    ["chain-server", .. var options] => await RulerServer.RunAsync(options, Console.Out),
    ["engine"] => await EngineBenchmark.RunAsync(Console.Out),
    ["fold"] => Done(() => FoldBenchmark.Run(Console.Out)),
    ["inventory"] => await DoneAsync(InventoryBenchmark.Run(Console.Out)),
    ["store"] => await DoneAsync(StoreBenchmark.Run(Console.Out)),
    ["statistics", .. var options] when int.TryParse(Option(options, "--rows", "1000000"), NumberStyles.None, CultureInfo.InvariantCulture, out var rows) && rows > 0 =>
        await DoneAsync(StatisticsBenchmark.RunAsync(rows, Option(options, "--keep", null), Option(options, "--only", "")!, Console.Out)),
    ["writers", .. var options] when int.TryParse(Option(options, "--changes", "10000"), NumberStyles.None, CultureInfo.InvariantCulture, out var changes) && changes > 1 =>
        await WritersBenchmark.RunAsync(changes, Console.Out),
    ["writer", var directory, var writer, var steps] => await DoneAsync(WritersBenchmark.WriteAsync(directory, writer, int.Parse(steps, CultureInfo.InvariantCulture))),
    _ => Usage(),
};

static string? Option(string[] options, string name, string? byDefault) =>
    Array.IndexOf(options, name) is var at and >= 0 && at + 1 < options.Length ? options[at + 1] : byDefault;

static int Done(Action benchmark)
{
    benchmark();
    return 0;
}

static async Task<int> DoneAsync(Task benchmark)
{
    await benchmark;
    return 0;
}

static int Usage()
{
    Console.Error.WriteLine("usage: dotnet run -c Release --project Tests/Benchmarks -- chain|engine|fold|inventory|store|statistics [--rows N] [--keep DIR] [--only TEXT]|writers [--changes N]");
    return 2;
}
