using System.Globalization;

namespace Kadeploy.Engine.Drivers.Broadcast;

/// <summary>Judges what a node's agent says of an image that it was to receive.</summary>
internal static class NodeTransfers
{
    /// <summary>Judges how a node's agent ended.</summary>
    /// <param name="target">The node.</param>
    /// <param name="image">The image.</param>
    /// <param name="result">How it ended.</param>
    /// <param name="root">The root digest that the node has to have computed, when it came by a chain; empty when it fetched the file by itself.</param>
    public static BroadcastResult Judge(BroadcastTarget target, SourceFile image, CommandResult result, string root)
    {
        var node = target.Node.Name;
        if (result.ExitStatus == 0)
        {
            if (ReceivedImage.Find(result.LastLines) is not { } received) return Failed(FaultCodes.ImageDigest, "the agent did not say what it has written");
            if (received.Root.Length > 0 && received.Root != root)
                return Failed(FaultCodes.ImageDigest, $"what was written has the root digest {received.Root}; the image has {root}");
            return received.Digest != image.Sha256 || received.Length != image.Length
                ? Failed(FaultCodes.ImageDigest, string.Create(
                    CultureInfo.InvariantCulture, $"{received.Length} bytes with SHA-256 {received.Digest} were written; the image has {image.Length} with {image.Sha256}"))
                : new(node) { Digest = received.Digest };
        }

        var writer = target.Writer.IsDefaultOrEmpty ? "the writer" : $"'{target.Writer[0]}'";
        return result.ExitStatus switch
        {
            10 => Failed(FaultCodes.Broadcast, "it could not fetch the image from this server"),
            11 => Failed(FaultCodes.Broadcast, "the image broke off before its end and could not be resumed"),
            12 => Failed(FaultCodes.Broadcast, $"{writer} could not write the image on {target.Device}; its last lines tell whether the archive is damaged or the disk full"),
            13 => Failed(FaultCodes.ImageDigest, $"what arrived is not the image, which has SHA-256 {image.Sha256}"),
            126 or 127 => Failed(FaultCodes.Broadcast, "its agent cannot receive images; build the deployment environment with this version's agent"),
            var status => Failed(FaultCodes.Broadcast, string.Create(CultureInfo.InvariantCulture, $"receiving the image ended with status {status}")),
        };

        BroadcastResult Failed(FaultCode code, string what) => new(node) { Failure = new(code, $"node {node}: {what}") { Evidence = result.LastLines } };
    }

    /// <summary>Says what it means for a node's part of a broadcast that it was stopped.</summary>
    public static BroadcastResult Stopped(NodeName node, CommandStoppedException stopped) => new(node)
    {
        Failure = new(FaultCodes.Broadcast, $"node {node}: the transfer was stopped before all of the image was written") { Evidence = stopped.LastLines },
    };

    /// <summary>Says what an exception means for a node's part of a broadcast.</summary>
    public static BroadcastResult Of(NodeName node, KadeployException failure)
    {
        // Whatever it is, it is this node's alone. That a command failed is no news here: its command is the broadcast.
        var code = failure.Code == FaultCodes.Command ? FaultCodes.Broadcast : failure.Code;
        return new(node) { Failure = new(code, failure.Message, failure) { Evidence = failure.Evidence } };
    }
}

/// <summary>What an agent says that it has written.</summary>
/// <param name="Digest">The SHA-256 of all bytes, as 64 lower-case hexadecimal digits.</param>
/// <param name="Length">How many bytes.</param>
/// <param name="Root">The root digest, when the image came by a chain; else empty.</param>
internal sealed record ReceivedImage(string Digest, long Length, string Root)
{
    /// <summary>Finds it in an output: the last line of that form.</summary>
    /// <param name="lines">The last lines of the agent's output.</param>
    /// <returns>What it says, or null when it says nothing.</returns>
    public static ReceivedImage? Find(IEnumerable<string> lines)
    {
        ReceivedImage? found = null;
        foreach (var line in lines.Reverse())
        {
            var words = line.Trim().Split(' ');
            if (found is null && words is [['s', 'h', 'a', '2', '5', '6', '=', .. { Length: 64 } digest], ['b', 'y', 't', 'e', 's', '=', .. var bytes]]
                && digest.All(char.IsAsciiHexDigitLower) && long.TryParse(bytes, NumberStyles.None, CultureInfo.InvariantCulture, out var length))
                found = new(digest, length, "");
            else if (found is not null)
                // It stands in the line before, if anywhere.
                return words is [['r', 'o', 'o', 't', '=', .. { Length: 64 } root]] && root.All(char.IsAsciiHexDigitLower) ? found with { Root = root } : found;
        }

        return found;
    }
}
