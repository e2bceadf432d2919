namespace Kadeploy.Terminals;

/// <summary>A terminal that gives keys as they are, until this is disposed of; then it is as it was before.</summary>
internal interface IRawTerminal : IDisposable
{
    /// <summary>Waits for keys.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The bytes that the terminal sent; none when it is gone.</returns>
    Task<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken);
}
