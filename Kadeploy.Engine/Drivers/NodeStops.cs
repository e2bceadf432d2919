using System.Collections.Concurrent;

namespace Kadeploy.Engine.Drivers;

/// <summary>Cuts single nodes off from an operation that goes on for the others.</summary>
/// <remarks>A set-scope step has one token for all of its nodes; what its drivers do on one node ends by this. Safe for use by many callers.</remarks>
public sealed class NodeStops
{
    private readonly ConcurrentDictionary<NodeName, CancellationTokenSource> _sources = new();

    /// <summary>Gives the token that fires when a node is cut off.</summary>
    /// <param name="node">The node.</param>
    /// <returns>The token.</returns>
    public CancellationToken TokenOf(NodeName node) => _sources.GetOrAdd(node, static _ => new()).Token;

    /// <summary>Cuts a node off.</summary>
    /// <param name="node">The node.</param>
    public void Stop(NodeName node) => _sources.GetOrAdd(node, static _ => new()).Cancel();
}
