using System.Collections.Immutable;

namespace Kadeploy;

/// <summary>Keeps the end of what nodes print on their serial consoles, as evidence.</summary>
/// <remarks>Followed while an operation lasts. A console that cannot be followed is no error: it gives no lines. Safe for use by many callers at once.</remarks>
public interface IConsole
{
    /// <summary>Gets what is missing when no console can be followed, for users; else empty.</summary>
    string Missing { get; }

    /// <summary>Gives the last lines of a node's console.</summary>
    /// <param name="node">The node.</param>
    /// <returns>The lines, oldest first, without control sequences; empty when there are none.</returns>
    ImmutableArray<string> LastLines(Node node);
}
