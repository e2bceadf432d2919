using System.Text;
using Kadeploy.Agent.Linux;

namespace Kadeploy.Agent;

/// <summary>Writes lines to the standard error, which is the node's console.</summary>
internal static unsafe class Log
{
    private static string _last = "";

    /// <summary>Writes a line, unless it repeats the last one: a node that cannot reach its engine would fill its console.</summary>
    public static void Write(string message)
    {
        if (Interlocked.Exchange(ref _last, message) == message) return;
        var bytes = Encoding.UTF8.GetBytes($"kadeploy-agent: {message}\n");
        fixed (byte* start = bytes) _ = Libc.Write(2, start, bytes.Length);
    }

    /// <summary>Writes text to the standard output.</summary>
    public static void Print(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text + "\n");
        var written = 0;
        fixed (byte* start = bytes)
        {
            while (written < bytes.Length)
            {
                var count = Libc.Write(1, start + written, bytes.Length - written);
                if (count <= 0) return;
                written += (int)count;
            }
        }
    }
}
