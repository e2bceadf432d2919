using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Kadeploy.Miniroot.Packages;

/// <summary>Lets one build at a time use a cache; the kernel gives it up when the process ends in whatever way.</summary>
internal static class CacheLock
{
    // flock(2), and open(2) on amd64: O_RDWR, O_CREAT, O_CLOEXEC.
    private const int Exclusive = 2, NonBlocking = 4, OpenFlags = 0x2 | 0x40 | 0x80000, OwnerOnly = 0x180;

    /// <summary>Takes the cache, waiting for the build that has it.</summary>
    /// <param name="cache">The directory.</param>
    /// <param name="say">Is told when there is something to wait for.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What gives it back.</returns>
    public static async Task<IDisposable> TakeAsync(string cache, Action<string> say, CancellationToken cancellationToken)
    {
        // Not by File: what it opens it locks itself, in a way that fails instead of waiting.
        var handle = new SafeFileHandle(Open(Path.Combine(cache, "lock"), OpenFlags, OwnerOnly), ownsHandle: true);
        if (handle.IsInvalid) throw Failure(cache);
        if (Take(handle, Exclusive | NonBlocking)) return handle;
        say($"waiting for another build that uses {cache}");
        var taken = Task.Run(() => Take(handle, Exclusive), CancellationToken.None);
        try
        {
            if (await taken.WaitAsync(cancellationToken).ConfigureAwait(false)) return handle;
            throw Failure(cache);
        }
        catch
        {
            _ = taken.ContinueWith(_ => handle.Dispose(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            throw;
        }
    }

    private static MinirootBuildException Failure(string cache) =>
        new($"the cache {cache} cannot be locked: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");

    private static bool Take(SafeFileHandle handle, int how)
    {
        var held = false;
        handle.DangerousAddRef(ref held);
        try
        {
            return Lock((int)handle.DangerousGetHandle(), how) == 0;
        }
        finally
        {
            if (held) handle.DangerousRelease();
        }
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, int mode);

    [DllImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static extern int Lock(int file, int how);
}
