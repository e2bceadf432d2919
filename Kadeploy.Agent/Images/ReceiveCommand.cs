using System.Globalization;
using System.Text;
using Kadeploy.Agent.Linux;

namespace Kadeploy.Agent.Images;

/// <summary><c>kadeploy-agent receive</c>: gets an image and has it written.</summary>
internal static class ReceiveCommand
{
    /// <summary>Runs it.</summary>
    /// <param name="arguments">All arguments of the agent.</param>
    /// <returns>The exit status.</returns>
    /// <exception cref="FormatException">Arguments or input make no sense.</exception>
    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is not ["receive", "--", { Length: > 0 }, ..]) throw new FormatException("receive takes -- and the program that writes the image; see --help");
        _ = Libc.Signal(Libc.Sigchld, 0);
        var descriptor = ProgressDescriptor();
        ReceiverTurn.Take();
        using var input = new StreamReader(new FileStream(new(0, ownsHandle: false), FileAccess.Read, 0), Encoding.UTF8);
        return await new ImageReceiver(ReceiveRequest.Parse(input), (done, total) => Tell(descriptor, done, total)).RunAsync(arguments[2..]).ConfigureAwait(false);
    }

    private static int ProgressDescriptor()
    {
        if (!int.TryParse(Environment.GetEnvironmentVariable("KADEPLOY_PROGRESS_FD"), NumberStyles.None, CultureInfo.InvariantCulture, out var descriptor)) return -1;
        // The writer has no part in it.
        _ = Libc.Control(descriptor, Libc.SetDescriptorFlags, 1);
        return descriptor;
    }

    private static unsafe void Tell(int descriptor, long done, long total)
    {
        if (descriptor < 0) return;
        var line = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{done} {total}\n"));
        fixed (byte* start = line) _ = Libc.Write(descriptor, start, line.Length);
    }
}
