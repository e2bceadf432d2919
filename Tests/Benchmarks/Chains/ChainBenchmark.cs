using System.Globalization;
using System.Security.Cryptography;
using Kadeploy.Cli.Demo;
using Kadeploy.Engine.Drivers.Files;
using Kadeploy.TestKit.Chains;

namespace Kadeploy.Benchmarks.Chains;

/// <summary>Measures broadcasts: the real server and the real agents in network namespaces of their own, on links of a chosen speed.</summary>
/// <remarks>The clock runs from the start of the first agent to the end of the last one that is to succeed. Processor time is that of this process, which holds the server,
/// and of all agents; what the kernel does for them in other contexts is not in it.</remarks>
internal static class ChainBenchmark
{
    private const string Memory = "/dev/shm";
    private const string Prefix = "kadeploy-chain-";

    private static readonly string[] Faults = ["none", "kill", "kill-tenth", "kill-first", "kill-three", "link-down", "freeze", "slow", "slow-first", "corrupt", "late"];

    /// <summary>Runs it.</summary>
    /// <returns>0 when every run ended as it should.</returns>
    public static async Task<int> RunAsync(string[] arguments, TextWriter output)
    {
        if (!OperatingSystem.IsLinux()) throw new PlatformNotSupportedException("namespaces need Linux");
        ChainArguments options;
        try
        {
            options = ChainArguments.Parse(arguments);
        }
        catch (FormatException wrong)
        {
            await output.WriteLineAsync(wrong.Message);
            return 2;
        }

        if (NamespaceNetwork.Obstacle() is { Length: > 0 } obstacle)
        {
            await output.WriteLineAsync($"chain: cannot be measured here: {obstacle}");
            return 1;
        }

        var agent = await AgentProgram.BuildAsync(default);
        var folder = Directory.Exists(Memory) ? $"{Memory}/{Prefix}{Environment.ProcessId}" : Directory.CreateTempSubdirectory(Prefix).FullName;
        RemoveLeftovers();
        Directory.CreateDirectory(folder);
        try
        {
            var image = Path.Combine(folder, "image");
            var digest = MakeImage(image, options.SizeMebibytes);
            var manifest = await new ManifestMaker(folder + "-cache", folder).MakeAsync(new(image, new FileInfo(image).Length, digest), default);
            using var network = new NamespaceNetwork(options.Receivers);
            if (options.RateMegabits > 0) network.Limit(options.RateMegabits);
            var scene = new ChainScene(network, agent, folder, image, manifest, options);
            // The first broadcast of a process is that of the just-in-time compiler.
            await scene.RunAsync("none", 0);
            var faults = options.Fault == "matrix" ? Faults.Except(["late"]).ToArray() : [options.Fault];
            var isWell = true;
            double? quiet = null;
            foreach (var fault in faults)
            {
                var runs = new List<ChainFigures>();
                for (var run = 0; run < options.Runs; run++)
                {
                    var figures = await scene.RunAsync(fault, options.Seed + run);
                    runs.Add(figures);
                    isWell &= figures.IsWell;
                    await output.WriteLineAsync($"  {fault} {figures}");
                }

                var median = runs.OrderBy(static each => each.Seconds).ElementAt(runs.Count / 2).Seconds;
                if (fault == "none") quiet = median;
                await output.WriteLineAsync(Summary(options, fault, runs, quiet));
            }

            return isWell ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // What a benchmark left that was killed: its images fill the memory.
    private static void RemoveLeftovers()
    {
        if (!Directory.Exists(Memory)) return;
        foreach (var left in Directory.GetDirectories(Memory, Prefix + "*"))
        {
            if (int.TryParse(Path.GetFileName(left)[Prefix.Length..].Split('-')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var process) && !Directory.Exists($"/proc/{process}"))
                Directory.Delete(left, recursive: true);
        }
    }

    private static string Summary(ChainArguments options, string fault, List<ChainFigures> runs, double? quiet)
    {
        double Median(Func<ChainFigures, double> figure) => runs.Select(figure).Order().ElementAt(runs.Count / 2);
        var seconds = Median(static each => each.Seconds);
        var rate = options.SizeMebibytes / seconds;
        var link = options.RateMegabits == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", {rate / (options.RateMegabits * 1e6 / 8 * 1448 / 1514 / (1 << 20)) * 100:0.0} % of the payload limit");
        var added = fault != "none" && quiet is { } without ? string.Create(CultureInfo.InvariantCulture, $", added {seconds - without:+0.00;-0.00} s") : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"chain: {options.Receivers} receivers, {options.SizeMebibytes} MiB, {(options.RateMegabits == 0 ? "links not limited" : $"{options.RateMegabits} Mbit/s")}, "
            + $"digests {(options.Verifies ? "on" : "off")}{(options.IsSealed ? ", encrypted" : "")}, fault {fault}: {seconds:0.00} s{added}, {rate:0.0} MiB/s each, {rate * options.Receivers:0} in all{link}, "
            + $"{Median(static each => each.ProcessorSeconds):0.000} processor seconds per GiB and receiver; {runs.Count(static each => each.IsWell)} of {runs.Count} well (medians)");
    }

    private static string MakeImage(string path, int mebibytes)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var file = File.Create(path, 1 << 20);
        var piece = new byte[1 << 20];
        var random = new Random(1);
        for (var i = 0; i < mebibytes; i++)
        {
            random.NextBytes(piece);
            digest.AppendData(piece);
            file.Write(piece);
        }

        return Convert.ToHexStringLower(digest.GetHashAndReset());
    }
}

/// <summary>What one run gave.</summary>
/// <param name="Seconds">Until the last node had ended that was to succeed.</param>
/// <param name="ProcessorSeconds">Per GiB and receiver.</param>
/// <param name="IsWell">Whether all have that were to have it, and nothing wrong was written.</param>
/// <param name="Notes">What else is worth to know.</param>
internal sealed record ChainFigures(double Seconds, double ProcessorSeconds, bool IsWell, string Notes)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Seconds:0.00} s, processor {ProcessorSeconds:0.000}{(IsWell ? "" : ", NOT WELL")}{Notes}");
}
