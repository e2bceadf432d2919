namespace Kadeploy;

/// <summary>Reads what was kept of the consoles of nodes; nothing is opened for writing, and nobody who uses a console notices.</summary>
/// <remarks>Safe for use by many callers at once. Exceptions of all members: <see cref="ConfigurationException"/> when there is no such node, or nothing was kept of its console.</remarks>
public interface IConsoleLogs
{
    /// <summary>Reads what came.</summary>
    /// <param name="node">The node.</param>
    /// <param name="follow">Whether to go on with what comes, for ever.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The bytes in pieces, oldest first, none of them empty; streamed.</returns>
    IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(NodeName node, bool follow, CancellationToken cancellationToken);

    /// <summary>Reads what came, line by line.</summary>
    /// <param name="node">The node.</param>
    /// <param name="tail">How many of the lines that are there by now to begin with, from 0; null for all.</param>
    /// <param name="follow">Whether to go on with what comes, for ever.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The lines as one would have seen them, without control characters; streamed. A line whose end has not come is given only when the reading ends by itself.</returns>
    IAsyncEnumerable<string> ReadLinesAsync(NodeName node, int? tail, bool follow, CancellationToken cancellationToken);
}
