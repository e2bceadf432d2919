using System.Diagnostics;

namespace Kadeploy.Cli.Output;

/// <summary>What this process has used since it started.</summary>
/// <param name="Wall">Time by the clock on the wall.</param>
/// <param name="Cpu">Time of all processors.</param>
/// <param name="PeakMemory">The largest resident set, in bytes.</param>
internal sealed record ProcessUsage(TimeSpan Wall, TimeSpan Cpu, long PeakMemory)
{
    /// <summary>Measures.</summary>
    /// <returns>The usage so far.</returns>
    public static ProcessUsage Measure()
    {
        using var process = Process.GetCurrentProcess();
        return new(
            TimeProvider.System.GetUtcNow().LocalDateTime - process.StartTime,
            process.TotalProcessorTime,
            process.PeakWorkingSet64);
    }
}
