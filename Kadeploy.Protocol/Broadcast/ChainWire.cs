namespace Kadeploy.Protocol.Broadcast;

/// <summary>The numbers of the broadcast protocol; docs/broadcast.md explains them.</summary>
internal static class ChainWire
{
    /// <summary>The version that both sides must speak.</summary>
    public const ushort Version = 1;

    /// <summary>The number of the server among the members of a broadcast; nodes count from 1.</summary>
    public const uint Server = 0;

    /// <summary>The length of the key of an operation, in bytes.</summary>
    public const int KeyLength = 32;

    /// <summary>The length of the identifier of a broadcast, in bytes.</summary>
    public const int RunLength = 16;

    /// <summary>The length of what each side adds to the keys of a connection, in bytes.</summary>
    public const int NonceLength = 32;

    /// <summary>Who calls: magic, version, role, broadcast, caller, called, nonce.</summary>
    public const int HelloLength = 4 + 2 + 2 + RunLength + 4 + 4 + NonceLength;

    /// <summary>Who is called: nonce and proof.</summary>
    public const int AnswerLength = NonceLength + Wire.DigestLength;

    /// <summary>Type, flags, two zeros, length of what follows (32 bits), block or page (64 bits).</summary>
    public const int HeaderLength = 16;

    /// <summary>The length of the proof at the end of a frame that no digest covers, in bytes.</summary>
    public const int MacLength = 16;

    /// <summary>The length of the proof at the end of an encrypted block, in bytes.</summary>
    public const int TagLength = 16;

    /// <summary>How many digests stand in one page of a manifest.</summary>
    public const int DigestsPerPage = 256;

    /// <summary>The length of a full page, in bytes.</summary>
    public const int PageLength = DigestsPerPage * Wire.DigestLength;

    /// <summary>The largest content of a frame that is neither block nor page, with its proof, in bytes.</summary>
    public const int LargestNotice = 4 * 1024;

    /// <summary>The most members in a list of sources.</summary>
    public const int MostSources = 8;

    /// <summary>The smallest block, in bytes.</summary>
    public const int SmallestBlock = 64 * 1024;

    /// <summary>The largest block, in bytes.</summary>
    public const int LargestBlock = 16 * 1024 * 1024;
}

/// <summary>Kinds of frames between the members of a broadcast. Numbers are never reused.</summary>
internal enum LinkFrame : byte
{
    /// <summary>Reader: send what you have from this block on, or what the content says.</summary>
    Want = 1,

    /// <summary>Reader: are you there?</summary>
    Probe = 2,

    /// <summary>Source: a block.</summary>
    Block = 16,

    /// <summary>Source: the digests of the blocks that follow.</summary>
    Page = 17,

    /// <summary>Source: of what was asked for I have only what begins at this block.</summary>
    Held = 18,

    /// <summary>Source: I am here, and have all blocks before this one.</summary>
    Alive = 19,

    /// <summary>Source: I have done my part and go; take the next source.</summary>
    Leaving = 20,

    /// <summary>Node to server: where others reach me.</summary>
    Join = 32,

    /// <summary>Node to server: how far I am.</summary>
    Report = 33,

    /// <summary>Node to server: I have gone past a source, and why.</summary>
    Bypassed = 34,

    /// <summary>Node to server: this block came wrong, and from whom.</summary>
    Corrupt = 35,

    /// <summary>Node to server: everything is written, and this is the root digest of it.</summary>
    Finished = 36,

    /// <summary>Node to server: how long the server took to send what it was asked for directly.</summary>
    Tried = 37,

    /// <summary>Server to node: your sources, nearest first.</summary>
    Sources = 48,

    /// <summary>Server to node: try how fast you get these blocks from me.</summary>
    Try = 49,
}

/// <summary>What a connection between members of a broadcast is for.</summary>
internal enum LinkRole : byte
{
    /// <summary>Blocks.</summary>
    Data = 1,

    /// <summary>Word between a node and the server.</summary>
    Control = 2,
}

/// <summary>Who sends on a connection.</summary>
internal enum LinkSide
{
    /// <summary>Who asks for blocks.</summary>
    Reader,

    /// <summary>Who has them.</summary>
    Source,

    /// <summary>A node that talks to the server.</summary>
    Node,

    /// <summary>The server that talks to a node.</summary>
    Server,
}
