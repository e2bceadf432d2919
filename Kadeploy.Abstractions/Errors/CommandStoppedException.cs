using System.Collections.Immutable;

namespace Kadeploy;

/// <summary>A program on a node was cut off: its caller cancelled, or its time was over.</summary>
/// <param name="lastLines">The last lines that it had printed.</param>
/// <param name="cancellationToken">The token that stopped it.</param>
public sealed class CommandStoppedException(ImmutableArray<string> lastLines, CancellationToken cancellationToken)
    : OperationCanceledException(cancellationToken)
{
    /// <summary>Gets the last lines that the program had printed, oldest first.</summary>
    public ImmutableArray<string> LastLines => lastLines;
}
