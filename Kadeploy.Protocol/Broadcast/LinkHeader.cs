using System.Buffers.Binary;

namespace Kadeploy.Protocol.Broadcast;

/// <summary>The head of a frame between members of a broadcast.</summary>
/// <param name="Type">Its kind.</param>
/// <param name="Flags">For blocks, <see cref="Zeros"/>; else 0.</param>
/// <param name="Length">How many bytes follow.</param>
/// <param name="Index">The block or page that it is about.</param>
internal readonly record struct LinkHeader(LinkFrame Type, byte Flags, int Length, long Index)
{
    /// <summary>The flag of a block that is all zeros and therefore not sent.</summary>
    public const byte Zeros = 1;

    /// <summary>Gets a value indicating whether a proof ends the content; blocks and pages are proved by their digests.</summary>
    public bool HasMac => Type is not (LinkFrame.Block or LinkFrame.Page);

    /// <summary>Reads a head and refuses what its sender may not send.</summary>
    /// <param name="bytes">As many as <see cref="ChainWire.HeaderLength"/>.</param>
    /// <param name="sender">Who has sent them.</param>
    /// <param name="largestBlock">The length of a block on the wire.</param>
    /// <exception cref="ProtocolException">It is none, or too large.</exception>
    public static LinkHeader Parse(ReadOnlySpan<byte> bytes, LinkSide sender, int largestBlock)
    {
        var type = (LinkFrame)bytes[0];
        if (!MaySend(sender, type)) throw new ProtocolException($"type {bytes[0]} is no frame that a {sender} may send");
        if ((bytes[1] & ~Zeros) != 0 || (bytes[1] != 0 && type != LinkFrame.Block) || bytes[2] != 0 || bytes[3] != 0) throw new ProtocolException("a frame has flags that are not known");
        var length = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]);
        var most = type switch
        {
            LinkFrame.Block => bytes[1] == Zeros ? 0 : largestBlock,
            LinkFrame.Page => ChainWire.PageLength,
            _ => ChainWire.LargestNotice,
        };
        if (length > most) throw new ProtocolException($"a {type} of {length} bytes is larger than the {most} that are allowed");
        var header = new LinkHeader(type, bytes[1], (int)length, 0);
        if (header.HasMac && length < ChainWire.MacLength) throw new ProtocolException($"a {type} has no proof");
        var index = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        return index <= long.MaxValue ? header with { Index = (long)index } : throw new ProtocolException("a block's number is too large");
    }

    /// <summary>Writes a head.</summary>
    public void Write(Span<byte> target)
    {
        target[0] = (byte)Type;
        target[1] = Flags;
        target[2] = target[3] = 0;
        BinaryPrimitives.WriteUInt32BigEndian(target[4..], (uint)Length);
        BinaryPrimitives.WriteUInt64BigEndian(target[8..], (ulong)Index);
    }

    private static bool MaySend(LinkSide sender, LinkFrame type) => sender switch
    {
        LinkSide.Reader => type is LinkFrame.Want or LinkFrame.Probe,
        LinkSide.Source => type is >= LinkFrame.Block and <= LinkFrame.Leaving,
        LinkSide.Node => type is >= LinkFrame.Join and <= LinkFrame.Tried,
        LinkSide.Server => type is LinkFrame.Sources or LinkFrame.Try,
        _ => false,
    };
}
