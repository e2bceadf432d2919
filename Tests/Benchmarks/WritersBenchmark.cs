using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using Kadeploy.TestKit.Writers;

namespace Kadeploy.Benchmarks;

/// <summary>Measures two processes that change everything of one state directory at once, and looks whether anything was lost.</summary>
internal static class WritersBenchmark
{
    private static readonly string[] Writers = ["one", "two"];

    /// <summary>Runs both.</summary>
    /// <param name="steps">How many changes they make together.</param>
    /// <param name="output">Where the figures go.</param>
    /// <returns>0 when nothing was lost.</returns>
    public static async Task<int> RunAsync(int steps, TextWriter output)
    {
        var directory = Directory.CreateTempSubdirectory("kadeploy-writers-").FullName;
        try
        {
            var each = steps / Writers.Length;
            await MixedWriter.PrepareAsync(directory, Writers);
            var watch = Stopwatch.StartNew();
            var processes = Writers.Select(writer => Start(directory, writer, each)).ToList();
            foreach (var process in processes) await process.WaitForExitAsync();
            var elapsed = watch.Elapsed;
            if (processes.Find(static process => process.ExitCode != 0) is { } failed)
            {
                await output.WriteLineAsync($"a writer ended with exit code {failed.ExitCode}");
                return 1;
            }

            var losses = await MixedWriter.FindLossesAsync(directory, Writers, each);
            foreach (var loss in losses) await output.WriteLineAsync(loss);
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"{each * Writers.Length} changes by {Writers.Length} processes in {elapsed.TotalSeconds:0.0} s: {(losses.Count == 0 ? "nothing lost" : "LOST")}"));
            return losses.Count == 0 ? 0 : 1;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>Is one of the two processes.</summary>
    /// <param name="directory">The state directory.</param>
    /// <param name="writer">The writer.</param>
    /// <param name="steps">The number of its changes.</param>
    /// <returns>A task.</returns>
    public static Task WriteAsync(string directory, string writer, int steps) => MixedWriter.RunAsync(directory, writer, steps, static () => Task.CompletedTask);

    private static Process Start(string directory, string writer, int steps)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet");
        foreach (var argument in new[] { Assembly.GetExecutingAssembly().Location, "writer", directory, writer, steps.ToString(CultureInfo.InvariantCulture) }) start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }
}
