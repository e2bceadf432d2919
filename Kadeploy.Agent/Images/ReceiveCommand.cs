using System.Globalization;
using System.Text;
using Kadeploy.Agent.Chain;
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
        var destination = arguments switch
        {
            ["receive", "--", { Length: > 0 }, ..] => new ImageDestination { Writer = arguments[2..] },
            ["receive", "--to", { Length: > 0 } path] => new ImageDestination { Path = path },
            _ => throw new FormatException("receive takes -- and the program that writes the image, or --to and a file or a device; see --help"),
        };
        _ = Libc.Signal(Libc.Sigchld, 0);
        var descriptor = ProgressDescriptor();
        ReceiverTurn.Take();
        using var input = new StreamReader(new FileStream(new(0, ownsHandle: false), FileAccess.Read, 0), Encoding.UTF8);
        var request = ReceiveRequest.Parse(input);
        if (request.Chain is { } chain)
        {
            var status = ChainReceiver.Run(chain, destination, (done, total) => Tell(descriptor, done, total));
            // The broadcast cannot be joined: then the node fetches the image by itself, as if there were none.
            if (status != ImageReceiver.NoConnection || request.Address is null) return status;
            Log.Write("the broadcast cannot be joined; the image is fetched from the server directly");
        }

        return await new ImageReceiver(request, (done, total) => Tell(descriptor, done, total)).RunAsync(destination).ConfigureAwait(false);
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
