namespace Kadeploy.Protocol;

/// <summary>Kinds of frames. Numbers are never reused.</summary>
internal enum FrameType : byte
{
    /// <summary>Agent: who I am.</summary>
    Hello = 1,

    /// <summary>Engine: you are welcome.</summary>
    Welcome = 2,

    /// <summary>Engine: you are not, and why.</summary>
    Refused = 3,

    /// <summary>Engine: are you there?</summary>
    Ping = 4,

    /// <summary>Agent: yes, with the bytes of the question.</summary>
    Pong = 5,

    /// <summary>Engine: run this, or attach me to it if you know it.</summary>
    Run = 16,

    /// <summary>Agent: it runs or has run; this much of its input has been taken.</summary>
    Attached = 17,

    /// <summary>Engine: a piece of the program's input.</summary>
    Input = 18,

    /// <summary>Agent: the program has taken this much of its input.</summary>
    InputTaken = 19,

    /// <summary>Agent: a piece of output.</summary>
    Output = 20,

    /// <summary>Agent: how far the program says it is.</summary>
    Progress = 21,

    /// <summary>Agent: the program has ended.</summary>
    Exit = 22,

    /// <summary>Engine: stop the program.</summary>
    Cancel = 23,

    /// <summary>Engine: I have the end; its output may be forgotten.</summary>
    Done = 24,

    /// <summary>Engine: a file follows.</summary>
    FileBegin = 32,

    /// <summary>Engine: a piece of the file.</summary>
    FileData = 33,

    /// <summary>Engine: the file is complete, and this is its digest.</summary>
    FileEnd = 34,

    /// <summary>Agent: how writing the file ended.</summary>
    FileResult = 35,

    /// <summary>Engine: which hardware is there?</summary>
    InventoryRequest = 48,

    /// <summary>Agent: this hardware.</summary>
    Inventory = 49,
}

/// <summary>Who sends.</summary>
internal enum Peer
{
    /// <summary>The engine.</summary>
    Engine,

    /// <summary>The agent.</summary>
    Agent,
}

/// <summary>Knows who may send which frames.</summary>
internal static class FrameTypes
{
    /// <summary>Says whether a peer may send frames of a type.</summary>
    public static bool MaySend(this Peer peer, FrameType type) => type switch
    {
        FrameType.Hello or FrameType.Pong or FrameType.Attached or FrameType.InputTaken or FrameType.Output or FrameType.Progress
            or FrameType.Exit or FrameType.FileResult or FrameType.Inventory => peer == Peer.Agent,
        FrameType.Welcome or FrameType.Refused or FrameType.Ping or FrameType.Run or FrameType.Input or FrameType.Cancel or FrameType.Done
            or FrameType.FileBegin or FrameType.FileData or FrameType.FileEnd or FrameType.InventoryRequest => peer == Peer.Engine,
        _ => false,
    };
}
