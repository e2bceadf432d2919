namespace Kadeploy.Protocol.Broadcast;

/// <summary>A reader's wish.</summary>
/// <param name="From">The first block.</param>
/// <param name="To">The block after the last one.</param>
/// <param name="IsRepair">Whether it is a hole to be filled at once, after which nothing follows.</param>
/// <param name="IsAside">Whether the reader is nobody's source: it is neither waited for nor given time that others need.</param>
internal readonly record struct Wish(long From, long To, bool IsRepair, bool IsAside)
{
    public static Wish Parse(LinkHeader head, ReadOnlySpan<byte> content)
    {
        var reader = new PayloadReader(content);
        var wish = new Wish(head.Index, reader.Count(), reader.Flag(), reader.Flag());
        reader.End();
        return wish.To >= wish.From ? wish : throw new ProtocolException("a wish ends before it begins");
    }

    public byte[] ToBytes()
    {
        var writer = new PayloadWriter();
        writer.U64((ulong)To);
        writer.U8(IsRepair ? (byte)1 : (byte)0);
        writer.U8(IsAside ? (byte)1 : (byte)0);
        return writer.Written.ToArray();
    }
}

/// <summary>A node begins.</summary>
/// <param name="Port">Where it listens for readers.</param>
/// <param name="LinkMegabits">The speed of its fastest network card; 0 when unknown.</param>
/// <param name="RingBytes">How much memory it has for blocks.</param>
internal readonly record struct Joining(ushort Port, uint LinkMegabits, long RingBytes)
{
    public static Joining Parse(ReadOnlySpan<byte> content)
    {
        var reader = new PayloadReader(content);
        var join = new Joining(reader.U16(), reader.U32(), reader.Count());
        reader.End();
        return join;
    }

    public byte[] ToBytes()
    {
        var writer = new PayloadWriter();
        writer.U16(Port);
        writer.U32(LinkMegabits);
        writer.U64((ulong)RingBytes);
        return writer.Written.ToArray();
    }
}

/// <summary>How far a node is.</summary>
internal readonly record struct NodeReport
{
    /// <summary>Gets the number of blocks before the first one that is missing.</summary>
    public required long Position { get; init; }

    /// <summary>Gets the number of blocks that are there beyond the first one that is missing.</summary>
    public required uint Beyond { get; init; }

    /// <summary>Gets the number of bytes that the writer has.</summary>
    public required long Written { get; init; }

    /// <summary>Gets the member from which blocks come.</summary>
    public required uint Source { get; init; }

    /// <summary>Gets the part of the time, in thousandths, for which the writer kept blocks waiting, since the last report.</summary>
    public required ushort WriterBusy { get; init; }

    /// <summary>Gets a value indicating whether nothing more is taken because a reader has not got enough yet.</summary>
    public required bool IsHeld { get; init; }

    /// <summary>Gets how many bytes were sent to this node in vain: they were wrong, or there already.</summary>
    public required long Resent { get; init; }

    /// <summary>Gets for how long in all, in milliseconds, this node has got no processor when it wanted one, since the last report: then it is not the network that is slow.</summary>
    public required ushort LateMilliseconds { get; init; }

    public static NodeReport Parse(LinkHeader head, ReadOnlySpan<byte> content)
    {
        var reader = new PayloadReader(content);
        var report = new NodeReport
        {
            Position = head.Index, Beyond = reader.U32(), Written = reader.Count(), Source = reader.U32(), WriterBusy = reader.U16(), IsHeld = reader.Flag(), Resent = reader.Count(),
            LateMilliseconds = reader.U16(),
        };
        reader.End();
        return report;
    }

    public byte[] ToBytes()
    {
        var writer = new PayloadWriter();
        writer.U32(Beyond);
        writer.U64((ulong)Written);
        writer.U32(Source);
        writer.U16(WriterBusy);
        writer.U8(IsHeld ? (byte)1 : (byte)0);
        writer.U64((ulong)Resent);
        writer.U16(LateMilliseconds);
        return writer.Written.ToArray();
    }
}

