using System.Collections.Immutable;
using Kadeploy.PowerShell.Bridge;

namespace Kadeploy.PowerShell.Binding;

/// <summary>Words where rights hold.</summary>
internal static class ScopeText
{
    /// <summary>Words scopes.</summary>
    /// <param name="scopes">The scopes.</param>
    /// <returns>For example <c>cluster:lab,node-[1-4]</c>; <c>all nodes</c> when there are none, or <c>*</c> is among them.</returns>
    public static string Of(ImmutableArray<RightScope> scopes)
    {
        if (scopes.IsEmpty || scopes.Contains(RightScope.All)) return "all nodes";
        var nodes = NodeSet.From(scopes.Select(static scope => scope.Node).OfType<NodeName>()).Fold();
        return string.Join(',', scopes.Where(static scope => scope.Node is null).Select(static scope => scope.Value).Append(nodes).Where(static part => part.Length > 0));
    }

    /// <summary>Warns of what is stopped because its user has no right left.</summary>
    /// <param name="streams">What to tell.</param>
    /// <param name="stopped">The nodes.</param>
    /// <returns>A task.</returns>
    public static async Task WarnAsync(ICmdletStreams streams, ImmutableArray<StoppedNode> stopped)
    {
        foreach (var operation in stopped.GroupBy(static each => (each.Operation, each.User)))
            await streams.WriteWarningAsync(Strings.StoppedForLackOfRight(operation.Key.Operation, operation.Key.User, NodeSet.From(operation.Select(static each => each.Node)).Fold())).ConfigureAwait(false);
    }
}
