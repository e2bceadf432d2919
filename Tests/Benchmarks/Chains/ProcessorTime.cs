using System.Runtime.InteropServices;

namespace Kadeploy.Benchmarks.Chains;

/// <summary>The processor's time that this process and its ended children have used (getrusage(2)).</summary>
internal static partial class ProcessorTime
{
    /// <summary>Gives the seconds so far.</summary>
    public static double Used() => Of(0) + Of(-1);

    private static unsafe double Of(int who)
    {
        var usage = stackalloc long[32];
        return getrusage(who, usage) == 0 ? usage[0] + usage[2] + ((usage[1] + usage[3]) / 1e6) : 0;
    }

    [LibraryImport("libc")]
    private static unsafe partial int getrusage(int who, long* usage);
}
