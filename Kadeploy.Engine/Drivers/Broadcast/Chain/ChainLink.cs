using System.Net;
using System.Net.Sockets;
using Kadeploy.Protocol;
using Kadeploy.Protocol.Broadcast;

namespace Kadeploy.Engine.Drivers.Broadcast.Chain;

/// <summary>A connection that a member of a broadcast has opened to this server.</summary>
/// <param name="socket">The socket.</param>
internal sealed class ChainLink(Socket socket) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly byte[] _head = new byte[ChainWire.HeaderLength];
    private readonly byte[] _body = new byte[ChainWire.LargestNotice];
    private LinkMac? _in;
    private LinkMac? _out;

    /// <summary>Gets who has called, and what for; valid after <see cref="GreetAsync"/>.</summary>
    public LinkGreeting Call { get; private set; } = new(LinkRole.Data, default, 0, 0);

    /// <summary>Gets the address of the member.</summary>
    public IPAddress Address { get; } = ((IPEndPoint)socket.RemoteEndPoint!).Address is { IsIPv4MappedToIPv6: true } mapped
        ? mapped.MapToIPv4() : ((IPEndPoint)socket.RemoteEndPoint!).Address;

    /// <summary>Greets.</summary>
    /// <param name="find">Finds a broadcast by its identifier.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The broadcast; null when there is none such.</returns>
    /// <exception cref="ProtocolException">The caller does not speak the protocol, or does not know the key.</exception>
    /// <exception cref="SocketException">The connection broke.</exception>
    public async Task<ChainRun?> GreetAsync(Func<ReadOnlyMemory<byte>, ChainRun?> find, CancellationToken cancellationToken)
    {
        var hello = new byte[ChainWire.HelloLength];
        await ReceiveAsync(hello, cancellationToken).ConfigureAwait(false);
        Call = LinkGreeting.Parse(hello);
        if (find(Call.Run) is not { } run) return null;
        if (Call.Called != ChainWire.Server || Call.Caller == ChainWire.Server) throw new ProtocolException("a call is for another member");
        var answer = new byte[ChainWire.AnswerLength];
        var keys = LinkKeys.Answer(run.Key.Span, hello, answer);
        await SendAsync(answer, cancellationToken).ConfigureAwait(false);
        var proof = new byte[Wire.DigestLength];
        await ReceiveAsync(proof, cancellationToken).ConfigureAwait(false);
        if (!keys.IsCallerProof(proof)) throw new ProtocolException("who calls does not know the key of this operation");
        (_in, _out) = (keys.FromCaller(), keys.ToCaller());
        return run;
    }

    /// <summary>Reads the next notice.</summary>
    /// <param name="sender">What the caller is.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Its head and content; valid until the next one is read.</returns>
    /// <exception cref="ProtocolException">It is none.</exception>
    /// <exception cref="SocketException">The connection broke or was closed.</exception>
    public async Task<(LinkHeader Head, ReadOnlyMemory<byte> Content)> ReadAsync(LinkSide sender, CancellationToken cancellationToken)
    {
        await ReceiveAsync(_head, cancellationToken).ConfigureAwait(false);
        var head = LinkHeader.Parse(_head, sender, 0);
        var body = _body.AsMemory(0, head.Length);
        await ReceiveAsync(body, cancellationToken).ConfigureAwait(false);
        var content = _in!.Open(head, body.Span);
        return (head, body[..content.Length]);
    }

    /// <summary>Sends a notice.</summary>
    public async Task NotifyAsync(LinkFrame type, long index, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await SendAsync(_out!.Frame(type, index, content.Span), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Sends whole frames that were made elsewhere.</summary>
    public async Task SendFramesAsync(ReadOnlyMemory<byte> frames, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await SendAsync(frames, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        socket.Dispose();
        _turn.Dispose();
    }

    private async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (!bytes.IsEmpty) bytes = bytes[await socket.SendAsync(bytes, cancellationToken).ConfigureAwait(false)..];
    }

    private async Task ReceiveAsync(Memory<byte> bytes, CancellationToken cancellationToken)
    {
        while (!bytes.IsEmpty)
        {
            var count = await socket.ReceiveAsync(bytes, cancellationToken).ConfigureAwait(false);
            if (count == 0) throw new SocketException((int)SocketError.ConnectionReset);
            bytes = bytes[count..];
        }
    }
}
