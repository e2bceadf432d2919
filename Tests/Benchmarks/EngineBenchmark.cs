using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Kadeploy.Benchmarks;

/// <summary>Measures the published executable on simulated clusters, journal on disk, each run a process of its own.</summary>
public static class EngineBenchmark
{
    /// <summary>Publishes the executable, measures and prints.</summary>
    /// <param name="output">Receives the figures.</param>
    /// <returns>0, or 1 when the executable could not be published or a run went wrong.</returns>
    public static async Task<int> RunAsync(TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var folder = Directory.CreateTempSubdirectory("kadeploy-benchmark-");
        try
        {
            var executable = await PublishAsync(folder.FullName, output);
            if (executable is null) return 1;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{Environment.ProcessorCount} processors; load before: {Load()}; state on {folder.FullName}"));
            output.WriteLine($"{"run",-44} {"runs",4} {"wall s",8} {"cpu s",8} {"RSS MB",8} {"events/s",9} {"virtual s",10} {"predicted",10}");
            var small = await MeasureAsync(executable, folder, output, 11, "2 nodes, latency none", "--nodes", "2");
            var thousand = await MeasureAsync(executable, folder, output, 5, "1,000 nodes, latency none", "--nodes", "1000");
            await MeasureAsync(executable, folder, output, 5, "4,000 nodes, latency none", "--nodes", "4000");
            var tenThousand = await MeasureAsync(executable, folder, output, 3, "10,000 nodes, latency none", "--nodes", "10000");
            await MeasureAsync(executable, folder, output, 3, "1,000 nodes, realistic, fault rate 0.05", "--nodes", "1000", "--latency", "realistic", "--fault-rate", "0.05");
            await MeasureAsync(executable, folder, output, 3, "4,000 nodes, realistic, fault rate 0.05", "--nodes", "4000", "--latency", "realistic", "--fault-rate", "0.05");
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"growth from 1,000 to 10,000 nodes, start of the process taken off: {(tenThousand - small) / (thousand - small):0.0} times the time"));
            await MeasureResumeAsync(executable, folder, output);
            output.WriteLine($"load after: {Load()}");
            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<string?> PublishAsync(string folder, TextWriter output)
    {
        var project = Path.Combine(Repository.Root, "Kadeploy.Cli", "Kadeploy.Cli.csproj");
        var target = Path.Combine(folder, "kadeploy");
        using var publish = Process.Start(new ProcessStartInfo(
            "dotnet", ["publish", project, "-c", "Release", "-r", RuntimeInformation.RuntimeIdentifier, "-o", target]) { RedirectStandardOutput = true })!;
        var said = await publish.StandardOutput.ReadToEndAsync();
        await publish.WaitForExitAsync();
        if (publish.ExitCode == 0) return Path.Combine(target, OperatingSystem.IsWindows() ? "kadeploy.exe" : "kadeploy");
        output.WriteLine(said);
        return null;
    }

    /// <summary>Runs a simulation several times and prints the medians.</summary>
    /// <returns>The median time from the start of the process to its end, in seconds.</returns>
    private static async Task<double> MeasureAsync(
        string executable, DirectoryInfo folder, TextWriter output, int runs, string title, params string[] arguments)
    {
        var wall = new List<double>();
        var summaries = new List<JsonElement>();
        for (var run = 0; run < runs; run++)
        {
            var state = folder.CreateSubdirectory("state");
            var clock = Stopwatch.StartNew();
            using var process = Start(executable, ["simulate", .. arguments, "--state", state.FullName, "--json"]);
            var last = "";
            while (await process.StandardOutput.ReadLineAsync() is { } line) last = line;
            await process.WaitForExitAsync();
            wall.Add(clock.Elapsed.TotalSeconds);
            using var summary = JsonDocument.Parse(last);
            summaries.Add(summary.RootElement.Clone());
            state.Delete(recursive: true);
        }

        double Median(string name) => MedianOf(summaries.Select(summary => summary.GetProperty(name).GetDouble()));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{title,-44} {runs,4} {MedianOf(wall),8:0.000} {Median("cpuSeconds"),8:0.00} {Median("peakRssBytes") / 1e6,8:0} {Median("eventsPerSecond"),9:0} {Median("virtualSeconds"),10:0.0} {Median("predictedSeconds"),10:0.0}"));
        return MedianOf(wall);
    }

    /// <summary>Kills a deployment of 1,000 nodes in its middle and measures from the start of the next process to its first new event.</summary>
    private static async Task MeasureResumeAsync(string executable, DirectoryInfo folder, TextWriter output)
    {
        var times = new List<double>();
        for (var run = 0; run < 5; run++)
        {
            var state = folder.CreateSubdirectory("state");
            using (var process = Start(executable, ["simulate", "--nodes", "1000", "--latency", "realistic", "--state", state.FullName, "--json"]))
            {
                for (var i = 0; i < 12_000 && await process.StandardOutput.ReadLineAsync() is not null; i++)
                {
                }

                process.Kill();
                await process.WaitForExitAsync();
            }

            var clock = Stopwatch.StartNew();
            using var resumed = Start(executable, ["resume", "--state", state.FullName, "--json"]);
            while (await resumed.StandardOutput.ReadLineAsync() is { } line && !line.Contains("\"resumed\"", StringComparison.Ordinal))
            {
            }

            times.Add(clock.Elapsed.TotalSeconds);
            await resumed.StandardOutput.ReadToEndAsync();
            await resumed.WaitForExitAsync();
            state.Delete(recursive: true);
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"resume of 1,000 nodes killed in flight: {MedianOf(times):0.000} s from process start until its 'resumed' event was printed, past events included (median of 5)"));
    }

    private static Process Start(string executable, string[] arguments) =>
        Process.Start(new ProcessStartInfo(executable, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;

    private static double MedianOf(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }

    private static string Load() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";
}
