using System.Collections.Concurrent;
using System.Diagnostics;

namespace Kadeploy.TestKit.Chains;

/// <summary>Starts processes that end when this one does, whatever becomes of it: the kernel kills them when the thread ends that started them, so that thread lasts.</summary>
internal static class LastingStarter
{
    private static readonly BlockingCollection<Action> Work = [];

    static LastingStarter() => new Thread(static () =>
    {
        foreach (var each in Work.GetConsumingEnumerable()) each();
    })
    { IsBackground = true, Name = "starter" }.Start();

    /// <summary>Starts a program that the kernel kills when this process ends.</summary>
    public static Process Start(string program, IEnumerable<string> arguments)
    {
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        Work.Add(() =>
        {
            try
            {
                started.SetResult(Process.Start(new ProcessStartInfo("setpriv", ["--pdeathsig", "KILL", "--", "setsid", program, .. arguments])
                {
                    RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
                })!);
            }
            catch (Exception failure)
            {
                started.SetException(failure);
            }
        });
        return started.Task.GetAwaiter().GetResult();
    }
}
