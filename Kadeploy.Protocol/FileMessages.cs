namespace Kadeploy.Protocol;

/// <summary>Announces a file. It is written beside its place and moved there when its digest is right.</summary>
/// <param name="Transfer">A number that is the transfer's own while the connection lasts.</param>
/// <param name="Path">Where it shall be: an absolute path.</param>
/// <param name="Mode">Its permissions, such as 0600.</param>
/// <param name="Length">Its length in bytes.</param>
internal sealed record FileBegin(uint Transfer, string Path, ushort Mode, long Length) : IMessage
{
    public FrameType Type => FrameType.FileBegin;

    public void Write(PayloadWriter writer)
    {
        writer.U32(Transfer);
        writer.Text(Path);
        writer.U16(Mode);
        writer.U64((ulong)Length);
    }

    public static FileBegin Parse(ReadOnlySpan<byte> payload)
    {
        var reader = new PayloadReader(payload);
        var file = new FileBegin(reader.U32(), reader.Text(4096), reader.U16(), reader.Count());
        reader.End();
        if (!file.Path.StartsWith('/') || file.Path.EndsWith('/')) throw new ProtocolException("a file has no absolute path");
        return file.Mode <= 0xFFF ? file : throw new ProtocolException("a file has permissions that do not exist");
    }
}

/// <summary>A piece of a file; they come in their order.</summary>
internal sealed record FileData(uint Transfer, ReadOnlyMemory<byte> Data) : IMessage
{
    public FrameType Type => FrameType.FileData;

    public void Write(PayloadWriter writer)
    {
        writer.U32(Transfer);
        writer.Bytes(Data.Span);
    }

    public static FileData Parse(ReadOnlySpan<byte> payload)
    {
        var reader = new PayloadReader(payload);
        var data = new FileData(reader.U32(), reader.Bytes(Wire.LargestChunk).ToArray());
        reader.End();
        return data;
    }
}

/// <summary>Ends a file.</summary>
internal sealed record FileEnd(uint Transfer, byte[] Digest) : IMessage
{
    public FrameType Type => FrameType.FileEnd;

    public void Write(PayloadWriter writer)
    {
        writer.U32(Transfer);
        writer.Fixed(Digest);
    }

    public static FileEnd Parse(ReadOnlySpan<byte> payload)
    {
        var reader = new PayloadReader(payload);
        var end = new FileEnd(reader.U32(), reader.Fixed(Wire.DigestLength).ToArray());
        reader.End();
        return end;
    }
}

/// <summary>How writing a file ended.</summary>
/// <param name="Transfer">The transfer.</param>
/// <param name="Problem">What went wrong; empty when the file is in its place.</param>
internal sealed record FileResult(uint Transfer, string Problem) : IMessage
{
    public FrameType Type => FrameType.FileResult;

    public void Write(PayloadWriter writer)
    {
        writer.U32(Transfer);
        writer.Text(Problem);
    }

    public static FileResult Parse(ReadOnlySpan<byte> payload)
    {
        var reader = new PayloadReader(payload);
        var result = new FileResult(reader.U32(), reader.Text(4096));
        reader.End();
        return result;
    }
}
