using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Kadeploy.Agent.Images;
using Kadeploy.Agent.Linux;

namespace Kadeploy.Agent.Chain;

/// <summary>Receives an image by a broadcast and has it written.</summary>
internal static class ChainReceiver
{
    /// <summary>Takes part in a broadcast.</summary>
    /// <param name="settings">The broadcast.</param>
    /// <param name="destination">What becomes of the image here.</param>
    /// <param name="progress">Is told how many bytes are written, and of how many.</param>
    /// <returns>The exit status, as that of <see cref="ImageReceiver"/>; what it means has been printed.</returns>
    public static int Run(ChainSettings settings, ImageDestination destination, Action<long, long> progress)
    {
        using var node = new ChainNode(settings, progress);
        var end = node.Run(parts => SinkFor(destination, parts), out var problem);
        if (end == ChainEnd.Done && settings.Verifies && !CryptographicOperations.FixedTimeEquals(node.Root, settings.Head.Root()))
            (end, problem) = (ChainEnd.WrongImage, "the root digest of what was written differs from the image's");
        if (problem.Length > 0) Log.Write(problem);
        switch (end)
        {
            case ChainEnd.Done:
                // What was not compared is not claimed.
                var digest = settings.Verifies ? Convert.ToHexStringLower(settings.Head.ImageDigest) : "unknown";
                Log.Print(string.Create(CultureInfo.InvariantCulture, $"root={Convert.ToHexStringLower(node.Root)}\nsha256={digest} bytes={settings.Head.Length}"));
                return 0;
            case ChainEnd.NoServer:
                return ImageReceiver.NoConnection;
            case ChainEnd.BrokenOff:
                return ImageReceiver.Truncated;
            case ChainEnd.WriterFailed:
                return ImageReceiver.WriterFailed;
            default:
                return ImageReceiver.OtherDigest;
        }
    }

    private static (ImageSink? Sink, string Problem) SinkFor(ImageDestination destination, SinkParts parts)
    {
        var path = destination.Path ?? destination.OwnDevice;
        if (path is null)
        {
            var writer = ImageWriter.Start(destination.Writer, out var problem);
            if (writer is null) return (null, problem);
            _ = Libc.Control(writer.Input, Libc.SetStatusFlags, Libc.NonBlocking);
            return (new PipeSink(writer, writer.Input, parts.Wake, parts.Head, parts.Pool, parts.Window, parts.Proves), "");
        }

        if (destination.OwnDevice is null && ImageTarget.IsStream(path))
        {
            var descriptor = ImageTarget.OpenStream(path);
            return descriptor < 0 ? (null, $"{path}: {Libc.Message(Marshal.GetLastPInvokeError())}")
                : (new PipeSink(null, descriptor, parts.Wake, parts.Head, parts.Pool, parts.Window, parts.Proves), "");
        }

        var target = ImageTarget.Open(path, destination.OwnDevice is not null, out var reason);
        return target is null ? (null, reason) : (new PlaceSink(target, parts.Wake, parts.Head, parts.Pool, parts.Window, parts.Proves), "");
    }
}
