using System.Collections.Immutable;

namespace Kadeploy;

/// <summary>How far the nodes of a broadcast are.</summary>
/// <param name="Bytes">The length of the image.</param>
/// <param name="Nodes">The nodes, each once.</param>
public sealed record BroadcastProgress(long Bytes, ImmutableArray<NodeTransfer> Nodes);

/// <summary>How far one node is.</summary>
/// <param name="Node">The node.</param>
/// <param name="Bytes">The bytes of the image that its writer has.</param>
/// <param name="BytesPerSecond">How fast they came since the last report.</param>
/// <param name="Place">Its place: 1 gets its blocks from the server, 2 from a node that does, and so on; 0 when it has none.</param>
/// <param name="State">What it does.</param>
public sealed record NodeTransfer(NodeName Node, long Bytes, long BytesPerSecond, int Place, TransferState State);

/// <summary>What a node in a broadcast does.</summary>
public enum TransferState
{
    /// <summary>It has not come yet, or waits for the others.</summary>
    Waiting,

    /// <summary>It receives, and passes on.</summary>
    Receiving,

    /// <summary>It was much slower than others, or silent, and goes on at the end, where nobody waits for it.</summary>
    Aside,

    /// <summary>It has everything, and its disk is still being written.</summary>
    Writing,

    /// <summary>It is done.</summary>
    Done,

    /// <summary>It has failed, or cannot be reached.</summary>
    Lost,
}

/// <summary>How a broadcast went: one line of truth.</summary>
/// <param name="Bytes">The length of the image.</param>
/// <param name="Nodes">How many nodes have it.</param>
/// <param name="Duration">From the beginning to the end of the last node that has it.</param>
public sealed record BroadcastSummary(long Bytes, int Nodes, TimeSpan Duration)
{
    /// <summary>Gets the root digest of the image: the SHA-256 of its manifest, which names the SHA-256 of every block.</summary>
    /// <value>64 lower-case hexadecimal digits; empty when there is none.</value>
    public string RootDigest { get; init; } = "";

    /// <summary>Gets how fast the image came to the nodes: its length by the duration.</summary>
    /// <value>In bytes a second, for each node.</value>
    public long BytesPerSecond { get; init; }

    /// <summary>Gets which part of the slowest network card on the way that is.</summary>
    /// <value>From 0 to 1; null when no card tells its speed.</value>
    public double? LinkShare { get; init; }

    /// <summary>Gets the bytes that the server has sent; with one chain and no trouble, the image once.</summary>
    public long ServerBytes { get; init; }

    /// <summary>Gets the bytes that were sent to nodes in vain: wrong ones, and such as were there already.</summary>
    public long ResentBytes { get; init; }

    /// <summary>Gets who was passed by, in the order of events.</summary>
    public ImmutableArray<BroadcastBypass> Bypasses { get; init; } = [];

    /// <summary>Gets who has sent wrong blocks, the worst first.</summary>
    public ImmutableArray<WrongBlocks> Wrong { get; init; } = [];
}

/// <summary>A node that others went past.</summary>
/// <param name="Node">The node.</param>
/// <param name="By">The node that did so first; null when the server had it done.</param>
/// <param name="Cause">Why.</param>
public sealed record BroadcastBypass(NodeName Node, NodeName? By, BypassCause Cause);

/// <summary>Why a node was passed by.</summary>
public enum BypassCause
{
    /// <summary>Its connections broke, or none could be made.</summary>
    Dead,

    /// <summary>It was silent, and did not answer.</summary>
    Frozen,

    /// <summary>It delivered much less than it could have got.</summary>
    Slow,

    /// <summary>Too much of what it sent was wrong.</summary>
    Corrupt,
}

/// <summary>A node that has sent wrong blocks; or the way from it has changed them.</summary>
/// <param name="Node">The node.</param>
/// <param name="Blocks">How many. None was written, none was passed on.</param>
public sealed record WrongBlocks(NodeName Node, int Blocks);
