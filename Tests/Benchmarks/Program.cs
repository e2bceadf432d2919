using Kadeploy.Benchmarks;
using Kadeploy.Benchmarks.Chains;

return args switch
{
    ["chain", .. var options] => await ChainBenchmark.RunAsync(options, Console.Out),
    ["engine"] => await EngineBenchmark.RunAsync(Console.Out),
    ["fold"] => Done(() => FoldBenchmark.Run(Console.Out)),
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
    Console.Error.WriteLine("usage: dotnet run -c Release --project Tests/Benchmarks -- chain|engine|fold|store");
    return 2;
}
