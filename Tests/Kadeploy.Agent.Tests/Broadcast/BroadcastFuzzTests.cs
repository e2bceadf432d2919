using System.Security.Cryptography;
using Kadeploy.Protocol;
using Kadeploy.Protocol.Broadcast;
using Xunit;

namespace Kadeploy.Agent.Tests.Broadcast;

/// <summary>Whatever reads what comes from the network of a broadcast gets it damaged, from a seed: nothing but a refusal may come of it.</summary>
public class BroadcastFuzzTests
{
    private const int Rounds = 50_000;
    private const long MostBytes = 1024 * 1024;

    private delegate void Reader(ReadOnlySpan<byte> bytes);

    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(ChainWire.KeyLength);

    private static readonly (byte[] Good, Reader Read)[] Samples =
    [
        (new LinkGreeting(LinkRole.Data, new byte[ChainWire.RunLength], 1, 2).ToBytes(), static bytes => LinkGreeting.Parse(Padded(bytes, ChainWire.HelloLength))),
        (Head(LinkFrame.Want, 40, 7), static bytes => LinkHeader.Parse(Padded(bytes, ChainWire.HeaderLength), LinkSide.Reader, 65536)),
        (Head(LinkFrame.Block, 65536, 7), static bytes => LinkHeader.Parse(Padded(bytes, ChainWire.HeaderLength), LinkSide.Source, 65536)),
        (Head(LinkFrame.Report, 60, 7), static bytes => LinkHeader.Parse(Padded(bytes, ChainWire.HeaderLength), LinkSide.Node, 0)),
        (Head(LinkFrame.Sources, 60, 7), static bytes => LinkHeader.Parse(Padded(bytes, ChainWire.HeaderLength), LinkSide.Server, 0)),
        (new Wish(3, 9, false, true).ToBytes(), static bytes => Wish.Parse(new(LinkFrame.Want, 0, bytes.Length, 3), bytes)),
        (new Joining(25303, 1000, 1 << 27).ToBytes(), static bytes => Joining.Parse(bytes)),
        (Report.ToBytes(), static bytes => NodeReport.Parse(new(LinkFrame.Report, 0, bytes.Length, 3), bytes)),
        (new MemberNotice(3, BypassReason.Frozen).ToBytes(), static bytes => MemberNotice.Parse(bytes)),
        (new SourceList(1, true, 100, [new(1, "10.0.0.1", 25303), new(2, "fd00::1", 25303)]).ToBytes(), static bytes => SourceList.Parse(bytes)),
        (new Trial(8, 12345).ToBytes(), static bytes => Trial.Parse(bytes)),
        (ManifestHead.Make(65536, 3_000_000, new byte[32], new byte[32]).Bytes.ToArray(), static bytes => ManifestHead.Parse(bytes)),
    ];

    private static NodeReport Report => new() { Position = 1, Beyond = 7, Written = 2, Source = 3, WriterBusy = 4, IsHeld = true, Resent = 5, LateMilliseconds = 6 };

