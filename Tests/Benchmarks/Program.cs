using Kadeploy.Benchmarks;

return args switch
{
    ["engine"] => await EngineBenchmark.RunAsync(Console.Out),
    ["fold"] => Done(() => FoldBenchmark.Run(Console.Out)),
    ["inventory"] => await DoneAsync(InventoryBenchmark.Run(Console.Out)),
    ["store"] => await DoneAsync(StoreBenchmark.Run(Console.Out)),
    _ => Usage(),
};

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
    Console.Error.WriteLine("usage: dotnet run -c Release --project Tests/Benchmarks -- engine|fold|inventory|store");
    return 2;
}
