using System.Buffers;
using System.Net.Sockets;

namespace Kadeploy.Engine.BootServices;

/// <summary>Sends one file to one client.</summary>
/// <remarks>
/// Blocks count from 1 in 64 bits here and in 16 bits on the wire, where they wrap to 0; a window is far smaller than that, so that the nearest block is
/// the one that is meant. The socket is connected: packets of others do not reach it (RFC 1350 §4 would have them answered with an error; the system
/// answers that nobody listens).
/// </remarks>
internal sealed class TftpTransfer(Socket socket, BootFile file, TftpRequest request, TftpOptions options, TimeProvider time)
{
    private readonly int _blockSize = Math.Min(request.BlockSize ?? 512, Math.Max(512, options.LargestBlock));
    private readonly int _window = Math.Min(request.Window ?? 1, Math.Max(1, options.LargestWindow));
    private readonly byte[] _received = new byte[516];
    private long _acknowledged;

    /// <summary>Gets a value indicating whether the client has answered.</summary>
    public bool IsUnderWay { get; private set; }

    /// <summary>Gets how many bytes the client has acknowledged.</summary>
    public long Bytes => Math.Min(_acknowledged * _blockSize, file.Length);

    // The last block is shorter than the others, and empty when the length is a multiple (RFC 1350 §6).
    private long Blocks => (file.Length / _blockSize) + 1;

    /// <summary>Runs the transfer.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Why it failed, or null.</returns>
    public async Task<string?> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (Agreed() is { Count: > 0 } agreed)
            {
                var packet = TftpPackets.Options(agreed);
                // The options are acknowledged as block 0 (RFC 2347).
                await ExchangeAsync(() => socket.SendAsync(packet, cancellationToken).AsTask(), 0, cancellationToken).ConfigureAwait(false);
            }

            while (_acknowledged < Blocks)
            {
                await ExchangeAsync(() => SendWindowAsync(cancellationToken), Math.Min(_acknowledged + _window, Blocks), cancellationToken)
                    .ConfigureAwait(false);
            }

            return null;
        }
        catch (TransferEndedException ended)
        {
            return ended.Message;
        }
        catch (SocketException failure)
        {
            return failure.SocketErrorCode is SocketError.ConnectionRefused or SocketError.ConnectionReset
                ? "the client does not listen any more" : failure.Message;
        }
    }

    private List<(string Name, long Value)> Agreed()
    {
        var agreed = new List<(string, long)>();
        if (request.BlockSize is not null) agreed.Add(("blksize", _blockSize)); // RFC 2348: the same or smaller
        if (request.Timeout is { } seconds) agreed.Add(("timeout", seconds)); // RFC 2349: the same
        if (request.Size) agreed.Add(("tsize", file.Length));
        if (request.Window is not null) agreed.Add(("windowsize", _window)); // RFC 7440: the same or smaller
        return agreed;
    }

    /// <summary>Sends until something new is acknowledged.</summary>
    private async Task ExchangeAsync(Func<Task> send, long last, CancellationToken cancellationToken)
    {
        var wait = request.Timeout is { } seconds ? TimeSpan.FromSeconds(seconds) : options.Timeout;
        var longest = request.Timeout is null ? wait * 8 : wait;
        for (var attempt = 0; attempt < options.Tries; attempt++)
        {
            await send().ConfigureAwait(false);
            if (await AcknowledgedAsync(last, wait, cancellationToken).ConfigureAwait(false)) return;
            wait = TimeSpan.FromTicks(Math.Min(wait.Ticks * 2, longest.Ticks));
        }

        throw new TransferEndedException("the client does not answer");
    }

    /// <summary>Waits for an acknowledgement; false when the window is to be sent again.</summary>
    private async Task<bool> AcknowledgedAsync(long last, TimeSpan wait, CancellationToken cancellationToken)
    {
        using var expiry = new CancellationTokenSource(wait, time);
        // Fires for: the server's end or the transfer's limit; the wait's end. Other packets do not begin the wait anew.
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, expiry.Token);
        while (true)
        {
            int length;
            try
            {
                length = await socket.ReceiveAsync(_received, either.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return false;
            }
            catch (SocketException failure) when (failure.SocketErrorCode == SocketError.MessageSize)
            {
                continue; // Longer than any acknowledgement.
            }

            var packet = _received.AsSpan(0, length);
            if (TftpPackets.TryReadError(packet, out var message)) throw new TransferEndedException($"the client gave up: {message}");
            if (!TftpPackets.TryReadAcknowledgement(packet, out var wire)) continue;
            if (last == 0 && wire != 0) continue;
            var block = _acknowledged + (short)(wire - (ushort)_acknowledged);
            if (block == _acknowledged && last == 0)
            {
                IsUnderWay = true;
                return true;
            }

            // What is older, or was sent twice on the way, gets no answer: RFC 1123 §4.2.3.1 calls it the sorcerer's apprentice. In a window of several
            // blocks a repeated acknowledgement asks for the rest again (RFC 7440 §4); that too is left to the wait.
            if (block <= _acknowledged || block > last) continue;
            (_acknowledged, IsUnderWay) = (block, true);
            return true;
        }
    }

    private async Task SendWindowAsync(CancellationToken cancellationToken)
    {
        var packet = ArrayPool<byte>.Shared.Rent(TftpPackets.DataHeader + _blockSize);
        try
        {
            for (var block = _acknowledged + 1; block <= Math.Min(_acknowledged + _window, Blocks); block++)
            {
                var offset = (block - 1) * _blockSize;
                var length = (int)Math.Min(_blockSize, file.Length - offset);
                TftpPackets.WriteDataHeader(packet, (ushort)block);
                if (!await file.FillAsync(offset, packet.AsMemory(TftpPackets.DataHeader, length), cancellationToken).ConfigureAwait(false))
                {
                    await socket.SendAsync(TftpPackets.Error(TftpError.NotDefined, "the file was cut"), cancellationToken).ConfigureAwait(false);
                    throw new TransferEndedException("the file was cut meanwhile");
                }

                await socket.SendAsync(packet.AsMemory(0, TftpPackets.DataHeader + length), cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(packet);
        }
    }

    private sealed class TransferEndedException(string message) : Exception(message);
}
