using Kadeploy.Protocol;
using Xunit;

namespace Kadeploy.Agent.Tests.Protocol;

/// <summary>One message of every type, and their parsers.</summary>
internal static class SampleMessages
{
    public static readonly IMessage[] All =
    [
        new Hello { Token = "t0ken-t0ken-t0ken", Session = new byte[Wire.SessionLength], BootId = "b-1", IsDeploymentEnvironment = true, Marker = "D-1", AgentVersion = "1" },
        new Welcome(30),
        new Refused(RefusalReason.UsedToken, "no"),
        new Ping(FrameType.Ping, 1),
        new Ping(FrameType.Pong, ulong.MaxValue),
        new RunRequest { Id = "a#0", Vector = ["echo", "ä b", ""], Environment = ["A", "1"], InputLength = 3, OutputOffset = 5 },
        new InputState(FrameType.Attached, "a#0", 3),
        new InputChunk("a#0", 0, new byte[] { 1, 2, 3 }),
        new InputState(FrameType.InputTaken, "a#0", 3),
        new OutputChunk("a#0", OutputKind.Error, 9, new byte[] { 0, 255 }),
        new ProgressReport("a#0", 1, 2),
        new ExitReport("a#0", CommandEnd.Signalled, 9, ["one", "two"]),
        new CommandNotice(FrameType.Cancel, "a#0"),
        new CommandNotice(FrameType.Done, "a#0"),
        new FileBegin(1, "/tmp/x", 0x1A4, 3),
        new FileData(1, new byte[] { 1, 2, 3 }),
        new FileEnd(1, new byte[Wire.DigestLength]),
        new FileResult(1, "no space"),
        new InventoryRequest(),
        new Inventory { MemoryBytes = 1, Disks = [new("sda", 512, "s", "w", "m", true, false)], Nics = [new("eth0", "00:11:22:33:44:55", true, "e1000", 1000)] },
    ];

    public static async Task<byte[]> FramesAsync(params IMessage[] messages)
    {
        using var stream = new MemoryStream();
        using var writer = new FrameWriter(stream);
        foreach (var message in messages) await writer.WriteAsync(message, TestContext.Current.CancellationToken);
        return stream.ToArray();
    }

    public static IMessage? Parse(Frame frame)
    {
        var payload = frame.Payload.Span;
        return frame.Type switch
        {
            FrameType.Hello => Hello.Parse(payload),
            FrameType.Welcome => Welcome.Parse(payload),
            FrameType.Refused => Refused.Parse(payload),
            FrameType.Ping or FrameType.Pong => new Ping(frame.Type, Ping.Parse(payload)),
            FrameType.Run => RunRequest.Parse(payload),
            FrameType.Attached or FrameType.InputTaken => InputState.Parse(frame.Type, payload),
            FrameType.Input => InputChunk.Parse(payload),
            FrameType.Output => OutputChunk.Parse(payload),
            FrameType.Progress => ProgressReport.Parse(payload),
            FrameType.Exit => ExitReport.Parse(payload),
            FrameType.Cancel or FrameType.Done => new CommandNotice(frame.Type, CommandNotice.Parse(payload)),
            FrameType.FileBegin => FileBegin.Parse(payload),
            FrameType.FileData => FileData.Parse(payload),
            FrameType.FileEnd => FileEnd.Parse(payload),
            FrameType.FileResult => FileResult.Parse(payload),
            FrameType.Inventory => Inventory.Parse(payload),
            _ => null,
        };
    }
}
