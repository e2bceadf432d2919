using System.Globalization;
using System.Runtime.InteropServices;
using Kadeploy.Agent.Linux;

namespace Kadeploy.Agent.Images;

/// <summary>Lets one receiver write at a time: a later one ends those before it.</summary>
/// <remarks>An engine that was killed leaves a receiver that writes on; the next engine knows nothing of it, and asks for another. The lock is held by the
/// receiver and, as it is inherited, by all that its writer has started: who gets it knows that none of them writes any more.</remarks>
internal static class ReceiverTurn
{
    /// <summary>The environment variable that names the lock's file; set by the agent for what it runs.</summary>
    public const string Variable = "KADEPLOY_RECEIVER_LOCK";

    /// <summary>Ends an earlier receiver and takes its place, until this process and its writer have ended.</summary>
    /// <exception cref="IOException">The lock cannot be had.</exception>
    public static void Take()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } path) return;
        var descriptor = Libc.Create(path, 0x180);
        if (descriptor < 0) throw new IOException($"{path}: {Libc.Message(Marshal.GetLastPInvokeError())}");
        var holder = path + ".holder";
        if (Libc.Lock(descriptor, Libc.LockAlone | Libc.LockNow) != 0)
        {
            // Of its session at least one process lives, so that its number is nobody else's.
            if (File.Exists(holder) && int.TryParse(File.ReadAllText(holder), NumberStyles.None, CultureInfo.InvariantCulture, out var session))
            {
                Log.Write("another image is still being received; that is ended first");
                ChildProcess.Signal(session, Libc.Sigkill);
            }

            while (Libc.Lock(descriptor, Libc.LockAlone) != 0)
            {
                var error = Marshal.GetLastPInvokeError();
                if (error != Libc.Eintr) throw new IOException($"{path}: {Libc.Message(error)}");
            }
        }

        File.WriteAllText(holder, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
    }
}