    [Theory]
    [InlineData(1)]
    [InlineData(20261)]
    public void Parsers_refuse_damage_in_bounded_memory(int seed)
    {
        var random = new Random(seed);
        int whole = 0, refused = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var (good, read) = Samples[random.Next(Samples.Length)];
            var bytes = Damage(good, random);
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                read(bytes);
                whole++;
            }
            catch (ProtocolException)
            {
                refused++;
            }

            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < MostBytes, $"seed {seed}, round {round}: {Convert.ToHexString(bytes)}");
        }

        Assert.True(whole > 0 && refused > Rounds / 10, $"{whole} whole, {refused} refused");
    }

    [Fact]
    public void What_was_sent_is_what_is_read()
    {
        Assert.Equal(new Wish(3, 9, false, true), Wish.Parse(new(LinkFrame.Want, 0, 0, 3), new Wish(3, 9, false, true).ToBytes()));
        Assert.Equal(Report, NodeReport.Parse(new(LinkFrame.Report, 0, 0, 1), Report.ToBytes()));
        var list = SourceList.Parse(new SourceList(1, true, 100, [new(1, "10.0.0.1", 25303)]) { HasReaders = true }.ToBytes());
        Assert.Equal((1u, true, true, (ushort)100, new SourceMember(1, "10.0.0.1", 25303)), (list.Number, list.IsAside, list.HasReaders, list.ReportMilliseconds, Assert.Single(list.Members)));
    }

    [Fact]
    public void A_notice_that_was_changed_repeated_or_left_out_is_refused()
    {
        var keys = LinkKeys.Of(Key, new byte[ChainWire.HelloLength], new byte[ChainWire.NonceLength]);
        var (sender, receiver) = (keys.FromCaller(), keys.FromCaller());
        var first = sender.Frame(LinkFrame.Probe, 0, [1, 2]);
        var second = sender.Frame(LinkFrame.Probe, 0, [3]);
        Open(receiver, first);
        Assert.Throws<ProtocolException>(() => Open(receiver, first));

        var other = keys.FromCaller();
        Assert.Throws<ProtocolException>(() => Open(other, second));

        for (var i = 0; i < first.Length * 8; i++)
        {
            var changed = first.ToArray();
            changed[i / 8] ^= (byte)(1 << (i % 8));
            Assert.Throws<ProtocolException>(() => Open(keys.FromCaller(), changed));
        }

        // What goes the other way has other keys.
        Assert.Throws<ProtocolException>(() => Open(keys.ToCaller(), first));

        static void Open(LinkMac mac, byte[] frame) =>
            mac.Open(LinkHeader.Parse(frame.AsSpan(0, ChainWire.HeaderLength), LinkSide.Reader, 0), frame.AsSpan(ChainWire.HeaderLength));
    }

    [Fact]
    public void A_greeting_proves_both_sides()
    {
        var hello = new LinkGreeting(LinkRole.Data, new byte[ChainWire.RunLength], 1, 2).ToBytes();
        var answer = new byte[ChainWire.AnswerLength];
        var called = LinkKeys.Answer(Key, hello, answer);
        var caller = LinkKeys.Accept(Key, hello, answer);
        Assert.NotNull(caller);
        Assert.True(called.IsCallerProof(caller.CallerProof()));
        Assert.Null(LinkKeys.Accept(new byte[ChainWire.KeyLength], hello, answer));
        Assert.False(LinkKeys.Answer(new byte[ChainWire.KeyLength], hello, new byte[ChainWire.AnswerLength]).IsCallerProof(caller.CallerProof()));
    }

    [Fact]
    public void An_encrypted_block_that_was_changed_is_refused()
    {
        using var seal = new BlockSeal(Key, new byte[32]);
        var (clear, closed, opened) = (RandomNumberGenerator.GetBytes(1000), new byte[1016], new byte[1000]);
        seal.Close(5, clear, closed);
        Assert.True(seal.TryOpen(5, closed, opened));
        Assert.Equal(clear, opened);
        Assert.False(seal.TryOpen(6, closed, opened));
        closed[500] ^= 1;
        Assert.False(seal.TryOpen(5, closed, opened));
        using var other = new BlockSeal(Key, [1, .. new byte[31]]);
        closed[500] ^= 1;
        Assert.False(other.TryOpen(5, closed, opened));
    }

    private static byte[] Head(LinkFrame type, int length, long index)
    {
        var bytes = new byte[ChainWire.HeaderLength];
        new LinkHeader(type, 0, length, index).Write(bytes);
        return bytes;
    }

    // What reads these always has so many.
    private static ReadOnlySpan<byte> Padded(ReadOnlySpan<byte> bytes, int length)
    {
        var padded = new byte[length];
        bytes[..Math.Min(bytes.Length, length)].CopyTo(padded);
        return padded;
    }

    private static byte[] Damage(byte[] bytes, Random random)
    {
        var damaged = bytes.ToArray();
        switch (random.Next(5))
        {
            case 0:
                damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                return damaged[..random.Next(damaged.Length)];
            case 2:
                random.NextBytes(damaged.AsSpan(random.Next(damaged.Length)));
                break;
            case 3:
                return [.. damaged, .. damaged];
            default:
                damaged.AsSpan(random.Next(damaged.Length)).Fill((byte)random.Next(256));
                break;
        }

        return damaged;
    }
}
