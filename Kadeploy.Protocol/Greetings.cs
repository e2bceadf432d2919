namespace Kadeploy.Protocol;

/// <summary>The agent says who it is. It is the first frame of every connection.</summary>
internal sealed record Hello : IMessage
{
    public FrameType Type => FrameType.Hello;

    /// <summary>Gets the protocol's version.</summary>
    public ushort Version { get; init; } = Wire.Version;

    /// <summary>Gets the token of the kernel command line; empty on standard input and output, where ssh has proved who is who.</summary>
    public required string Token { get; init; }

    /// <summary>Gets the secret that the agent made for itself; with it the agent, and nobody else, may come back.</summary>
    public required byte[] Session { get; init; }

    /// <summary>Gets a value that is new with each boot.</summary>
    public required string BootId { get; init; }

    /// <summary>Gets a value indicating whether this is the deployment environment.</summary>
    public required bool IsDeploymentEnvironment { get; init; }

    /// <summary>Gets the device that holds the root file system, or nothing.</summary>
    public string RootDevice { get; init; } = "";

    /// <summary>Gets the content of the marker that a deployment left, or nothing.</summary>
    public string Marker { get; init; } = "";

    /// <summary>Gets the agent's own version, for people.</summary>
    public string AgentVersion { get; init; } = "";

    /// <summary>Gets the directory that is first in the PATH of all commands, for programs that the engine sends; nothing when it shall send none.</summary>
    public string ProgramDirectory { get; init; } = "";

    public void Write(PayloadWriter writer)
    {
        writer.U16(Version);
        writer.Text(Token);
        writer.Fixed(Session);
        writer.Text(BootId);
        writer.U8(IsDeploymentEnvironment ? (byte)1 : (byte)0);
        writer.Text(RootDevice);
        writer.Text(Marker);
        writer.Text(AgentVersion);
        writer.Text(ProgramDirectory);
    }

    public static Hello Parse(ReadOnlySpan<byte> payload)
    {
        var reader = new PayloadReader(payload);
        // What follows the version is for those who speak it.
        var version = reader.U16();
        if (version != Wire.Version) return new() { Version = version, Token = "", Session = [], BootId = "", IsDeploymentEnvironment = false };
        var hello = new Hello
        {
            Token = reader.Text(256),
            Session = reader.Fixed(Wire.SessionLength).ToArray(),
            BootId = reader.Text(128),
            IsDeploymentEnvironment = reader.Flag(),
            RootDevice = reader.Text(1024),
            Marker = reader.Text(256),
            AgentVersion = reader.Text(64),
            ProgramDirectory = reader.Text(1024),
        };
        reader.End();
        return hello.BootId.Length > 0 ? hello : throw new ProtocolException("a hello names no boot");
    }

    /// <summary>Gives what may be shown.</summary>
    public override string ToString() => $"hello of boot {BootId}";
}

/// <summary>The engine takes the agent.</summary>
/// <param name="SilenceSeconds">After how long without any frame a side may take the connection for lost.</param>
internal sealed record Welcome(ushort SilenceSeconds) : IMessage
{
    public FrameType Type => FrameType.Welcome;

    public void Write(PayloadWriter writer)
    {
        writer.U16(Wire.Version);
        writer.U16(SilenceSeconds);
    }

    public static Welcome Parse(ReadOnlySpan<byte> payload)
    {
        var reader = new PayloadReader(payload);
        if (reader.U16() != Wire.Version) throw new ProtocolException("the engine speaks another version");
        var welcome = new Welcome(reader.U16());
        reader.End();
        return welcome.SilenceSeconds > 0 ? welcome : throw new ProtocolException("a welcome allows no silence at all");
    }
}

/// <summary>Why an agent is refused.</summary>
internal enum RefusalReason : byte
{
    /// <summary>It speaks another version.</summary>
    Version = 1,

    /// <summary>The token was never issued, or has been replaced.</summary>
    UnknownToken = 2,

    /// <summary>The token was used by another boot or another agent.</summary>
    UsedToken = 3,

    /// <summary>It broke the protocol.</summary>
    Protocol = 4,
}

/// <summary>The engine does not take the agent; the connection ends.</summary>
internal sealed record Refused(RefusalReason Reason, string Text) : IMessage
{
    public FrameType Type => FrameType.Refused;

    public void Write(PayloadWriter writer)
    {
        writer.U8((byte)Reason);
        writer.Text(Text);
    }

    public static Refused Parse(ReadOnlySpan<byte> payload)
    {
        var reader = new PayloadReader(payload);
        var refused = new Refused((RefusalReason)reader.U8(), reader.Text(1024));
        reader.End();
        return refused;
    }
}

/// <summary>Asks whether the other side is there, or answers.</summary>
internal sealed record Ping(FrameType Type, ulong Number) : IMessage
{
    public void Write(PayloadWriter writer) => writer.U64(Number);

    public static ulong Parse(ReadOnlySpan<byte> payload)
    {
        var reader = new PayloadReader(payload);
        var number = reader.U64();
        reader.End();
        return number;
    }
}
