using System.Security.Cryptography;

namespace Kadeploy.Protocol;

/// <summary>Asks for a program to be run, or to be attached to it when its identifier is known.</summary>
internal sealed record RunRequest : IMessage
{
    public FrameType Type => FrameType.Run;

    /// <summary>Gets the command's identifier: attempt and ordinal.</summary>
    public required string Id { get; init; }

    /// <summary>Gets how much of the standard output is there already.</summary>
    public long OutputOffset { get; init; }

    /// <summary>Gets how much of the standard error is there already.</summary>
    public long ErrorOffset { get; init; }

    /// <summary>Gets the program and its arguments.</summary>
    public required string[] Vector { get; init; }

    /// <summary>Gets the variables: name, value, name, value…</summary>
    public string[] Environment { get; init; } = [];

    /// <summary>Gets the length of the input that follows, in bytes.</summary>
    public long InputLength { get; init; }

    /// <summary>Gets the SHA-256 of the input that follows.</summary>
    public byte[] InputDigest { get; init; } = SHA256.HashData([]);

    public void Write(PayloadWriter writer)
    {
        writer.Text(Id);
        writer.U64((ulong)OutputOffset);
        writer.U64((ulong)ErrorOffset);
        WriteContent(writer);
    }

    public static RunRequest Parse(ReadOnlySpan<byte> payload)
    {
        var reader = new PayloadReader(payload);
        var request = new RunRequest
        {
            Id = CommandId.Parse(ref reader),
            OutputOffset = reader.Count(),
            ErrorOffset = reader.Count(),
            Vector = reader.Texts(),
            Environment = reader.Texts(),
            InputLength = reader.Count(),
            InputDigest = reader.Fixed(Wire.DigestLength).ToArray(),
        };
        reader.End();
        if (request.Vector.Length == 0 || request.Vector[0].Length == 0) throw new ProtocolException("a command names no program");
        if (request.Environment.Length % 2 != 0) throw new ProtocolException("a variable has no value");
        for (var i = 0; i < request.Environment.Length; i += 2)
            if (request.Environment[i].Length == 0 || request.Environment[i].Contains('=')) throw new ProtocolException("a variable has no name");
        return request;
    }

    /// <summary>Computes what tells this command from another with the same identifier.</summary>
    public byte[] Digest()
    {
        var writer = new PayloadWriter();
        WriteContent(writer);
        return SHA256.HashData(writer.Written.Span);
    }

    private void WriteContent(PayloadWriter writer)
    {
        writer.Texts(Vector);
        writer.Texts(Environment);
        writer.U64((ulong)InputLength);
        writer.Fixed(InputDigest);
    }
}

/// <summary>Reads identifiers of commands.</summary>
internal static class CommandId
{
    public static string Parse(ref PayloadReader reader)
    {
        var id = reader.Text(Wire.LongestIdentifier);
        return id.Length > 0 ? id : throw new ProtocolException("a command has no identifier");
    }
}

/// <summary>A message that holds a command's identifier and nothing else: cancel or done.</summary>
internal sealed record CommandNotice(FrameType Type, string Id) : IMessage
{
    public void Write(PayloadWriter writer) => writer.Text(Id);

    public static string Parse(ReadOnlySpan<byte> payload)
    {
        var reader = new PayloadReader(payload);
        var id = CommandId.Parse(ref reader);
        reader.End();
        return id;
    }
}

/// <summary>The command is known; this much of its input has been taken.</summary>
/// <param name="Type">Attached or InputTaken.</param>
/// <param name="Id">The command.</param>
/// <param name="InputTaken">The number of bytes that need not be sent again.</param>
internal sealed record InputState(FrameType Type, string Id, long InputTaken) : IMessage
{
    public void Write(PayloadWriter writer)
    {
        writer.Text(Id);
        writer.U64((ulong)InputTaken);
    }

    public static InputState Parse(FrameType type, ReadOnlySpan<byte> payload)
    {
        var reader = new PayloadReader(payload);
        var state = new InputState(type, CommandId.Parse(ref reader), reader.Count());
        reader.End();
        return state;
    }
}

/// <summary>A piece of a program's input.</summary>
internal sealed record InputChunk(string Id, long Offset, ReadOnlyMemory<byte> Data) : IMessage
{
    public FrameType Type => FrameType.Input;

