using System.Diagnostics;

namespace Kadeploy.Lab.Processes;

/// <summary>Starts a process from a thread that lasts as long as the process does.</summary>
/// <remarks>"Parent death" (prctl(2), PR_SET_PDEATHSIG) means the end of the parent's <em>thread</em>: a process started from the thread pool with
/// <c>setpriv --pdeathsig</c> would be killed as soon as the pool gives that thread up.</remarks>
internal static class LastingThread
{
    /// <summary>Starts a process.</summary>
    /// <param name="start">How.</param>
    /// <returns>The process.</returns>
    public static Task<Process> StartAsync(ProcessStartInfo start)
    {
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                var process = ProgramRun.Start(start);
                started.SetResult(process);
                process.WaitForExit();
            }
            catch (Exception failure) // handed to who waits; after the start there is nothing left that may fail
            {
                started.TrySetException(failure);
            }
        }) { IsBackground = true, Name = "parent of " + start.FileName };
        thread.Start();
        return started.Task;
    }
}
