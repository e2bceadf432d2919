using System.Diagnostics;
using System.Globalization;

namespace Kadeploy.Benchmarks;

/// <summary>Measures how long folding 100,000 names takes, from names in a list to folded text.</summary>
public static class FoldBenchmark
{
    private const int Count = 100_000;
    private const int Runs = 11;

    /// <summary>Folds several kinds of names and prints the median times in milliseconds.</summary>
    /// <param name="output">Receives a line for each kind of names.</param>
    public static void Run(TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.WriteLine($"Folding {Count:N0} names, median of {Runs} runs (and the fastest of set + fold, which a busy machine disturbs least)");
        output.WriteLine($"{"names",-32} {"set + fold",12} {"fold alone",12} {"fastest",12} {"entries",10}");
        foreach (var (title, names) in Kinds()) Measure(output, title, [.. names.Select(static name => NodeName.Parse(name))]);
    }

    private static IEnumerable<(string Title, IEnumerable<string> Names)> Kinds()
    {
        var random = new Random(20);
        var all = Enumerable.Range(1, Count).ToArray();
        yield return ("node-[1-100000].site", all.Select(static i => $"node-{i}.site"));
        yield return ("the same, shuffled", Shuffled(all.Select(static i => $"node-{i}.site"), random));
        yield return ("every other number, padded", all.Select(static i => $"node-{2 * i:000000}.site"));
        yield return ("r[01-50]-c[01-20]-n[1-100]", all.Select(static i => $"r{(i - 1) / 2000 + 1:00}-c{(i - 1) / 100 % 20 + 1:00}-n{(i - 1) % 100 + 1}"));
        yield return ("the same, 1 in 10 missing", Enumerable.Range(0, 2 * Count)
            .Where(static i => i * 7919L % 1009 % 10 != 3).Take(Count).Select(static i => $"r{i / 2000 + 1:00}-c{i / 100 % 20 + 1:00}-n{i % 100 + 1}"));
        yield return ("500 clusters at 20 sites", all.Select(static i => $"cluster{i % 500}-{i / 500 + 1}.site{i % 20}.example.org"));
        yield return ("addresses", all.Select(static i => $"10.{i >> 16}.{(i >> 8) & 255}.{i & 255}"));
        yield return ("random numbers, shuffled", all.Select(_ => $"n{random.Next(100_000_000)}"));
        yield return ("random, four numbers", all.Select(_ => $"a{random.Next(99)}-b{random.Next(99)}-c{random.Next(99)}-d{random.Next(99)}"));
        yield return ("random hexadecimal", all.Select(_ => $"n{random.NextInt64(1L << 48):x12}.example.org"));
    }

    private static string[] Shuffled(IEnumerable<string> names, Random random)
    {
        var shuffled = names.ToArray();
        random.Shuffle(shuffled);
        return shuffled;
    }

    private static void Measure(TextWriter output, string title, NodeName[] names)
    {
        var both = new double[Runs];
        var alone = new double[Runs];
        var entries = 0;
        for (var run = 0; run < Runs; run++)
        {
            var start = Stopwatch.GetTimestamp();
            var set = NodeSet.From(names);
            var made = Stopwatch.GetTimestamp();
            entries = set.FoldEntries().Length;
            both[run] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            alone[run] = Stopwatch.GetElapsedTime(made).TotalMilliseconds;
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{title,-32} {Median(both),9:0.0} ms {Median(alone),9:0.0} ms {both.Min(),9:0.0} ms {entries,10:N0}"));
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return values[values.Length / 2];
    }
}
