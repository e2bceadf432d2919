using System.Globalization;
using Kadeploy.Benchmarks;

return args switch
{
    ["engine"] => await EngineBenchmark.RunAsync(Console.Out),
    ["fold"] => Done(() => FoldBenchmark.Run(Console.Out)),
    ["inventory"] => await DoneAsync(InventoryBenchmark.Run(Console.Out)),
    ["store"] => await DoneAsync(StoreBenchmark.Run(Console.Out)),
    ["statistics", .. var options] when int.TryParse(Option(options, "--rows", "1000000"), NumberStyles.None, CultureInfo.InvariantCulture, out var rows) && rows > 0 =>
        await DoneAsync(StatisticsBenchmark.RunAsync(rows, Option(options, "--keep", null), Option(options, "--only", "")!, Console.Out)),
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
    Console.Error.WriteLine("usage: dotnet run -c Release --project Tests/Benchmarks -- engine|fold|inventory|store|statistics [--rows N] [--keep DIR] [--only TEXT]");
    return 2;
}