    public void Write(PayloadWriter writer)
    {
        writer.Text(Id);
        writer.U64((ulong)Offset);
        writer.Bytes(Data.Span);
    }

    public static InputChunk Parse(ReadOnlySpan<byte> payload)
    {
        var reader = new PayloadReader(payload);
        var chunk = new InputChunk(CommandId.Parse(ref reader), reader.Count(), reader.Bytes(Wire.LargestChunk).ToArray());
        reader.End();
        return chunk;
    }
}

/// <summary>Where a program wrote to.</summary>
internal enum OutputKind : byte
{
    /// <summary>The standard output.</summary>
    Output = 1,

    /// <summary>The standard error.</summary>
    Error = 2,
}

/// <summary>A piece of a program's output.</summary>
/// <param name="Id">The command.</param>
/// <param name="Kind">Where it wrote to.</param>
/// <param name="Offset">How many bytes it had written there before; larger than expected when some were lost while nobody listened.</param>
/// <param name="Data">The piece.</param>
internal sealed record OutputChunk(string Id, OutputKind Kind, long Offset, ReadOnlyMemory<byte> Data) : IMessage
{
    public FrameType Type => FrameType.Output;

    public void Write(PayloadWriter writer)
    {
        writer.Text(Id);
        writer.U8((byte)Kind);
        writer.U64((ulong)Offset);
        writer.Bytes(Data.Span);
    }

    public static OutputChunk Parse(ReadOnlySpan<byte> payload)
    {
        var reader = new PayloadReader(payload);
        var chunk = new OutputChunk(
            CommandId.Parse(ref reader), (OutputKind)reader.U8(), reader.Count(), reader.Bytes(Wire.LargestChunk).ToArray());
        reader.End();
        return chunk.Kind is OutputKind.Output or OutputKind.Error ? chunk : throw new ProtocolException("output came from nowhere");
    }
}

/// <summary>How far a program says it is.</summary>
/// <param name="Id">The command.</param>
/// <param name="Done">What is done, in the program's unit, mostly bytes.</param>
/// <param name="Total">What there is to do; 0 when unknown.</param>
internal sealed record ProgressReport(string Id, long Done, long Total) : IMessage
{
    public FrameType Type => FrameType.Progress;

    public void Write(PayloadWriter writer)
    {
        writer.Text(Id);
        writer.U64((ulong)Done);
        writer.U64((ulong)Total);
    }

    public static ProgressReport Parse(ReadOnlySpan<byte> payload)
    {
        var reader = new PayloadReader(payload);
        var report = new ProgressReport(CommandId.Parse(ref reader), reader.Count(), reader.Count());
        reader.End();
        return report;
    }
}

/// <summary>How a command ended.</summary>
internal enum CommandEnd : byte
{
    /// <summary>The program ended with an exit status.</summary>
    Exited = 1,

    /// <summary>A signal ended the program.</summary>
    Signalled = 2,

    /// <summary>The program could not be started; the status is the system's error number.</summary>
    NotStarted = 3,

    /// <summary>The engine had it stopped.</summary>
    Cancelled = 4,

    /// <summary>The agent was killed while it ran; what it did remains.</summary>
    Interrupted = 5,

    /// <summary>Another command has the same identifier; nothing was run.</summary>
    Conflict = 6,
}

/// <summary>A command's end.</summary>
internal sealed record ExitReport(string Id, CommandEnd End, int Status, string[] LastLines) : IMessage
{
    public FrameType Type => FrameType.Exit;

    public void Write(PayloadWriter writer)
    {
        writer.Text(Id);
        writer.U8((byte)End);
        writer.U32(unchecked((uint)Status));
        writer.Texts(LastLines);
    }

    public static ExitReport Parse(ReadOnlySpan<byte> payload)
    {
        var reader = new PayloadReader(payload);
        var report = new ExitReport(CommandId.Parse(ref reader), (CommandEnd)reader.U8(), unchecked((int)reader.U32()), reader.Texts());
        reader.End();
        return report.End is >= CommandEnd.Exited and <= CommandEnd.Conflict ? report : throw new ProtocolException("a command ended in no known way");
    }
}