/// <summary>Why a node has gone past its source.</summary>
internal enum BypassReason : byte
{
    /// <summary>The connection broke, or could not be made.</summary>
    Dead = 1,

    /// <summary>It was silent, and did not answer either.</summary>
    Frozen = 2,

    /// <summary>It had done its part and went.</summary>
    Left = 3,

    /// <summary>Too much of what it sent was wrong.</summary>
    Corrupt = 4,

    /// <summary>It was much slower than its own source; only the server says so.</summary>
    Slow = 5,
}

/// <summary>Something about another member.</summary>
/// <param name="Member">The member.</param>
/// <param name="Reason">Why it was passed by; not used of a wrong block.</param>
internal readonly record struct MemberNotice(uint Member, BypassReason Reason)
{
    public static MemberNotice Parse(ReadOnlySpan<byte> content)
    {
        var reader = new PayloadReader(content);
        var notice = new MemberNotice(reader.U32(), (BypassReason)reader.U8());
        reader.End();
        return notice.Reason is >= BypassReason.Dead and <= BypassReason.Slow ? notice : throw new ProtocolException("a reason is not known");
    }

    public byte[] ToBytes()
    {
        var writer = new PayloadWriter();
        writer.U32(Member);
        writer.U8((byte)Reason);
        return writer.Written.ToArray();
    }
}

/// <summary>Where a node gets blocks from.</summary>
/// <param name="Number">The list's number: a later one replaces earlier ones.</param>
/// <param name="IsAside">Whether the node is nobody's source for now.</param>
/// <param name="ReportMilliseconds">How often the node reports.</param>
/// <param name="Members">The sources, nearest first. The server, which has everything, comes after them and is not listed.</param>
internal sealed record SourceList(uint Number, bool IsAside, ushort ReportMilliseconds, IReadOnlyList<SourceMember> Members)
{
    /// <summary>Gets a value indicating whether the node is the source of others, which may not have called yet.</summary>
    public bool HasReaders { get; init; }

    public static SourceList Parse(ReadOnlySpan<byte> content)
    {
        var reader = new PayloadReader(content);
        var (number, aside, hasReaders, report, count) = (reader.U32(), reader.Flag(), reader.Flag(), reader.U16(), reader.U8());
        if (count > ChainWire.MostSources) throw new ProtocolException($"a list of {count} sources is too long");
        var members = new SourceMember[count];
        for (var i = 0; i < count; i++) members[i] = new(reader.U32(), reader.Text(64), reader.U16());
        reader.End();
        return new(number, aside, report, members) { HasReaders = hasReaders };
    }

    public byte[] ToBytes()
    {
        var writer = new PayloadWriter();
        writer.U32(Number);
        writer.U8(IsAside ? (byte)1 : (byte)0);
        writer.U8(HasReaders ? (byte)1 : (byte)0);
        writer.U16(ReportMilliseconds);
        writer.U8((byte)Members.Count);
        foreach (var member in Members)
        {
            writer.U32(member.Number);
            writer.Text(member.Address);
            writer.U16(member.Port);
        }

        return writer.Written.ToArray();
    }
}

/// <summary>A member that can be a source.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Address">Its IPv4 or IPv6 address.</param>
/// <param name="Port">Its port.</param>
internal readonly record struct SourceMember(uint Number, string Address, ushort Port);

/// <summary>A trial of how fast the server is, or its result.</summary>
/// <param name="Count">Of how many blocks.</param>
/// <param name="Microseconds">How long it took; 0 in the request.</param>
internal readonly record struct Trial(uint Count, uint Microseconds)
{
    public static Trial Parse(ReadOnlySpan<byte> content)
    {
        var reader = new PayloadReader(content);
        var trial = new Trial(reader.U32(), reader.U32());
        reader.End();
        return trial;
    }

    public byte[] ToBytes()
    {
        var writer = new PayloadWriter();
        writer.U32(Count);
        writer.U32(Microseconds);
        return writer.Written.ToArray();
    }
}
