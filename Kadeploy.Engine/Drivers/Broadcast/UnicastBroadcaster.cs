using System.Globalization;
using System.Runtime.CompilerServices;
using Kadeploy.Engine.BootServices;

namespace Kadeploy.Engine.Drivers.Broadcast;

/// <summary>Sends an image to each node by itself: the agent there fetches it from this server and hands it to the program that writes it.</summary>
/// <remarks>So many nodes are served at once; the others wait for their turn. The server's link carries the image once for each node: for many nodes
/// a broadcast that passes it from node to node is faster.</remarks>
/// <param name="files">Where the image comes from.</param>
/// <param name="server">Gives the server of images; asked once a broadcast is under way.</param>
/// <param name="channel">How nodes are told.</param>
/// <param name="atOnce">How many nodes are served at once.</param>
internal sealed class UnicastBroadcaster(IFileSource files, Func<ImageServer> server, INodeChannel channel, int atOnce = UnicastBroadcaster.DefaultAtOnce)
    : IBroadcaster
{
    /// <summary>How many nodes are served at once: enough to fill any link, few enough that each gets its part before connections are taken for dead.</summary>
    public const int DefaultAtOnce = 48;

    /// <inheritdoc/>
    public string Missing => "";

    /// <inheritdoc/>
    public async IAsyncEnumerable<BroadcastResult> SendAsync(BroadcastRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var image = await files.FetchAsync(request.Image.Location, request.Image.Sha256, cancellationToken).ConfigureAwait(false);
        using var slots = new SemaphoreSlim(atOnce, atOnce);
        using var ended = new CancellationTokenSource();
        // Fires for: the caller; a caller that asks for no more results.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, ended.Token);
        var transfers = request.Targets.Select(target => SendAsync(target, image, slots, stop.Token)).ToList();
        try
        {
            await foreach (var transfer in Task.WhenEach(transfers).ConfigureAwait(false))
                yield return await transfer.ConfigureAwait(false);
        }
        finally
        {
            await ended.CancelAsync().ConfigureAwait(false);
            await ((Task)Task.WhenAll(transfers)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<BroadcastResult> SendAsync(BroadcastTarget target, SourceFile image, SemaphoreSlim slots, CancellationToken stop)
    {
        var node = target.Node.Name;
        try
        {
            await slots.WaitAsync(stop).ConfigureAwait(false);
            try
            {
                using var offer = server().Offer(image.Path);
                var command = new NodeCommand(target.Attempt, "kadeploy-agent", ["receive", "--", .. target.Writer])
                {
                    StandardInput = string.Create(
                        CultureInfo.InvariantCulture, $"url={offer.Address}\nlength={image.Length}\nsha256={image.Sha256}\n"),
                };
                return Judge(target, image, await channel.RunAsync(target.Node, command, stop).ConfigureAwait(false));
            }
            finally
            {
                slots.Release();
            }
        }
        catch (CommandStoppedException stopped)
        {
            return new(node)
            {
                Failure = new(FaultCodes.Broadcast, $"node {node}: the transfer was stopped before all of the image was written") { Evidence = stopped.LastLines },
            };
        }
        catch (KadeployException failure)
        {
            // Whatever it is, it is this node's alone. That a command failed is no news here: its command is the broadcast.
            var code = failure.Code == FaultCodes.Command ? FaultCodes.Broadcast : failure.Code;
            return new(node) { Failure = new(code, failure.Message, failure) { Evidence = failure.Evidence } };
        }
    }

    private static BroadcastResult Judge(BroadcastTarget target, SourceFile image, CommandResult result)
    {
        var node = target.Node.Name;
        if (result.ExitStatus == 0)
        {
            return ReceivedImage.Find(result.LastLines) is not { } received
                ? Failed(FaultCodes.ImageDigest, "the agent did not say what it has written")
                : received.Digest != image.Sha256 || received.Length != image.Length
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
}

/// <summary>What an agent says that it has written.</summary>
/// <param name="Digest">The SHA-256 of all bytes, as 64 lower-case hexadecimal digits.</param>
/// <param name="Length">How many bytes.</param>
internal sealed record ReceivedImage(string Digest, long Length)
{
    /// <summary>Finds it in an output: the last line of that form.</summary>
    /// <param name="lines">The last lines of the agent's output.</param>
    /// <returns>What it says, or null when it says nothing.</returns>
    public static ReceivedImage? Find(IEnumerable<string> lines)
    {
        foreach (var line in lines.Reverse())
        {
            if (line.Trim().Split(' ') is [['s', 'h', 'a', '2', '5', '6', '=', .. { Length: 64 } digest], ['b', 'y', 't', 'e', 's', '=', .. var bytes]]
                && digest.All(char.IsAsciiHexDigitLower) && long.TryParse(bytes, NumberStyles.None, CultureInfo.InvariantCulture, out var length))
                return new(digest, length);
        }

        return null;
    }
}
