using System.Net;
using System.Net.Sockets;
using Kadeploy.Protocol;
using Kadeploy.Protocol.Broadcast;

namespace Kadeploy.Agent.Tests.Broadcast;

/// <summary>A member that has the whole image from the beginning, speaks the protocol, and does wrong in one way.</summary>
internal sealed class LyingMember : IAsyncDisposable
{
    private readonly LoopbackChain _chain;
    private readonly uint _number;
    private readonly byte[] _key;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly TcpClient _control = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _work = [];
    private LinkMac? _out;

    private LyingMember(LoopbackChain chain, uint number) => (_chain, _number, _key) = (chain, number, chain.Run.Key.ToArray());

    /// <summary>Gets or sets what is done to a block before it is sent.</summary>
    public Action<long, byte[]> Spoil { get; set; } = static (_, _) => { };

    /// <summary>Gets or sets after which block nothing is sent any more, though the connection stays open.</summary>
    public long FreezesAfter { get; set; } = long.MaxValue;

    /// <summary>Gets or sets whether it tells the server how far it is.</summary>
    public bool Reports { get; set; } = true;

    /// <summary>Joins a broadcast.</summary>
    public static async Task<LyingMember> JoinAsync(LoopbackChain chain, uint number)
    {
        var member = new LyingMember(chain, number);
        member._listener.Start();
        await member._control.ConnectAsync(chain.Server.EndPoint);
        var stream = member._control.GetStream();
        var hello = new LinkGreeting(LinkRole.Control, Convert.FromHexString(chain.Run.Id), number, ChainWire.Server).ToBytes();
        await stream.WriteAsync(hello);
        var answer = new byte[ChainWire.AnswerLength];
        await stream.ReadExactlyAsync(answer);
        var keys = LinkKeys.Accept(member._key, hello, answer)!;
        await stream.WriteAsync(keys.CallerProof());
        member._out = keys.FromCaller();
        await stream.WriteAsync(member._out.Frame(LinkFrame.Join, 0, new Joining((ushort)((IPEndPoint)member._listener.LocalEndpoint).Port, 0, 1 << 20).ToBytes()));
        member._work.Add(member.AcceptAsync());
        member._work.Add(member.ReportAsync(stream));
        return member;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        _control.Dispose();
        await Task.WhenAll(_work).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task ReportAsync(NetworkStream stream)
    {
        while (true)
        {
            await Task.Delay(100, _stop.Token);
            if (!Reports) continue;
            var report = new NodeReport { Position = 0, Beyond = 0, Written = 0, Source = 0, WriterBusy = 0, IsHeld = false, Resent = 0, LateMilliseconds = 0 };
            await stream.WriteAsync(_out!.Frame(LinkFrame.Report, _chain.Manifest.Head.Blocks, report.ToBytes()), _stop.Token);
        }
    }

    private async Task AcceptAsync()
    {
        while (true) _work.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var closing = client;
        var stream = client.GetStream();
        var hello = new byte[ChainWire.HelloLength];
        await stream.ReadExactlyAsync(hello, _stop.Token);
        var answer = new byte[ChainWire.AnswerLength];
        var keys = LinkKeys.Answer(_key, hello, answer);
        await stream.WriteAsync(answer, _stop.Token);
        var proof = new byte[Wire.DigestLength];
        await stream.ReadExactlyAsync(proof, _stop.Token);
        Assert(keys.IsCallerProof(proof));
        var (head, content) = await ReadAsync(stream, keys.FromCaller());
        var wish = Wish.Parse(head, content);
        var manifest = _chain.Manifest;
        for (var block = wish.From; block < wish.To; block++)
        {
            if (block > FreezesAfter) await Task.Delay(Timeout.Infinite, _stop.Token);
            var page = block / ChainWire.DigestsPerPage;
            if (block == wish.From || block % ChainWire.DigestsPerPage == 0) await SendAsync(stream, LinkFrame.Page, page, manifest.Page(page).ToArray());
            var bytes = _chain.Image.AsSpan((int)(block * manifest.Head.BlockSize), manifest.Head.LengthOf(block)).ToArray();
            Spoil(block, bytes);
            await SendAsync(stream, LinkFrame.Block, block, bytes);
        }

        await Task.Delay(Timeout.Infinite, _stop.Token);
    }

    private async Task SendAsync(NetworkStream stream, LinkFrame type, long index, byte[] content)
    {
        var frame = new byte[ChainWire.HeaderLength + content.Length];
        new LinkHeader(type, 0, content.Length, index).Write(frame);
        content.CopyTo(frame, ChainWire.HeaderLength);
        await stream.WriteAsync(frame, _stop.Token);
    }

    private async Task<(LinkHeader Head, byte[] Content)> ReadAsync(NetworkStream stream, LinkMac mac)
    {
        var bytes = new byte[ChainWire.HeaderLength];
        await stream.ReadExactlyAsync(bytes, _stop.Token);
        var head = LinkHeader.Parse(bytes, LinkSide.Reader, 0);
        var body = new byte[head.Length];
        await stream.ReadExactlyAsync(body, _stop.Token);
        return (head, mac.Open(head, body).ToArray());
    }

    private static void Assert(bool holds) => Xunit.Assert.True(holds);
}
