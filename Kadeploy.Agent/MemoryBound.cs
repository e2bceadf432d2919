namespace Kadeploy.Agent;

/// <summary>Keeps the agent small where memory is the deployment's.</summary>
/// <remarks>The collector waits until garbage fills the processor's cache, which is 32 MB and more on servers. Here next to nothing lives on, so
/// collecting every few megabytes costs less than a frame's encryption.</remarks>
internal static class MemoryBound
{
    private const long Step = 2 * 1024 * 1024;
    private static long _next = Step;

    /// <summary>Collects when enough has been thrown away since the last time; to be called for each frame.</summary>
    public static void Keep()
    {
        var next = Volatile.Read(ref _next);
        var allocated = GC.GetTotalAllocatedBytes(precise: false);
        if (allocated < next || Interlocked.CompareExchange(ref _next, allocated + Step, next) != next) return;
        GC.Collect(1, GCCollectionMode.Forced, blocking: true);
    }
}
