using System.Threading.Channels;
using Kadeploy.Engine.Drivers.Files;
using Kadeploy.Protocol;
using Kadeploy.Protocol.Broadcast;
using Microsoft.Win32.SafeHandles;

namespace Kadeploy.Engine.Drivers.Broadcast.Chain;

/// <summary>Sends blocks of the image's file to one member.</summary>
/// <param name="link">The connection.</param>
/// <param name="run">The broadcast.</param>
/// <param name="file">The image.</param>
internal sealed class BlockSender(ChainLink link, ChainRun run, SafeFileHandle file) : IDisposable
{
    private const int Batch = 512 * 1024;
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(250);

    private readonly ImageManifest _manifest = run.Manifest;
    private readonly Channel<Wish> _wishes = Channel.CreateBounded<Wish>(new BoundedChannelOptions(1024) { SingleReader = true });
    private readonly bool[] _sentPages = new bool[run.Manifest.Head.Pages];
    private readonly ZeroBlocks _zeros = new(run.Manifest);
    private readonly byte[] _frames = new byte[Math.Max(Batch, run.Manifest.Head.BlockSize) + ((ChainWire.HeaderLength + ChainWire.TagLength) * 8) + (2 * ChainWire.PageLength)];
    private readonly BlockSeal? _seal = run.MakeSeal();
    private readonly byte[] _clear = run.Options.IsSealed ? new byte[run.Manifest.Head.BlockSize] : [];
    private volatile bool _isAside;

    /// <summary>Serves the member until it goes, or the image cannot be sent any more.</summary>
    /// <exception cref="IOException">The image's file is not what it was.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var sending = SendAsync(stop.Token);
        var reading = ReadWishesAsync(stop.Token);
        try
        {
            // A member to which nothing can be sent has to hear so, by the end of the connection.
            await (await Task.WhenAny(reading, sending).ConfigureAwait(false)).ConfigureAwait(false);
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(reading, sending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _seal?.Dispose();

    private async Task ReadWishesAsync(CancellationToken stop)
    {
        while (true)
        {
            var (head, content) = await link.ReadAsync(LinkSide.Reader, stop).ConfigureAwait(false);
            if (head.Type == LinkFrame.Probe)
            {
                await link.NotifyAsync(LinkFrame.Alive, _manifest.Head.Blocks, default, stop).ConfigureAwait(false);
                continue;
            }

            var wish = Wish.Parse(head, content.Span);
            if (wish.To > _manifest.Head.Blocks) throw new ProtocolException("a wish goes beyond the image");
            _isAside = wish.IsAside;
            await _wishes.Writer.WriteAsync(wish, stop).ConfigureAwait(false);
        }
    }

    private async Task SendAsync(CancellationToken stop)
    {
        long? lastFrom = null;
        await foreach (var wish in _wishes.Reader.ReadAllAsync(stop).ConfigureAwait(false))
        {
            // The same wish again only says whether the member is to be waited for.
            if (!wish.IsRepair && lastFrom == wish.From) continue;
            if (!wish.IsRepair) lastFrom = wish.From;
            await SendAsync(wish, stop).ConfigureAwait(false);
        }
    }

    private async Task SendAsync(Wish wish, CancellationToken stop)
    {
        for (var next = wish.From; next < wish.To;)
        {
            // A later wish for everything from elsewhere replaces this one.
            if (!wish.IsRepair && _wishes.Reader.TryPeek(out var other) && !other.IsRepair && other.From != wish.From) return;
            var (length, after) = Fill(next, wish.To);
            var clear = (int)Math.Min(length, (after - next) * _manifest.Head.BlockSize);
            await PayAsync(clear, wish, stop).ConfigureAwait(false);
            await link.SendFramesAsync(_frames.AsMemory(0, length), stop).ConfigureAwait(false);
            run.Sent(clear, isMain: !wish.IsRepair && !_isAside);
            next = after;
        }
    }

    private async Task PayAsync(int bytes, Wish wish, CancellationToken stop)
    {
        var wait = run.Pay(bytes, isLeftover: !wish.IsRepair && _isAside);
        // So that the member does not take patience for death.
        for (; wait > Beat; wait -= Beat)
        {
            await Task.Delay(Beat, run.Time, stop).ConfigureAwait(false);
            await link.NotifyAsync(LinkFrame.Alive, _manifest.Head.Blocks, default, stop).ConfigureAwait(false);
            // Nobody needs the time any more.
            if (!wish.IsRepair && _isAside && !run.HasMainLinks) return;
        }

        if (wait > TimeSpan.Zero) await Task.Delay(wait, run.Time, stop).ConfigureAwait(false);
    }

    // Puts together the frames of the next blocks.
    private (int Length, long Next) Fill(long block, long end)
    {
        var length = 0;
        while (block < end)
        {
            var size = _manifest.Head.LengthOf(block);
            if (length > 0 && length + size > Batch) break;
            var page = block / ChainWire.DigestsPerPage;
            if (run.Verifies && !_sentPages[page])
            {
                var digests = _manifest.Page(page);
                length += Write(length, new(LinkFrame.Page, 0, digests.Length, page), digests.Span);
                _sentPages[page] = true;
            }

            length += run.Verifies && _zeros.Contains(block)
                ? Write(length, new(LinkFrame.Block, LinkHeader.Zeros, 0, block), [])
                : WriteBlock(length, block, size);
            block++;
            if (length + ChainWire.PageLength + ChainWire.HeaderLength + ChainWire.TagLength + _manifest.Head.BlockSize > _frames.Length) break;
        }

        return (length, block);
    }

    private int Write(int at, LinkHeader head, ReadOnlySpan<byte> content)
    {
        head.Write(_frames.AsSpan(at));
        content.CopyTo(_frames.AsSpan(at + ChainWire.HeaderLength));
        return ChainWire.HeaderLength + content.Length;
    }

    private int WriteBlock(int at, long block, int size)
    {
        var target = _frames.AsSpan(at + ChainWire.HeaderLength);
        var offset = block * _manifest.Head.BlockSize;
        if (_seal is not { } seal)
        {
            Read(offset, target[..size]);
            new LinkHeader(LinkFrame.Block, 0, size, block).Write(_frames.AsSpan(at));
            return ChainWire.HeaderLength + size;
        }

        var clear = _clear.AsSpan(0, size);
        Read(offset, clear);
        // Never two contents under one nonce.
        if (!_manifest.IsRight(block, clear)) throw new IOException("the image was changed while it was sent");
        seal.Close(block, clear, target);
        new LinkHeader(LinkFrame.Block, 0, size + ChainWire.TagLength, block).Write(_frames.AsSpan(at));
        return ChainWire.HeaderLength + size + ChainWire.TagLength;
    }

    private void Read(long offset, Span<byte> target)
    {
        while (!target.IsEmpty)
        {
            var count = RandomAccess.Read(file, target, offset);
            if (count == 0) throw new IOException("the image became shorter while it was sent");
            target = target[count..];
            offset += count;
        }
    }
}
