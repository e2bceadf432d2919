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
                return NodeTransfers.Judge(target, image, await channel.RunAsync(target.Node, command, stop).ConfigureAwait(false), root: "");
            }
            finally
            {
                slots.Release();
            }
        }
        catch (CommandStoppedException stopped)
        {
            return NodeTransfers.Stopped(node, stopped);
        }
        catch (KadeployException failure)
        {
            return NodeTransfers.Of(node, failure);
        }
    }
}
