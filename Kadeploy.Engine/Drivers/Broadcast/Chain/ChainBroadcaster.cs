using System.Globalization;
using System.Runtime.CompilerServices;
using Kadeploy.Engine.BootServices;
using Kadeploy.Engine.Drivers.Files;

namespace Kadeploy.Engine.Drivers.Broadcast.Chain;

/// <summary>Sends an image once, and lets nodes pass it on: in a chain, in several, or in trees.</summary>
/// <remarks>A node that dies, freezes or is slow costs itself only. A node that cannot join a chain fetches the image from this server directly.</remarks>
/// <param name="files">Where the image comes from.</param>
/// <param name="manifests">Makes the image's manifest.</param>
/// <param name="server">Gives the server of broadcasts; asked once a broadcast is under way.</param>
/// <param name="images">Gives the server of images, for nodes that cannot join.</param>
/// <param name="channel">How nodes are told.</param>
/// <param name="options">Says how a cluster's broadcasts go.</param>
/// <param name="time">The clock.</param>
internal sealed class ChainBroadcaster(
    IFileSource files, IManifestMaker manifests, Func<ChainServer> server, Func<ImageServer> images, INodeChannel channel, Func<string, ChainOptions> options, TimeProvider time)
    : IBroadcaster
{
    /// <inheritdoc/>
    public string Missing => "";

    /// <inheritdoc/>
    public async IAsyncEnumerable<BroadcastResult> SendAsync(BroadcastRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var image = await files.FetchAsync(request.Image.Location, request.Image.Sha256, cancellationToken).ConfigureAwait(false);
        var manifest = await manifests.MakeAsync(image, cancellationToken).ConfigureAwait(false);
        if (request.Image.RootDigest is { } recorded && recorded != manifest.Root)
            throw new OperationFailedException(FaultCodes.ImageDigest, $"{request.Image.Location} has the root digest {manifest.Root}, but {recorded} is recorded: the file was changed, or the record is wrong");
        var began = time.GetTimestamp();
        using var run = Line(request, image, manifest);
        server().Open(run.Run);
        using var ended = new CancellationTokenSource();
        // Fires for: the caller; a caller that asks for no more results.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, ended.Token);
        using var watching = new CancellationTokenSource();
        var watch = run.Run.WatchAsync(request.Progressed, watching.Token);
        var transfers = request.Targets.Select(target => SendAsync(target, run, image, stop.Token)).ToList();
        try
        {
            var left = transfers.Count;
            var done = 0;
            // A node that is lost is waited for, and says nothing about how fast the others were.
            TimeSpan? lasted = null;
            await foreach (var transfer in Task.WhenEach(transfers).ConfigureAwait(false))
            {
                var result = await transfer.ConfigureAwait(false);
                if (result.Failure is null) (done, lasted) = (done + 1, time.GetElapsedTime(began));
                if (--left == 0) request.Finished(run.Run.Summarize(done, lasted ?? time.GetElapsedTime(began)));
                yield return result;
            }
        }
        finally
        {
            await ended.CancelAsync().ConfigureAwait(false);
            await ((Task)Task.WhenAll(transfers)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await watching.CancelAsync().ConfigureAwait(false);
            await watch.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            server().Close(run.Run);
        }
    }

    private LinedUp Line(BroadcastRequest request, SourceFile image, ImageManifest manifest)
    {
        var first = request.Targets[0];
        var settings = options(first.Node.Cluster);
        if (request.Chains is { } chains) settings = settings with { Chains = chains };
        var lined = ChainOrder.Of(request.Targets.Select(static target => target.Node), settings.Direction, first.Attempt.Operation);
        var number = 0u;
        IReadOnlyList<IReadOnlyList<ChainMember>> lines =
            [.. ChainOrder.Cut(lined, settings.Chains).Select(line => (IReadOnlyList<ChainMember>)[.. line.Select(node => new ChainMember(++number, node))])];
        return new(new(server(), image.Path, manifest, lines, settings, time), lines.SelectMany(static line => line).ToDictionary(static member => member.Node.Name));
    }

    private async Task<BroadcastResult> SendAsync(BroadcastTarget target, LinedUp run, SourceFile image, CancellationToken stop)
    {
        var node = target.Node.Name;
        var member = run.Members[node];
        var result = new BroadcastResult(node);
        try
        {
            using var offer = images().Offer(image.Path);
            var command = new NodeCommand(target.Attempt, "kadeploy-agent", ["receive", "--", .. target.Writer])
            {
                StandardInput = string.Create(
                    CultureInfo.InvariantCulture, $"{run.Run.LinesFor(member)}url={offer.Address}\nlength={image.Length}\nsha256={image.Sha256}\n"),
            };
            return result = NodeTransfers.Judge(target, image, await channel.RunAsync(target.Node, command, stop).ConfigureAwait(false), run.Run.Manifest.Root);
        }
        catch (CommandStoppedException stopped)
        {
            return result = NodeTransfers.Stopped(node, stopped);
        }
        catch (KadeployException failure)
        {
            return result = NodeTransfers.Of(node, failure);
        }
        finally
        {
            run.Run.Ended(member, result.Digest is not null);
        }
    }

    private sealed record LinedUp(ChainRun Run, Dictionary<NodeName, ChainMember> Members) : IDisposable
    {
        public void Dispose() => Run.Dispose();
    }
}
