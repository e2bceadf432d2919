using System.Collections.Immutable;
using System.Management.Automation;

namespace Kadeploy.PowerShell;

/// <summary>Names nodes: exactly, by ranges, or by PowerShell's wildcards.</summary>
/// <param name="Names">The nodes that are named exactly.</param>
/// <param name="Patterns">Patterns with * and ?, which may fit no node.</param>
public sealed record NodeSelection(NodeSet Names, ImmutableArray<string> Patterns)
{
    /// <summary>Says whether a node is meant.</summary>
    /// <param name="node">The node.</param>
    /// <returns>Whether it is named, or fits a pattern.</returns>
    public bool Means(NodeName node) => Names.Contains(node) || Patterns.Any(pattern => WildcardPattern.Get(pattern, WildcardOptions.IgnoreCase).IsMatch(node.Value));

    /// <summary>Gives what was asked for.</summary>
    /// <returns>For example <c>lab-[1-4],gpu-*</c>.</returns>
    public override string ToString() => string.Join(',', Patterns.Prepend(Names.Fold()).Where(static part => part.Length > 0));
}
