using System.Globalization;

namespace Kadeploy.Agent.Chain;

/// <summary>Chooses how much memory blocks may take on this node.</summary>
internal static class RingSize
{
    private const long Most = 128L * 1024 * 1024;
    private const long Least = 4L * 1024 * 1024;

    /// <summary>Gives what suits this node: an eighth of what is free, as the rest is for the deployment's programs and files, and at most 128 MiB.</summary>
    public static long OfThisNode()
    {
        foreach (var line in File.ReadLines("/proc/meminfo"))
        {
            if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is ["MemAvailable:", var kibibytes, ..]
                && long.TryParse(kibibytes, NumberStyles.None, CultureInfo.InvariantCulture, out var free))
                return Math.Clamp(free * 1024 / 8, Least, Most);
        }

        return Least;
    }
}
