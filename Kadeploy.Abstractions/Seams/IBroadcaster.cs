using System.Collections.Immutable;

namespace Kadeploy;

/// <summary>Brings one image to many nodes, where it is written as it arrives.</summary>
/// <remarks>
/// Not idempotent: a broken-off broadcast leaves half-written targets. Cancellation: all transfers stop; targets are half written.
/// Exceptions concern the whole broadcast; the failure of a node is a value.
/// </remarks>
public interface IBroadcaster
{
    /// <summary>Gets what is missing when this driver can do nothing, for users; else empty.</summary>
    string Missing { get; }

    /// <summary>Sends an image.</summary>
    /// <param name="request">What goes where.</param>
    /// <param name="cancellationToken">Stops everything.</param>
    /// <returns>One result per node, streamed as nodes end, in any order. A node without a result has failed.</returns>
    IAsyncEnumerable<BroadcastResult> SendAsync(BroadcastRequest request, CancellationToken cancellationToken);
}

/// <summary>A broadcast.</summary>
/// <param name="Image">The image.</param>
/// <param name="Targets">The nodes with the attempts for which they receive it; at least one.</param>
public sealed record BroadcastRequest(ImageReference Image, ImmutableArray<BroadcastTarget> Targets)
{
    /// <summary>Gets how many chains or trees begin at the server.</summary>
    /// <value>Null for the cluster's own number.</value>
    public int? Chains { get; init; }

    /// <summary>Gets what is told how far the nodes are, about once a second, by broadcasters that know it.</summary>
    /// <value>Called from any thread; must not wait. The default does nothing.</value>
    public Action<BroadcastProgress> Progressed { get; init; } = static _ => { };

    /// <summary>Gets what is told how the broadcast went, once all nodes have ended, by broadcasters that know it.</summary>
    /// <value>As <see cref="Progressed"/>; before the last result is given.</value>
    public Action<BroadcastSummary> Finished { get; init; } = static _ => { };
}

/// <summary>A node that receives an image.</summary>
/// <param name="Node">The node.</param>
/// <param name="Attempt">The attempt for which it does.</param>
/// <param name="Device">The device that is written, or on which the file system is mounted; nodes may differ in it.</param>
/// <param name="Writer">The program that reads the file as it is, compressed, from its standard input and writes what is in it, with its arguments. Programs
/// whose names begin with <c>kadeploy-</c> are in <c>/run/kadeploy/bin</c> only after the channel has sent them.</param>
public sealed record BroadcastTarget(Node Node, AttemptId Attempt, string Device, ImmutableArray<string> Writer);

/// <summary>How a broadcast ended on one node.</summary>
/// <param name="Node">The node.</param>
public sealed record BroadcastResult(NodeName Node)
{
    /// <summary>Gets the SHA-256 of what the node received, as 64 lower-case hexadecimal digits: the node computed it, or the root digest of all blocks, which
    /// says the same.</summary>
    /// <value>Null when it failed.</value>
    public string? Digest { get; init; }

    /// <summary>Gets a value indicating whether a tool brought the image that is not ours: then nobody here knows what was written, and there is no digest.</summary>
    /// <value>The default is false.</value>
    public bool IsUnproved { get; init; }

    /// <summary>Gets why it failed.</summary>
    /// <value>Null when it did not.</value>
    public OperationFailedException? Failure { get; init; }
}
