using System.Net;
using Kadeploy.Protocol.Broadcast;

namespace Kadeploy.Agent.Chain;

/// <summary>What a node has to know to take part in a broadcast.</summary>
internal sealed record ChainSettings
{
    /// <summary>Gets where the server is.</summary>
    public required IReadOnlyList<IPEndPoint> Servers { get; init; }

    /// <summary>Gets the broadcast's identifier.</summary>
    public required byte[] Run { get; init; }

    /// <summary>Gets the operation's key.</summary>
    public required byte[] Key { get; init; }

    /// <summary>Gets this node's number in the broadcast.</summary>
    public required uint Number { get; init; }

    /// <summary>Gets the image.</summary>
    public required ManifestHead Head { get; init; }

    /// <summary>Gets how much memory blocks may take, in bytes; 0 for what suits this node.</summary>
    public long RingBytes { get; init; }

    /// <summary>Gets the most bytes that are taken in a second; 0 for no limit.</summary>
    public long BytesPerSecond { get; init; }

    /// <summary>Gets where to listen for readers.</summary>
    public int Port { get; init; } = 25303;

    /// <summary>Gets a value indicating whether blocks come encrypted.</summary>
    public bool IsSealed { get; init; }

    /// <summary>Gets a value indicating whether each block is compared with its digest; only measurements do without.</summary>
    public bool Verifies { get; init; } = true;
}
